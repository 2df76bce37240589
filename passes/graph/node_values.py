"""NodeValues: the values of the last nodes as they are; older ones are read from the log again when asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from struct import pack
from typing import Any, Final

from tracec.runtime.record.chunks import Source

WINDOW = 1 << 16  # nodes of which the values are kept, at least; twice as many at most; chosen
FAR = 1 << 15  # values of older nodes that are kept; chosen
_nothing: Final = object()


def packed(typecode: str, rows: list[int]) -> array[int]:
    """An array of numbers: `array` alone would read each by a format of its own, which takes five times as long."""
    return array(typecode, pack(f"{len(rows)}{typecode}", *rows))


class NodeValues:
    """The value of each node, by its number.

    `column` has for each node the number of an event of the source; -1 - n for a constant, the nth one. Those of the
    last nodes are in `numbers` until they are settled.
    """

    def __init__(self, source: Source, column: Any) -> None:
        self.source, self.column = source, column
        self.recent: list[Any] = []
        self.first = 0  # the node whose value is the first of these
        self.numbers: list[int] = []
        self.laid = 0  # nodes that are in the column
        self.replaced: dict[int, int] = {}  # node -> another number than the column has
        self.constants: list[Any] = []
        self.known: dict[int, int] = {}  # id of a constant -> its number
        self.far: dict[int, Any] = {}
        self.event: Any = _nothing  # the one at hand, and its number
        self.at = 0

    def __len__(self) -> int:
        return self.first + len(self.recent)

    def __getitem__(self, node: int) -> Any:
        place = node - self.first
        return self.recent[place] if place >= 0 else self.older(node)

    def __iter__(self) -> Iterator[Any]:
        for node in range(len(self)):
            yield self[node]

    def older(self, node: int) -> Any:
        """The value of a node before the last ones."""
        if node < 0:
            return self[node + len(self)]
        found = self.far.get(node, _nothing)
        if found is _nothing:
            if len(self.far) >= FAR:
                self.far.clear()
            found = self.far[node] = self.numbered(self.number(node))
        return found

    def numbered(self, number: int) -> Any:
        """The value with a number of the column."""
        return self.source.event(number) if number >= 0 else self.constants[-1 - number]

    def number(self, node: int) -> int:
        """What the column has, or will have, for a node."""
        if node >= self.laid:
            return self.numbers[node - self.laid]
        found = self.replaced.get(node)
        if found is None:
            found = self.column[node]
        return found

    def number_of(self, value: object) -> int:
        """The number of the event at hand, or of a constant."""
        return self.at if value is self.event else self.constant(value)

    def constant(self, value: object) -> int:
        """The number of a value that comes from no event; it is kept."""
        number = self.known.get(id(value), 0)
        if not number:
            self.constants.append(value)
            number = self.known[id(value)] = -len(self.constants)
        return number

    def add(self, value: object, like: int) -> int:
        """Add the value of the next node: that of the node it is `like`, or, where that is -1, of the event at hand."""
        self.numbers.append(self.number(like) if like >= 0 else self.number_of(value))
        self.recent.append(value)
        return self.first + len(self.recent) - 1

    def replace(self, node: int, value: object) -> None:
        """Give a node another value, that of the event at hand."""
        number = self.number_of(value)
        if node >= self.laid:
            self.numbers[node - self.laid] = number
        else:
            self.replaced[node] = number
        if node >= self.first:
            self.recent[node - self.first] = value
        else:
            self.far.pop(node, None)

    def settle(self) -> None:
        """Empty the numbers into the column, and forget values that are not among the last ones."""
        self.column.extend(packed("q", self.numbers))
        self.laid += len(self.numbers)
        self.numbers.clear()
        if len(self.recent) >= 2 * WINDOW:
            del self.recent[:WINDOW]
            self.first += WINDOW

    def settled(self) -> Any:
        """What a trace has: a list where all values are there anyway."""
        self.event = _nothing
        return self if self.first else self.recent


def stored(source: Source, column: Any, constants: list[Any], replaced: dict[int, int]) -> NodeValues:
    """The values of a trace that was linked before: all are read again."""
    values = NodeValues(source, column)
    values.first = values.laid = len(column)
    values.constants, values.replaced = constants, replaced
    return values
