"""Events as the recorder in C writes them: bytes -> what the linker reads.

An event begins with a byte that says its kind. Numbers are written seven bits a byte, the lowest first; signed ones
zigzag; texts are their length and UTF-8. What is no plain value has the number of a slot: where it comes again in the
same chunk, only the slot is written.
"""

from __future__ import annotations

from typing import Any, Final

from tracec.runtime.record.event_bytes import Bytes, double
from tracec.runtime.record.picture_texts import (
    LASTING,
    MANY,
    Text,
    called,
    contained,
    cut,
    detailed,
    numpy_array,
    numpy_scalar,
    placed,
    raised,
    said,
    wrapped,
)

TOKEN: Final = 0
MARK: Final = 1
NONE: Final = 2
TRUE: Final = 3
FALSE: Final = 4
INT: Final = 5
BIG: Final = 6
FLOAT: Final = 7
COMPLEX: Final = 8
STR: Final = 9
LONG_STR: Final = 10
CUT_STR: Final = 11
BYTES: Final = 12
CUT_BYTES: Final = 13
LIST: Final = 14
TUPLE: Final = 15
SET: Final = 16
FROZENSET: Final = 17
DICT: Final = 18
INSTANCE: Final = 19
AGAIN: Final = 20
NAMED: Final = 21
ERROR: Final = 22
HUGE: Final = 23
TURN: Final = 24
SHAPE: Final = 25
FIELDS: Final = 26
MEMBER: Final = 27
MADE: Final = 28
SCALAR: Final = 29
ARRAY: Final = 30
CELLS: Final = 31
OPENED: Final = 32
GONE: Final = 33
SWITCH: Final = 34
OBJECT: Final = 35
PLACED: Final = 36
CALLED: Final = 37
Picture = tuple[str, str, int, int, int]  # (type, text, identity, WHOLE | LASTING, size)
CONTAINERS: list[type] = [list, tuple, set, frozenset, dict]  # from LIST to DICT
DEEPEST: Final = 40  # levels of parts within parts; a recorder goes DEEP, with a class or two at each
_PLAIN = frozenset([int, float, bool, type(None), complex, str, bytes])


def decode(chunk: bytes) -> list[Any]:
    """One chunk -> its events: plain values; (module, segment); (mark,); (type, text, identity, state, size);
    (turn, turn, turn) where this thread goes on after another one did: turns are counted over all threads; and (names,
    whether each is another frame's, addresses, 0) of the cells of a frame that just began, four zeros where nobody saw
    them.

    Raises IndexError or ValueError where the bytes are torn.
    """
    return Reader(chunk).events()


