"""Structures + streams -> Trace: replays what is static against what was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracec.passes.link.replay import Linker
from tracec.passes.trace import Site, Structure, Trace

__all__ = ["link"]


def link(
    name: str,
    modules: Sequence[Structure | None],
    streams: Sequence[tuple[int, Sequence[object]]],
    imports: Sequence[tuple[int, Sequence[object]]] = (),
    *,
    cut: bool = False,
) -> Trace:
    """A chapter of a log -> its Trace. `imports` is what was recorded before it: it gives module variables their nodes.

    Streams are (thread, events) in the format of `runtime.events`. Where they were `cut` their first events are
    missing: frames begin where the stream does, and what belongs to nothing that is known is no loss.
    """
    linker = Linker(modules)
    linker.link(imports)
    linker.cut = cut
    linker.link(streams)
    sites: Mapping[str, tuple[Site, ...]] = {s.path: s.sites for s in modules if s is not None}
    return Trace(name, tuple(linker.nodes), tuple(linker.frames), linker.lost, sites)
