"""Structures + streams -> Trace: replays what is static against what was recorded."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from tracec.passes.graph.builder import Library, TraceBuilder
from tracec.passes.link.frame_rows import FrameRows
from tracec.passes.link.replay import Linker
from tracec.passes.nouns.trace import Frame, Function, Structure, Trace, View
from tracec.runtime.record.chunks import Chunk, Source

__all__ = ["Frames", "Library", "link", "link_chunks"]


def link(
    name: str,
    modules: Sequence[Structure | None],
    streams: Sequence[tuple[int, list[Any]]],
    imports: Sequence[tuple[int, list[Any]]] = (),
    *,
    cut: bool = False,
    library: Library | None = None,
) -> Trace:
    """Link a chapter whose events are all at hand: streams are (thread, events). Else as `link_chunks`."""
    chunks, before = ([(thread, [events]) for thread, events in rows] for rows in (streams, imports))
    return link_chunks(name, modules, chunks, before, cut=cut, library=library)


def link_chunks(
    name: str,
    modules: Sequence[Structure | None],
    streams: Sequence[tuple[int, Sequence[Chunk]]],
    imports: Sequence[tuple[int, Sequence[Chunk]]] = (),
    *,
    cut: bool = False,
    library: Library | None = None,
    made: Callable[[str], Any] = array,
) -> Trace:
    """Link a chapter of a log to a Trace. `imports`, what was recorded before it, gives module variables their nodes.

    Streams are (thread, chunks), which are decoded a piece at a time, and again where an old value is asked for: see
    `runtime/record/chunks.py`. Where they were `cut` their first events are missing: frames begin where the stream
    does, and what belongs to nothing that is known is no loss. Traces of one log may share a `library`. A column is
    what `made` makes of a type code.
    """
    source = Source()
    linker = Linker(modules, TraceBuilder(library or Library(), source, made), FrameRows(made))
    before, rest = ([(thread, source.add(chunks)) for thread, chunks in rows] for rows in (imports, streams))
    linker.link(before)
    imported = len(linker.values)
    linker.cut = cut
    linker.link(rest)
    known = tuple(structure for structure in modules if structure is not None)
    linker.frames.close()
    frames = Frames(linker.frames.kinds, linker.frames.columns)
    return linker.graph.trace(name, frames, lost=linker.lost, imported=imported, modules=known)


class Frames(View[Frame]):
    """The frames of a trace: of each its place in `kinds`, the parent's number and the thread, in three columns."""

    def __init__(self, kinds: Sequence[tuple[Function, str]], columns: Sequence[Sequence[int]]) -> None:
        self.kinds, self._columns = kinds, columns

    def __len__(self) -> int:
        return len(self._columns[0])

    def made(self, number: int) -> Frame:
        """Make the frame of one row."""
        code, parent, thread = (column[number] for column in self._columns)
        function, path = self.kinds[code]
        return Frame(number, function.qualname, path, parent, thread, function.line)
