"""Events as the recorder in C writes them: bytes -> what the linker reads.

An event begins with a byte that says its kind. Numbers are written seven bits a byte, the lowest first; signed ones
zigzag; texts are their length and UTF-8. What is no plain value has the number of a slot: where it comes again in the
same chunk, only the slot is written.
"""

from __future__ import annotations

import struct
from typing import Any

from tracec.runtime.picture import Picture, contained, cut

# fmt: off
(TOKEN, MARK, NONE, TRUE, FALSE, INT, BIG, FLOAT, COMPLEX, STR, LONG_STR, CUT_STR, BYTES, CUT_BYTES,
 LIST, TUPLE, SET, FROZENSET, DICT, INSTANCE, AGAIN, NAMED, ERROR, HUGE, TURN) = range(25)
# fmt: on
CONTAINERS = {LIST: list, TUPLE: tuple, SET: set, FROZENSET: frozenset, DICT: dict}
_PLAIN = frozenset([int, float, bool, type(None), complex, str, bytes])
_double = struct.Struct("=d").unpack_from


def decode(chunk: bytes) -> list[Any]:
    """One chunk -> its events: plain values; (module, segment); (mark,); (type, text, identity, exact, size); and
    (turn, turn, turn) where this thread goes on after another one did: turns are counted over all threads.

    Raises IndexError or ValueError where the bytes are torn.
    """
    return Reader(chunk).events()


class Reader:
    """Reads one chunk from its start to its end."""

    def __init__(self, chunk: bytes) -> None:
        self.chunk, self.place = chunk, 0
        self.slots: dict[int, Any] = {}

    def events(self) -> list[Any]:
        """All events. Numbers below 64 and floats, the most frequent ones, are read here."""
        chunk, end, out = self.chunk, len(self.chunk), []
        place = 0
        while place < end:
            kind = chunk[place]
            if kind == INT and chunk[place + 1] < 128:
                number = chunk[place + 1]
                out.append(number >> 1 if not number & 1 else ~(number >> 1))
                place += 2
            elif kind == FLOAT:
                out.append(_double(chunk, place + 1)[0])
                place += 9
            else:
                self.place = place
                out.append(self.event())
                place = self.place
        return out

    def event(self) -> Any:
        """The next event; a value's picture has its text only, which is all that a container around it needs."""
        kind = self.chunk[self.place]
        self.place += 1
        if kind == TOKEN:
            return self.number(), self.number()
        if kind == MARK:
            return (self.number(),)
        if kind == TURN:
            return (self.number(),) * 3
        if kind in CONTAINERS:
            return self.container(CONTAINERS[kind])
        return _READ[kind](self)

    def number(self) -> int:
        """An unsigned number."""
        chunk, place = self.chunk, self.place
        number = shift = 0
        while True:
            byte = chunk[place]
            place += 1
            number |= (byte & 127) << shift
            if byte < 128:
                self.place = place
                return number
            shift += 7

    def signed(self) -> int:
        """A signed number."""
        number = self.number()
        return ~(number >> 1) if number & 1 else number >> 1

    def raw(self) -> bytes:
        """Bytes after their length."""
        size = self.number()
        self.place += size
        return self.chunk[self.place - size : self.place]

    def text(self) -> str:
        """A text."""
        return self.raw().decode("utf-8", "surrogatepass")

    def real(self) -> float:
        """A float."""
        self.place += 8
        return float(_double(self.chunk, self.place - 8)[0])

    def kept(self) -> str:
        """A string that may come again."""
        slot = self.number()
        self.slots[slot] = text = self.text()
        return text

    def cut_str(self) -> Picture:
        """The start of a long string."""
        slot, identity, size = self.number(), self.number(), self.number()
        self.slots[slot] = made = ("str", cut(self.text()), identity, False, size)
        return made

    def cut_bytes(self) -> Picture:
        """The start of long bytes."""
        identity, size = self.number(), self.number()
        return ("bytes", cut(self.raw()), identity, False, size)

    def container(self, kind: type) -> Picture:
        """A built-in container."""
        text, exact, identity, size = self.inside(kind)
        return (kind.__name__, text, identity, exact and kind in (tuple, frozenset), size)

    def inside(self, kind: type) -> tuple[str, bool, int, int]:
        """(text, whether that says it all, identity, size)."""
        identity, size, shown = self.number(), self.number(), self.number()
        parts = [self.part() for _ in range(2 * shown if kind is dict else shown)]
        text, exact = contained(kind, size, parts)
        return text, exact, identity, size

    def part(self) -> tuple[str, bool]:
        """(text, whether that says it all) of an item."""
        kind = self.chunk[self.place]
        if kind in CONTAINERS:
            self.place += 1
            return self.inside(CONTAINERS[kind])[:2]
        event = self.event()
        return (repr(event), True) if type(event) in _PLAIN else (event[1], False)

    def instance(self) -> Picture:
        """An object of which only the type is told."""
        slot, identity, name = self.number(), self.number(), self.text()
        self.slots[slot] = made = (name, f"<{name}>", identity, False, -1)
        return made

    def named(self) -> Picture:
        """A function, class or module."""
        slot, identity, kind = self.number(), self.number(), self.text()
        self.slots[slot] = made = (kind, f"<{kind} {self.text()}>", identity, False, -1)
        return made

    def error(self) -> Picture:
        """An exception and its arguments."""
        identity, name = self.number(), self.text()
        return (name, name + self.part()[0], identity, False, -1)


_READ: dict[int, Any] = {
    NONE: lambda reader: None,
    TRUE: lambda reader: True,
    FALSE: lambda reader: False,
    INT: Reader.signed,
    BIG: lambda reader: int(reader.text()),
    FLOAT: Reader.real,
    COMPLEX: lambda reader: complex(reader.real(), reader.real()),
    STR: Reader.text,
    LONG_STR: Reader.kept,
    CUT_STR: Reader.cut_str,
    BYTES: Reader.raw,
    CUT_BYTES: Reader.cut_bytes,
    INSTANCE: Reader.instance,
    AGAIN: lambda reader: reader.slots[reader.number()],
    NAMED: Reader.named,
    ERROR: Reader.error,
    HUGE: lambda reader: ("int", "<int>", 0, False, -1),
}
