"""Trace + node -> the nodes it depends on."""

from __future__ import annotations

from collections.abc import Iterable

from tracec.passes.trace import Trace


def backward(trace: Trace, start: Iterable[int], *, control: bool = True) -> frozenset[int]:
    """Ids of all nodes that some start node depends on, itself included: by data, and by `control` unless switched off.

    Linear in the number of edges; one pass from the newest node down, as inputs are always earlier.
    """
    wanted = {node for node in start if 0 <= node < len(trace.nodes)}
    if not wanted:
        return frozenset()
    for number in range(max(wanted), -1, -1):
        if number in wanted:
            node = trace.nodes[number]
            wanted.update(node.inputs)
            if control and node.control >= 0:
                wanted.add(node.control)
    return frozenset(wanted)
