"""Trace + nodes -> the nodes that they depend on, or that depend on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from tracec.passes.graph.edges import mark_backward, mark_forward
from tracec.passes.nouns.trace import Trace


class Slice(Set[int]):
    """A set of node ids, a byte each; in order when it is gone through."""

    def __init__(self, marks: bytearray) -> None:
        self.marks = marks

    def __contains__(self, node: object) -> bool:
        return isinstance(node, int) and 0 <= node < len(self.marks) and self.marks[node] == 1

    def __iter__(self) -> Iterator[int]:
        node = self.marks.find(1)
        while node >= 0:
            yield node
            node = self.marks.find(1, node + 1)

    def __len__(self) -> int:
        return self.marks.count(1)

    def last(self, count: int) -> Slice:
        """The last ones of them, so many."""
        node = len(self.marks)
        for _ in range(count):
            if (found := self.marks.rfind(1, 0, node)) < 0:
                break
            node = found
        return Slice(bytearray(node) + self.marks[node:])

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        return frozenset(it)


def marked(nodes: Iterable[int], size: int) -> bytearray:
    """Make `size` bytes, 1 for each of the nodes that is below."""
    marks = bytearray(size)
    for node in nodes:
        if 0 <= node < size:
            marks[node] = 1
    return marks


def backward(trace: Trace, start: Iterable[int], *, control: bool = True) -> Slice:
    """Find all nodes that a start node depends on, itself included: by data, and by `control` unless switched off.

    Linear in the number of edges; one pass from the newest node down, as inputs are always earlier.
    """
    marks = marked(start, len(trace))
    mark_backward(marks, trace.columns, control)
    return Slice(marks)


def forward(trace: Trace, start: Iterable[int], *, control: bool = True) -> Slice:
    """Find all nodes that depend on some start node, itself included. Linear in the number of edges."""
    marks = marked(start, len(trace))
    mark_forward(marks, trace.columns, control)
    return Slice(marks)


def between(trace: Trace, start: Iterable[int], goal: Iterable[int], *, control: bool = True) -> Slice:
    """Find the nodes on any way from a start node to a goal: empty where there is none."""
    there, back = forward(trace, start, control=control), backward(trace, goal, control=control)
    return Slice(bytearray(a & b for a, b in zip(there.marks, back.marks)))


def path(trace: Trace, start: int, goal: int, *, control: bool = True) -> list[int]:
    """Find the fewest nodes that lead from one to the other, both included; none where no edge leads there."""
    columns = trace.columns
    came: dict[int, int] = {goal: -1}
    todo = [goal]
    for node in todo:
        if node == start:
            break
        sources = list(columns.inputs[columns.first[node] : columns.first[node + 1]])
        if control and columns.control[node] >= 0:
            sources.append(columns.control[node])
        for source in sources:
            if source >= start and source not in came:
                came[source] = node
                todo.append(source)
    way = []
    node = start if start in came else -1
    while node >= 0:
        way.append(node)
        node = came[node]
    return way
