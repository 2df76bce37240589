"""Trace + a node -> what changed the objects that its value holds: its items, elements and fields, at any depth."""

from __future__ import annotations

from collections.abc import Iterator

from tracec.passes.nouns.mutations import first_changed, may_change
from tracec.passes.nouns.structure import Columns
from tracec.passes.nouns.trace import Trace
from tracec.runtime.record.picture_texts import LASTING

MOST = 1000  # nodes that are looked at for one value; chosen
PARTS = frozenset(["item", "attr", "loop"])  # kinds whose value is a part of what they read
SAME = frozenset(
    ["param", "bind", "store", "return", "call"]
)  # kinds whose value may be the very object they are given
STORES = frozenset(["store", "delete"])
ASIDE = frozenset(["changed", "of"])  # labels of inputs that are neither the object nor a part of it


def changes_within(trace: Trace, node: int, before: int, *, itself: bool = False) -> list[int]:
    """List the nodes ahead of another one that changed an object which the value of a node holds, the newest first.

    With `itself` also those that changed the value itself.
    """
    if trace.columns.contents is None:
        trace.columns.contents = Contents(trace.columns)
    found: list[int] = trace.columns.contents.changes(node, before, itself=itself)
    return found


class Contents:
    """Who reads a node, of the kinds that read a part of it, hand it on or change it; made in one pass."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._readers: dict[int, list[int]] = {}
        table = columns.table
        wanted = {n for n, site in enumerate(table) if site.kind in PARTS | SAME | STORES or may_change(site)}
        for node, site in enumerate(columns.site):
            if site in wanted:
                for source in columns.inputs[columns.first[node] : columns.first[node + 1]]:
                    self._readers.setdefault(source, []).append(node)

    def changes(self, node: int, before: int, *, itself: bool) -> list[int]:
        """The same, of one trace."""
        values = self._columns.values
        root, seen, todo, found = identity(values[node]), {node}, [node], set[int]()
        while todo and len(seen) < MOST:
            held = todo.pop()
            for reader in self._readers.get(held, ()):
                if reader >= before:
                    break
                if (itself or identity(values[held]) != root) and self._changes(reader, held):
                    found.add(reader)
                if reader not in seen and self._leads_on(reader, held):
                    seen.add(reader)
                    todo.append(reader)
        return sorted(found, reverse=True)

    def _leads_on(self, reader: int, held: int) -> bool:
        """Tell whether the value of a reader is the object that it reads, or a part of it that can change."""
        value, kind = self._columns.values[reader], self._columns.table[self._columns.site[reader]].kind
        if not identity(value) or value[3] & LASTING or all(word in ASIDE for word in self._words(reader, held)):
            return False
        return kind in PARTS or (kind in SAME and identity(value) == identity(self._columns.values[held]))

    def _changes(self, reader: int, held: int) -> bool:
        """Tell whether a reader changes the object that it reads: it stores on it, or is a method that changes it."""
        columns = self._columns
        site = columns.table[columns.site[reader]]
        if site.kind in STORES:
            return "on" in self._words(reader, held)
        if not may_change(site):
            return False
        inputs = columns.inputs[columns.first[reader] : columns.first[reader + 1]]
        words = [columns.words[code] for code in columns.labels[columns.first[reader] : columns.first[reader + 1]]]
        place = first_changed(site, words)
        return place < len(inputs) and inputs[place] == held

    def _words(self, reader: int, held: int) -> Iterator[str]:
        """The labels under which a node reads another."""
        columns = self._columns
        for place in range(columns.first[reader], columns.first[reader + 1]):
            if columns.inputs[place] == held:
                yield columns.words[columns.labels[place]]


def identity(value: object) -> int:
    """The identity of an object, by what is recorded of it; 0 of a plain value."""
    return value[2] if type(value) is tuple else 0
