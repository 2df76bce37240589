"""Nodes one by one -> Columns: the graph while it grows, a row for each node."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from tracec.passes.nouns.trace import Columns, Site

BLOCK = 1 << 15  # rows after which they go from lists, which are quick, into arrays, which are small; chosen


class Library:
    """What all traces of one log have in common: the table of sites, and the words for labels."""

    def __init__(self) -> None:
        self.table: list[Site] = []
        self.words = [""]
        self.plans: dict[str, Any] = {}  # by the structure's key
        self.stored: set[str] = set()  # attributes that some module stores
        self._codes = {"": 0}
        self._exceptions: dict[tuple[str, int], int] = {}

    def know(self, sites: Sequence[Site]) -> int:
        """Add sites to the table; return the number of the first."""
        first = len(self.table)
        self.table += sites
        return first

    def word(self, label: str) -> int:
        """Return the code of a label."""
        code = self._codes.setdefault(label, len(self._codes))
        if code == len(self.words):
            self.words.append(label)
        return code

    def exception_at(self, site: Site, kind: str) -> int:
        """Return the site of exceptions that end a frame at another site, or that it handles ("caught")."""
        number = self._exceptions.get((kind, id(site)))
        if number is None:
            shown = Site(site.id, kind, site.text, site.span, site.function, site.operands, site.labels, silent=True)
            number = self._exceptions[kind, id(site)] = self.know([shown])
        return number


class Graph:
    """Rows are appended to lists, of which the linker's loop knows each; `settle` empties them into the columns."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.columns = Columns(library.table, library.words)
        self.word, self.know = library.word, library.know
        self.values = self.columns.values
        self.sites: list[int] = []
        self.frames: list[int] = []
        self.controls: list[int] = []
        self.counts: list[int] = []
        self.inputs: list[int] = []
        self.labels: list[int] = []

    def add(
        self, site: int, frame: int, control: int, inputs: Sequence[int], labels: Sequence[int], value: object
    ) -> int:
        """Add a node; return its number."""
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
