"""The edges of nodes, a block at a time, and what is marked by going along them; compiled by mypyc where that works."""

from __future__ import annotations

from typing import Any

BLOCK = 1 << 12  # nodes whose edges are read at once; chosen


class Edges:
    """The edges of a block of nodes, from `low` up to `high`, as lists: columns may lie on disk."""

    def __init__(self, columns: Any) -> None:
        self.columns = columns
        self.size: int = len(columns.site)
        self.low = self.high = self.base = 0  # base: the place, in the column, of the first of the inputs
        self.ends: list[int] = []
        self.inputs: list[int] = []
        self.controls: list[int] = []

    def load(self, node: int) -> None:
        """Go on to the block of a node."""
        columns = self.columns
        self.low = node - node % BLOCK
        self.high = min(self.low + BLOCK, self.size)
        self.ends = list(columns.first[self.low : self.high + 1])
        self.base = self.ends[0]
        self.inputs = list(columns.inputs[self.base : self.ends[-1]])
        self.controls = list(columns.control[self.low : self.high])


def mark_backward(marks: bytearray, columns: Any, control: bool) -> None:
    """Mark with 1 all that a marked node depends on: from the newest one down, as inputs are earlier."""
    edges = Edges(columns)
    node = marks.rfind(1)
    while node >= 0:
        if not edges.low <= node < edges.high:
            edges.load(node)
        place, inputs = node - edges.low, edges.inputs
        for at in range(edges.ends[place] - edges.base, edges.ends[place + 1] - edges.base):
            marks[inputs[at]] = 1
        if control and edges.controls[place] >= 0:
            marks[edges.controls[place]] = 1
        node = node - 1 if node and marks[node - 1] == 1 else marks.rfind(1, 0, node)


def mark_forward(marks: bytearray, columns: Any, control: bool) -> None:
    """Mark with 1 all that depends on a marked node."""
    edges = Edges(columns)
    begin = marks.find(1)
    for node in range(begin + 1, len(marks)) if begin >= 0 else range(0):
        if marks[node]:
            continue
        if not edges.low <= node < edges.high:
            edges.load(node)
        place, inputs = node - edges.low, edges.inputs
        if control and edges.controls[place] >= 0 and marks[edges.controls[place]]:
            marks[node] = 1
        for at in range(edges.ends[place] - edges.base, edges.ends[place + 1] - edges.base):
            if marks[inputs[at]]:
                marks[node] = 1
                break
