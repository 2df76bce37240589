"""Structures + streams -> Trace: replays what is static against what was recorded."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.passes.graph.builder import Library
from tracec.passes.link.plan import Module
from tracec.passes.link.replay import Linker
from tracec.passes.nouns.trace import Frame, Function, Structure, Trace, View

__all__ = ["Library", "link"]


def link(
    name: str,
    modules: Sequence[Structure | None],
    streams: Sequence[tuple[int, Sequence[object]]],
    imports: Sequence[tuple[int, Sequence[object]]] = (),
    *,
    cut: bool = False,
    library: Library | None = None,
) -> Trace:
    """Link a chapter of a log to a Trace. `imports`, what was recorded before it, gives module variables their nodes.

    Streams are (thread, events) in the format of `runtime.events`. Where they were `cut` their first events are
    missing: frames begin where the stream does, and what belongs to nothing that is known is no loss. Traces of one log
    may share a `library`.
    """
    linker = Linker(modules, library or Library())
    linker.link(imports)
    imported = len(linker.values)
    linker.cut = cut
    linker.link(streams)
    known = tuple(structure for structure in modules if structure is not None)
    return linker.graph.trace(name, Frames(linker.frames), lost=linker.lost, imported=imported, modules=known)


class Frames(View[Frame]):
    """The frames of a trace."""

    def __init__(self, rows: Sequence[tuple[Function, Module, int, int]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def made(self, number: int) -> Frame:
        """Make the frame of one row."""
        function, module, parent, thread = self._rows[number]
        return Frame(number, function.qualname, module.path, parent, thread, function.line)
