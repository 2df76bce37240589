"""The index of a large chapter: its columns in files of the user's cache, so that it is linked once only.

An index is of one state of the log's files, and of the tracec that made it: these are its name. Values are not in it:
they are read from the log when they are asked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import marshal
import os
import shutil
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tracec.passes.graph.node_values import NodeValues, stored
from tracec.passes.link import Frames, Library, link_chunks
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.structure import Columns, Site, Structure
from tracec.passes.nouns.trace import Trace
from tracec.project import private
from tracec.recording.artifact_cache import maker
from tracec.recording.columns_on_disk import Growing, mapped
from tracec.recording.trace_folder import surplus
from tracec.runtime.record.chunks import Chunk, Source
from tracec.runtime.record.log import LIVE, spools
from tracec.runtime.record.rows import Place, Records

LARGE = 32 << 20  # bytes of events from which on a chapter has an index: about 6 million nodes; chosen
SPACE = 12  # bytes of an index for each byte of events: 7 measured, and room
MOST = 16 << 30  # bytes of all indexes: the oldest ones are removed; chosen
# The columns, in the order in which the linker makes them.
COLUMNS = {
    "site": "i", "frame": "i", "control": "i", "first": "q", "inputs": "i", "labels": "H", "number": "q",
    "function": "i", "parent": "i", "thread": "i",
}  # fmt: skip
REST = "rest.json"
Streams = Sequence[tuple[int, Sequence[Chunk]]]


class Rest(msgspec.Struct):
    """What of a trace is in no column. `made` are the sites that the linker made: the number of another one at the same
    place, the kind, the name.
    """

    lost: int
    imported: int
    words: list[str]
    made: list[tuple[int, str, str]]
    kinds: list[tuple[int, int]]  # module and function of frames
    replaced: dict[int, int]
    constants: bytes


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of a log, before it is linked."""

    name: str
    modules: Sequence[Structure | None]
    streams: Streams
    imports: Streams
    cut: bool

    def link(self, made: Callable[[str], Any], library: Library | None = None) -> Trace:
        """Link it; `made` makes the columns."""
        name, modules, streams, imports = self.name, self.modules, self.streams, self.imports
        return link_chunks(name, modules, streams, imports, cut=self.cut, library=library, made=made)


def size(streams: Streams) -> int:
    """Bytes of the events of a chapter."""
    return sum(c.size if isinstance(c, Place) else len(c) for _, chunks in streams for c in chunks)


