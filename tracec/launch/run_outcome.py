"""A run's log -> what is said of it: where the trace is, what of it is missing, and what was not recorded."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tracec.launch.scoping import Setting, shown
from tracec.project import private
from tracec.recording.merge_spools import Merged, remove
from tracec.recording.trace_lock import beside
from tracec.runtime.record.log import LIVE, live, records

MOST = 5  # files, and reasons, that one line names; chosen
BLOCK = 4096  # bytes: where a disk has fewer left nothing can be written; what most file systems count by


def outcome(log: Path, named: Path, merged: Merged, megabytes: int) -> Iterator[str]:
    """Where the trace went. A log in which there is nothing is emptied."""
    size = log.stat().st_size
    if merged.problem and not merged.left and not holds(str(log)):
        remove(log)
        clear(f"{log}{LIVE}")
        os.truncate(log, 0)
        size = 0
    if not size and not merged.left:
        yield f"tracec: nothing was recorded: {merged.problem or reason(log)}"
    else:
        yield f"tracec: recorded {named} ({size:,} bytes); look at it with `tracec show {named}`"
    if size and merged.problem and not merged.left:
        yield f"tracec: its end is missing ({merged.problem}); what was written before can be read"
    if megabytes and size >= megabytes << 20:
        yield f"tracec: the trace ends at {megabytes} MiB; set trace-mb for more, or record the end with --keep N"
    if merged.left:
        yield (
            f"tracec: what {counted(merged.left)} recorded stays in {named}.<process id> ({merged.problem}); "
            f"`tracec show {named}` reads it all the same"
        )
    if merged.running:
        yield f"tracec: {counted(merged.running)} still running; what is recorded there is in {named}.<process id>"


def reason(log: Path) -> str:
    """Why a log is empty."""
    with contextlib.suppress(OSError, AttributeError):
        state = os.statvfs(log.parent)
        if state.f_bavail * state.f_frsize < BLOCK:
            return f"there is no room left in {log.parent}"
    return "the program did not start, or ended without running its exit handlers"


def holds(log: str) -> bool:
    """Whether anything that was recorded can be read in a log, or beside it."""
    for path in (log, *beside(Path(log))):
        with contextlib.suppress(OSError, ValueError):
            if live(path) or any(record[0] in ("part", "chapter") for record, _, _ in records(path)):
                return True
    return False


def clear(buffers: str) -> None:
    """Remove a file for buffers that there was not even room for: it holds nothing but zeros."""
    with contextlib.suppress(OSError):
        if private.is_file(buffers) and not any(private.read(buffers)):
            os.unlink(buffers)


def counted(processes: int) -> str:
    """1 process, 2 processes."""
    return f"{processes} process{'es' * (processes != 1)}"


def left_out(run: Setting, found: Mapping[str, Sequence[str]]) -> list[str]:
    """One line of what was in scope and was not recorded, none where all was: `found` is reason -> files."""
    said = [f"{listed([shown(run, path) for path in sorted(files)])} ({why})" for why, files in found.items()]
    return [f"tracec: in scope and not recorded: {listed(said, '; ')}"] if said else []


def listed(words: Sequence[str], by: str = ", ") -> str:
    """The first ones, and how many more there are."""
    more = [f"{len(words) - MOST} more"] if len(words) > MOST else []
    return by.join([*words[:MOST], *more])
