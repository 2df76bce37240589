"""The log: its files and records, and a log -> what was recorded.

A log is a row of records that `marshal` wrote and `rows.py` reads: a head, ("process", id, name, parent, modules),
("name", name), ("module", key, structure), ("part", thread, bytes), ("chapter", name, [(thread, cut, chunks)]). What
follows a process is of it, up to the next one; a child that was forked shares the first `modules` modules of its
parent. A structure is written once: where it is "", that of the same key is meant.

The main process writes FILE, each other one a spool of its own beside it, FILE.<pid>. The buffers that are not yet
written lie in a file too, which ends in `.live`: they are there whatever ended the process.
"""

from __future__ import annotations

import glob
import marshal
import os
import re
import stat
import struct
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from tracec.runtime.record.chunks import Chunk
    from tracec.runtime.record.rows import Records

VERSION = 4  # of the format of logs
HEAD = ("tracec", VERSION, sys.version)
LIVE = ".live"
START = marshal.dumps(HEAD)
_MARK = b"tracec"  # `marshal` may take any other file for something huge
_FIRST = 16  # bytes in which the mark must be
_SPOOL = re.compile(r"\.\d+(-\d+)?")
_SLOT = 1 << 18  # bytes of a buffer in a live file; as in _recorder.c
_BYTES = 1 << 15  # where the bytes of its events begin in it; as in _recorder.c
_fields = struct.Struct("@PQiiPNNP").unpack_from  # of a Stream: next, thread, number, cut, bytes, length, room, home

Rows = list[tuple[int, bool, list[Any]]]  # (thread, whether its first events were dropped, chunks)


def spools(file: str) -> list[str]:
    """The spools of other processes that lie beside a log; files that only bear such a name are none."""
    found = glob.glob(f"{glob.escape(file)}.*")
    return sorted(path for path in found if _SPOOL.fullmatch(path[len(file) :]) and is_log(path))


def is_log(path: str) -> bool:
    """Whether a regular file has a log's head, of whatever version, or is empty; False where it cannot be read."""
    try:
        with opened(path) as log:
            start = log.read(_FIRST)
            return _MARK in start or START.startswith(start)
    except (OSError, ValueError):
        return False


def opened(path: str, flags: int = 0) -> BinaryIO:
    """A file to read, and nothing else: a pipe would be waited for. OSError, ValueError."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | flags)
    if stat.S_ISREG(os.fstat(number).st_mode):
        return open(number, "rb")
    os.close(number)
    raise ValueError("not a trace of tracec: it is no regular file")


def is_live(path: str) -> bool:
    """Whether a regular file has the size that buffers have: it has no head."""
    try:
        state = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size % _SLOT == 0


def read(file: str, wanted: str | None = None) -> Iterator[tuple[str, Any]]:
    """A log as `chapters` gives it, with all events decoded at once: the streams are [(thread, events)]."""
    from tracec.runtime.record.chunks import decoded

    for kind, data in chapters(file, wanted):
        if kind == "chapter":
            name, streams, cut = data
            streams = [(thread, [event for chunk in chunks for event in decoded(chunk)]) for thread, chunks in streams]
            data = name, streams, cut
        yield kind, data


def chapters(file: str, wanted: str | None = None) -> Iterator[tuple[str, Any]]:
    """A log, with the spools beside it -> ("modules", [(key, structure)]) and ("chapter", (name, [(thread, chunks)],
    cut)) in turn. What is long is not read yet: a chunk may be its place in the file.

    `cut` is True where the first events were not kept. Of the chapters only `wanted` is given, and the one named ""
    (what was recorded while modules were imported). What a process left that was killed is a chapter too, named
    "unfinished" after the process. Raises ValueError where the file is no log of this version, or, after what comes
    before, where it is damaged; FileNotFoundError where there is none.
    """
    known = _Known()
    beside = spools(file)
    for path in (file, *by_age(beside)):
        try:
            yield from _chapters(path, wanted, known)
        except (Nothing, FileNotFoundError):
            if not beside:
                raise


class Nothing(ValueError):
    """The process ended before it wrote anything."""


class _Known:
    """What was read so far, of all processes."""

    def __init__(self) -> None:
        self.modules: dict[str, list[tuple[str, str]]] = {}  # by process
        self.structures: dict[str, str] = {}  # by key


def by_age(paths: Iterable[str]) -> list[str]:
    """Spools in the order in which their processes began: a parent comes before its children."""
    return sorted(paths, key=_age)


def _age(path: str) -> int:
    """When a spool's process began, in nanoseconds."""
    from tracec.runtime.record.rows import Records

    try:
        with opened(path) as log:
            rows = Records(log)
            _, record = rows.next(), rows.record()
        return int(record[1].partition("-")[2])
    except (OSError, TypeError, AttributeError, IndexError, ValueError):  # it was about to begin
        return 0


