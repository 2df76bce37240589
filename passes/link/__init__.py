"""Structures + streams -> Trace: replays what is static against what was recorded."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from tracec.passes.graph.builder import Library
from tracec.passes.link.frame_rows import FrameRows
from tracec.passes.link.replay import Linker
from tracec.passes.nouns.trace import Frame, Structure, Trace, View
from tracec.runtime.record.chunks import Chunk, Source

__all__ = ["Library", "link", "link_chunks"]


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
    linker = Linker(modules, library or Library(), Source(), made)
    linker.link(imports)
    imported = len(linker.values)
    linker.cut = cut
    linker.link(streams)
    known = tuple(structure for structure in modules if structure is not None)
    linker.frames.close()
    return linker.graph.trace(name, Frames(linker.frames), lost=linker.lost, imported=imported, modules=known)


class Frames(View[Frame]):
    """The frames of a trace."""

    def __init__(self, rows: FrameRows) -> None:
        self._kinds, self._columns = rows.kinds, rows.columns

    def __len__(self) -> int:
        return len(self._columns[0])

    def made(self, number: int) -> Frame:
        """Make the frame of one row."""
        code, parent, thread = (column[number] for column in self._columns)
        function, module = self._kinds[code]
        return Frame(number, function.qualname, module.path, parent, thread, function.line)