def place_of(log: str, chapter: str, number: int) -> Path:
    """The folder of an index, which may not be there: of the chapter of that name, and the `number`th such one."""
    files = [log, log + LIVE, *(path + end for path in spools(log) for end in ("", LIVE))]
    states = [os.stat(path) for path in files if os.path.exists(path)]
    told = [(s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in states]
    name = hashlib.sha256(repr((maker(), sys.version, told, chapter, number)).encode()).hexdigest()[:32]
    return folder() / name


def folder() -> Path:
    """Where indexes are kept; OSError, TracecError."""
    return private.of_user("XDG_CACHE_HOME", ".cache", "indexes")


class Writer:
    """The columns of a chapter while it is linked. A context manager: what was not kept goes in the end."""

    def __init__(self, place: Path) -> None:
        self.place = place.with_name(f"{place.name}.{os.getpid()}")
        self.final, self.left = place, iter(COLUMNS.items())

    def __enter__(self) -> Writer:
        private.folder(self.place.parent, self.place.name)
        return self

    def __exit__(self, *exc: object) -> None:
        shutil.rmtree(self.place, ignore_errors=True)

    def column(self, typecode: str) -> Growing:
        """The next column. What is mapped of it stays there when the file goes."""
        name, known = next(self.left)
        assert known == typecode
        return Growing(self.place / name, typecode)

    def keep(self, rest: Rest) -> None:
        """Keep the index, where no other process did by now, and remove old ones that there is no room for."""
        with open(private.new(self.place / REST), "wb") as file:
            file.write(msgspec.json.encode(rest))
        with contextlib.suppress(OSError):
            os.rename(self.place, self.final)
        make_room(self.final.parent, MOST, self.final)


def make_room(folder: Path, most: int, spared: Path) -> None:
    """Remove the indexes that were not used for longest, until there are no more than so many bytes of them."""
    known = []
    for place in folder.iterdir():
        with contextlib.suppress(OSError):  # another process makes room as well
            known.append((place.stat().st_mtime, sum(file.stat().st_size for file in place.iterdir()), place))
    for place in surplus(known, most, spared.__eq__):
        shutil.rmtree(place, ignore_errors=True)


def rest_of(trace: Trace, modules: Sequence[Structure | None]) -> Rest:
    """What is in no column of a trace that was linked with a library of its own."""
    values, frames, table = trace.columns.values, trace.frames, trace.columns.table
    assert isinstance(values, NodeValues)
    assert isinstance(frames, Frames)
    first = len(sites_of(modules))
    numbers = {id(site.span): number for number, site in enumerate(table[:first])}
    made = [(numbers[id(site.span)], site.kind, site.attr) for site in table[first:]]
    functions = {id(f): (m, f.id) for m, known in enumerate(modules) if known for f in known.functions}
    kinds = [functions[id(function)] for function, _ in frames.kinds]
    constants = marshal.dumps(values.constants, 2)  # no part is meant again by its number
    return Rest(trace.lost, trace.imported, trace.columns.words, made, kinds, values.replaced, constants)


def sites_of(modules: Sequence[Structure | None]) -> list[Site]:
    """The sites of modules in the order in which a new library numbers them."""
    by_key = {known.key: known for known in reversed(modules) if known is not None}
    keys = dict.fromkeys(known.key for known in modules if known is not None)
    return [site for key in keys for site in by_key[key].sites]


def remade(site: Site, kind: str, name: str) -> Site:
    """A site that the linker made at the place of another one."""
    operands = ((), ()) if name else (site.operands, site.labels)
    return Site(site.id, kind, name or site.text, site.span, site.function, *operands, silent=True, attr=name)


def read(place: Path, name: str, modules: Sequence[Structure | None], source: Source) -> Trace:
    """The trace of an index. OSError, ValueError or LookupError where there is none, or none that can be read."""
    rest = msgspec.json.decode(private.read(place / REST), type=Rest)
    found = {column: mapped(place / column, typecode) for column, typecode in COLUMNS.items()}
    rows = {len(found[column]) for column in ("site", "frame", "control", "number")} | {len(found["first"]) - 1}
    if len(rows) != 1 or len(found["inputs"]) != found["first"][-1] or len(found["labels"]) != found["first"][-1]:
        raise ValueError(f"{place} is not whole")
    sites = sites_of(modules)
    table = sites + [remade(sites[number], kind, attr) for number, kind, attr in rest.made]
    constants = Records(io.BytesIO(rest.constants)).next()
    values = stored(source, found["number"], constants, rest.replaced)
    plain = {column: found[column] for column in ("site", "frame", "control", "first", "inputs", "labels")}
    columns = Columns(table, rest.words, values=values, **plain)
    kinds = [(known.functions[number], known.path) for known, number in kinds_of(modules, rest.kinds)]
    frames = Frames(kinds, [found["function"], found["parent"], found["thread"]])
    os.utime(place)
    return Trace(name, columns, frames, rest.lost, rest.imported, tuple(m for m in modules if m is not None))


def kinds_of(modules: Sequence[Structure | None], kinds: Sequence[tuple[int, int]]) -> Iterator[tuple[Structure, int]]:
    """(module, number of the function) of each kind of frames."""
    for module, number in kinds:
        known = modules[module]
        if known is None:
            raise LookupError(module)
        yield known, number


def linked(log: str, number: int, chapter: Chapter, say: Callable[[str], None]) -> Trace:
    """The trace of a large chapter, the `number`th one of its name: from its index, which is made where there is none.

    Where there is no room for an index the columns are in memory.
    """
    events = size(chapter.streams)
    try:
        place = place_of(log, chapter.name, number)
        with contextlib.suppress(OSError, ValueError, LookupError, msgspec.MsgspecError):
            source = Source()
            for _, chunks in (*chapter.imports, *chapter.streams):
                source.add(chunks)
            return read(place, chapter.name, chapter.modules, source)
        if shutil.disk_usage(place.parent).free < SPACE * events:
            raise OSError("no room")
        say(f"{log}: {events >> 20} MiB of events are linked; when they are shown again, they are there at once")
        shutil.rmtree(place, ignore_errors=True)
        with Writer(place) as writer:
            trace = chapter.link(writer.column)
            if isinstance(trace.columns.values, NodeValues) and place_of(log, chapter.name, number) == place:
                writer.keep(rest_of(trace, chapter.modules))
            return trace
    except (OSError, TracecError):
        return chapter.link(array)