def _chapters(path: str, wanted: str | None, known: _Known) -> Iterator[tuple[str, Any]]:
    """What `read` gives, for one file."""
    modules: list[tuple[str, str]] = []
    rows: Rows = []
    name, cut, own = "", False, False

    def chapter(title: str, rows: Rows) -> Iterator[tuple[str, Any]]:
        if wanted is None or title in ("", wanted):
            streams, dropped = _streams(rows)
            yield "modules", list(modules)
            yield "chapter", (title, streams, dropped or cut)

    damage: ValueError | None = None
    try:
        for record, _, _ in records(path, brief=True):
            kind = record[0]
            if kind == "part":
                rows.append((record[1], False, [record[2]]))
            elif kind == "module":
                key, text = record[1:]
                modules.append((key, known.structures.setdefault(key, text) or text))
            elif kind == "name":
                name = record[1]
            elif kind == "chapter":
                yield from chapter(record[1], [*rows, *record[2]])
                rows, cut = [], own
            else:
                if rows:
                    yield from chapter(unfinished(name), rows)
                _, process, name, parent, count = record
                if process in known.modules:  # it was merged, and its spool is still there
                    return
                known.modules[process] = modules = known.modules.get(parent, [])[:count]
                rows, cut, own = [], bool(parent), True
    except ValueError as error:  # what comes before is told all the same
        damage = error
    rows += live(path)
    if rows:
        yield from chapter(unfinished(name), rows)
    if damage is not None:
        raise damage


def unfinished(name: str) -> str:
    """The chapter of a process that did not end as it should."""
    return f"{name} (unfinished)" if name else "unfinished"


def records(file: str, *, brief: bool = False) -> Iterator[tuple[Any, int, int]]:
    """The records of a log after its head, up to the last whole one, each with the places where it begins and ends.

    Where it is `brief`, long bytes are passed: a `Place` stands for them, which holds the file. Raises ValueError where
    the file is no log of this version, or there is something else in it than records.
    """
    from tracec.runtime.record.chunks import Held
    from tracec.runtime.record.rows import Records, Torn

    with opened(file) as log:
        start = log.read(len(START))
        if START.startswith(start) and start != START:
            raise Nothing("it is empty: nothing was recorded")
        log.seek(0)
        rows = Records(log, Held(opened(file)) if brief else None)
        head = _head(rows) if _MARK in start[:_FIRST] else None
        if type(head) is not tuple or len(head) != 3 or head[0] != HEAD[0] or type(head[1]) is not int:
            raise ValueError("not a trace of tracec")
        if head[1] != VERSION:
            raise ValueError(f"its format is {head[1]}, this version of tracec reads {VERSION}")
        while not rows.at_end():
            begin = rows.place_in_file()
            try:
                record = rows.record()
            except Torn:
                return
            yield record, begin, rows.place_in_file()


def _head(rows: Records) -> Any:
    try:
        return rows.next()
    except ValueError:
        return None


def live(path: str) -> Rows:
    """What a process that did not end as it should left in its buffers."""
    try:
        with opened(path + LIVE) as file:
            slots = [_live(slot) for slot in iter(lambda: file.read(_SLOT), b"")]
    except (OSError, ValueError):
        return []
    return [row for row in slots if row is not None]


def _live(slot: bytes) -> tuple[int, bool, list[Any]] | None:
    """One stream's buffer."""
    if len(slot) < _SLOT:
        return None
    _, _, number, cut, place, length, _, home = _fields(slot)
    if place != home or not 0 < length <= _SLOT - _BYTES:
        return None
    return number, bool(cut), [_whole(slot[_BYTES : _BYTES + length])]


def _whole(chunk: bytes) -> bytes:
    """A buffer up to its last whole event."""
    from tracec.runtime.record.decode import Reader

    reader, end = Reader(chunk), 0
    try:
        while reader.place < len(chunk):
            reader.event()
            if reader.place > len(chunk):
                break
            end = reader.place
    except (IndexError, KeyError, ValueError, struct.error):
        pass
    return chunk[:end]


def _streams(rows: Rows) -> tuple[list[tuple[int, list[Chunk]]], bool]:
    """Rows -> the chunks of each thread, and whether some events were dropped before the first."""
    found: dict[int, list[Chunk]] = {}
    for thread, _, chunks in rows:
        found.setdefault(thread, []).extend(chunks)
    return sorted(found.items()), any(cut for _, cut, _ in rows)