class Reader(Bytes):
    """Reads one chunk from its start to its end."""

    def __init__(self, chunk: bytes) -> None:
        super().__init__(chunk)
        self.depth = 0
        self.slots: dict[int, Any] = {}

    def events(self, most: int = -1) -> list[Any]:
        """The next events: all there are, or the `most` asked for.

        Numbers below 64 and floats, the most frequent ones, are read here.
        """
        chunk, end, out = self.chunk, len(self.chunk), []
        place, whole, real, left = self.place, INT, FLOAT, most
        while place < end and left:
            left -= 1
            kind = chunk[place]
            if kind == whole and chunk[place + 1] < 128:
                number = chunk[place + 1]
                out.append(number >> 1 if not number & 1 else ~(number >> 1))
                place += 2
            elif kind == real:
                out.append(double(chunk, place + 1)[0])
                place += 9
            else:
                self.place = place
                out.append(self.event())
                place = self.place
        self.place = place
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
        if kind == AGAIN:
            return self.slots[self.number()]
        if kind == STR:
            return self.text()
        if LIST <= kind <= DICT:
            return self.container(CONTAINERS[kind - LIST])
        if kind == INSTANCE:
            return self.instance()
        if kind == FIELDS:
            return self.fields()
        if kind == INT:
            return self.signed()
        if OPENED <= kind <= SWITCH:
            return self.rare(kind)
        return _READ[kind](self)

    def rare(self, kind: int) -> Any:
        """Six numbers: a token of a frame whose end nobody tells; how many such began after one that has ended; the
        stack that the thread goes on with, 0 for its first.
        """
        first = self.number()
        return kind, first, self.number() if kind == OPENED else 0, 0, 0, 0

    def kept(self) -> str:
        """A string that may come again."""
        slot = self.number()
        self.slots[slot] = text = self.name()
        return text

    def cut_str(self) -> Picture:
        """The start of a long string."""
        slot, identity, size = self.number(), self.number(), self.number()
        self.slots[slot] = made = ("str", cut(self.name()), identity, LASTING, size)
        return made

    def cut_bytes(self) -> Picture:
        """The start of long bytes."""
        identity, size = self.number(), self.number()
        return ("bytes", cut(self.raw()), identity, LASTING, size)

    def container(self, kind: type) -> Picture:
        """A built-in container."""
        text, state, identity, size = self.inside(kind)
        return (kind.__name__, text, identity, state, size)

    def inside(self, kind: type) -> tuple[str, int, int, int]:
        """(text, state, identity, size)."""
        identity, size, shown = self.number(), self.number(), self.number()
        if shown > MANY:
            raise ValueError("no container shows as many items")
        parts = [self.part() for _ in range(2 * shown if kind is dict else shown)]
        text, state = contained(kind, size, parts)
        return text, state, identity, size

    def cells(self) -> Any:
        """The cells of a frame: each is a variable that it shares with functions within it, or with one around."""
        slot, count = self.number(), self.number()
        if count:
            rows = [(self.number(), self.name()) for _ in range(count)]
            self.slots[slot] = tuple([name for _, name in rows]), tuple([free == 1 for free, _ in rows])
        elif slot not in self.slots:
            return (0,) * 4
        names, free = self.slots[slot]
        return names, free, tuple([self.number() for _ in names]), 0

    def part(self) -> Text:
        """(text, state) of an item."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError("no value is as deep")
        kind = self.chunk[self.place]
        if LIST <= kind <= DICT:
            self.place += 1
            text, state, _, _ = self.inside(CONTAINERS[kind - LIST])
            found = text, state
        else:
            event = self.event()
            found = said(event) if type(event) in _PLAIN else (event[1], event[3])
        self.depth -= 1
        return found

    def instance(self) -> Picture:
        """An object of which only the type is told."""
        slot, identity, name = self.number(), self.number(), self.name()
        self.slots[slot] = made = (name, f"<{name}>", identity, 0, -1)
        return made

    def named(self) -> Picture:
        """A function, class or module."""
        slot, identity, kind = self.number(), self.number(), self.name()
        self.slots[slot] = made = (kind, placed(kind, self.name(), None), identity, LASTING, -1)
        return made

    def placed(self) -> Picture:
        """A function or a method, with its place."""
        slot, identity, kind = self.number(), self.number(), self.name()
        text = placed(kind, self.name(), (self.name(), self.number()))
        self.slots[slot] = made = (kind, text, identity, LASTING, -1)
        return made

    def error(self) -> Picture:
        """An exception and its arguments."""
        identity, name = self.number(), self.name()
        return (name, raised(name, self.part()[0]), identity, 0, -1)

    def shape(self) -> Any:
        """The name and the fields of a class, and the object behind it."""
        slot, lasting, name, size = self.number(), self.number(), self.name(), self.number()
        self.slots[slot] = name, [self.name() for _ in range(min(size, MANY))], size, LASTING * lasting
        if self.chunk[self.place] == SHAPE:
            raise ValueError("a class is told of, and no object")
        return self.event()

    def fields(self) -> Picture:
        """An object with its fields."""
        name, names, size, lasting = self.slots[self.number()]
        identity, shown = self.number(), self.number()
        parts = []
        while place := self.number():
            parts.append((names[place - 1], self.part()))
        text, state = detailed(name, parts, size > shown, lasting)
        return (name, text, identity, state, -1)

    def object(self) -> Picture:
        """An ordinary object, by what it holds."""
        name, names, _, _ = self.slots[self.number()]
        slot, identity, more = self.number(), self.number(), self.number()
        parts = [(field, self.part()) for field in names]
        text, state = detailed(name, parts, more == 1, 0)
        self.slots[slot] = made = (name, text, identity, state, -1)
        return made

    def called(self) -> Picture:
        """A range or a slice."""
        identity, name = self.number(), self.name()
        text, state = called(name, [self.part(), self.part(), self.part()])
        return (name, text, identity, state, -1)

    def member(self) -> Picture:
        """A member of an enum."""
        slot, identity, name = self.number(), self.number(), self.name()
        self.slots[slot] = made = (name, f"{name}.{self.name()}", identity, LASTING, -1)
        return made

    def made(self) -> Picture:
        """An object of a class that was made from a built-in one."""
        identity, name = self.number(), self.name()
        text, state = wrapped(name, self.part())
        return (name, text, identity, state, -1)

    def scalar(self) -> Picture:
        """A scalar of numpy."""
        identity, name = self.number(), self.name()
        text, state = numpy_scalar(name, self.part())
        return (name, text, identity, state, -1)

    def array(self) -> Picture:
        """An array of numpy."""
        identity, dtype, native = self.number(), self.name(), self.number()
        shape = tuple([self.number() for _ in range(self.number())])
        text, state = numpy_array(dtype, native == 1, shape, self.part() if self.number() else None)
        return ("ndarray", text, identity, state, -1)


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
    HUGE: lambda reader: ("int", "<int>", 0, LASTING, -1),
    SHAPE: Reader.shape,
    FIELDS: Reader.fields,
    MEMBER: Reader.member,
    MADE: Reader.made,
    SCALAR: Reader.scalar,
    ARRAY: Reader.array,
    CELLS: Reader.cells,
    OBJECT: Reader.object,
    PLACED: Reader.placed,
    CALLED: Reader.called,
}
