"""The graph while it grows: columns, a row for each node."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from tracec.passes.trace import Columns, Site

BLOCK = 1 << 15  # rows after which they go from lists, which are quick, into arrays, which are small


class Graph:
    """Rows are appended to lists, of which the linker's loop knows each; `settle` empties them into the columns."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.values = self.columns.values
        self.sites: list[int] = []
        self.frames: list[int] = []
        self.controls: list[int] = []
        self.counts: list[int] = []
        self.inputs: list[int] = []
        self.labels: list[int] = []
        self._codes = {"": 0}

    def know(self, sites: Sequence[Site]) -> int:
        """Add sites to the table; the number of the first."""
        first = len(self.columns.table)
        self.columns.table += sites
        return first

    def word(self, label: str) -> int:
        """The code of a label."""
        code = self._codes.setdefault(label, len(self._codes))
        if code == len(self.columns.words):
            self.columns.words.append(label)
        return code

    def add(
        self, site: int, frame: int, control: int, inputs: Sequence[int], labels: Sequence[int], value: object
    ) -> int:
        """A new node; its number."""
        number = len(self.values)
        self.sites.append(site)
        self.frames.append(frame)
        self.controls.append(control)
        self.counts.append(len(inputs))
        self.inputs += inputs
        self.labels += labels
        self.values.append(value)
        return number

    def settle(self, always: bool = False) -> None:
        """Empty the lists into the columns if they are long."""
        if len(self.sites) < BLOCK and not always:
            return
        columns = self.columns
        for column, rows in (
            (columns.site, self.sites), (columns.frame, self.frames), (columns.control, self.controls),
            (columns.inputs, self.inputs), (columns.labels, self.labels),
        ):  # fmt: skip
            column.extend(array(column.typecode, rows))
            rows.clear()
        at = columns.first[-1]
        ends = columns.first
        for count in self.counts:
            at += count
            ends.append(at)
        self.counts.clear()
