"""Traces of passing tests -> where they went another way than a failing one, and which places they ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracec.passes.explain.road import Parting
from tracec.passes.explain.tell import operands
from tracec.passes.graph.why import Tree
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Picture, Trace, show


@dataclass(slots=True)
class Passing:
    """What passing tests did, by place; made once, for several roads."""

    traces: Sequence[Trace]
    lines: frozenset[tuple[str, int]] = field(init=False)
    by_span: list[dict[Span, list[int]]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_span = [nodes_by_span(trace) for trace in self.traces]
        self.lines = frozenset((span.path, span.line) for found in self.by_span for span in found)

    def parting(self, span: Span, value: object) -> Parting | None:
        """How passing tests decided at the place of a test; None where none of them only went the other way."""
        apart, came, node = self.apart(span, value)
        if not apart:
            return None
        other = apart[0]
        made = other.nodes[node]
        told = tuple(operands(other, Tree(other, True), made))
        return Parting(other.name, show(made.value, 40), told, len(apart), came)

    def apart(self, span: Span, value: object) -> tuple[list[Trace], int, int]:
        """The runs that only went the other way at a place, how many came there, and the node in the first of them."""
        ours = truth(value)
        came, first = 0, -1
        apart: list[Trace] = []
        for other, found in zip(self.traces, self.by_span):
            nodes = found.get(span, ())
            came += bool(nodes)
            if ours is not None and nodes and {truth(other.nodes[node].value) for node in nodes} == {not ours}:
                first = nodes[-1] if not apart else first
                apart.append(other)
        return apart, came, first


def nodes_by_span(trace: Trace) -> dict[Span, list[int]]:
    """The nodes of a trace by their places, of what ran while the test did."""
    columns = trace.columns
    found: dict[int, list[int]] = {}
    for node in range(trace.imported, len(trace)):
        found.setdefault(columns.site[node], []).append(node)
    spans: dict[Span, list[int]] = {}
    for site, nodes in found.items():
        spans.setdefault(columns.table[site].span, []).extend(nodes)
    return spans


def truth(value: object) -> bool | None:
    """Whether a recorded value counts as true; None where that cannot be told."""
    if isinstance(value, Picture):
        return value.size > 0 if value.size >= 0 else None
    return bool(value)
