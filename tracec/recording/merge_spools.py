"""The spools of a run's processes -> one log."""

from __future__ import annotations

import contextlib
import errno
import marshal
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tracec.project import private
from tracec.recording.trace_lock import busy
from tracec.runtime.record.log import LIVE, START, Nothing, by_age, is_live, is_log, live, records, spools

PATIENCE = 1.0  # seconds that processes have to end after the first one; chosen
PIECE = 1 << 20  # bytes copied at once; chosen


class Merged(NamedTuple):
    """How many processes of a run still go on, and how many spools stay where they are, with the reason."""

    running: int = 0
    left: int = 0
    problem: str = ""


def merge(log: Path) -> Merged:
    """Put what the processes wrote into the log, and remove their spools; all of it, or nothing is changed.

    Processes that still run keep theirs, and so do all where there is no room for the copy.
    """
    running = still_running(str(log))
    ended = [path for path in by_age(spools(str(log))) if path not in running]
    if not ended and not os.path.exists(f"{log}{LIVE}"):
        return Merged(len(running))
    whole = Path(f"{log}.tmp")
    try:
        out = private.new(whole)
    except OSError as error:  # the name is taken: what has it stays
        return Merged(len(running), len(ended), f"{whole.name}: {error.strerror or error}")
    try:
        with open(out, "wb") as file:
            together(file, [str(log), *ended])
            file.flush()
            os.fsync(file.fileno())
        os.replace(whole, log)
    except (OSError, ValueError) as error:
        whole.unlink(missing_ok=True)
        return Merged(len(running), len(ended), getattr(error, "strerror", None) or str(error))
    for path in ended:
        os.unlink(path)
    for path in (str(log), *ended):
        remove_live(path)
    return Merged(len(running))


def still_running(log: str) -> list[str]:
    """The spools of processes that go on, once those that are about to end had time to."""
    end = time.monotonic() + PATIENCE
    while (found := [path for path in spools(log) if busy(path)]) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def together(out: BinaryIO, paths: Sequence[str]) -> None:
    """Copy all records, piece by piece; a structure that is there already is not written again."""
    out.write(START)
    known: set[str] = set()
    for path in paths:
        with contextlib.suppress(Nothing), open(path, "rb") as file:
            copy(file, path, out, known)
        for thread, _, (chunk,) in live(path):
            out.write(marshal.dumps(("part", thread, chunk)))


def copy(file: BinaryIO, path: str, out: BinaryIO, known: set[str]) -> None:
    """Copy the whole records of one file."""
    start = end = 0
    for record, begin, end in records(path, brief=True):
        start = start or begin
        if record[0] != "module":
            continue
        key, structure = record[1:]
        if structure and key in known:
            piece(file, start, begin, out)
            out.write(marshal.dumps(("module", key, "")))
            start = end
        known.add(key)
    piece(file, start, end, out)


def piece(file: BinaryIO, start: int, end: int, out: BinaryIO) -> None:
    """Copy bytes."""
    file.seek(start)
    while start < end:
        data = file.read(min(PIECE, end - start))
        if not data:
            raise OSError(errno.EIO, "the spool became shorter")
        out.write(data)
        start += len(data)


def remove(log: Path) -> None:
    """Remove a log's spools, and what a merge that was killed left. Other files of such names stay."""
    whole = f"{log}.tmp"
    for path in (*spools(str(log)), *([whole] if is_log(whole) else [])):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        remove_live(path)
    remove_live(str(log))


def remove_live(path: str) -> None:
    """Remove the buffers beside a log."""
    if is_live(path + LIVE):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + LIVE)
