"""The bytes of a log's records -> plain values: laid out as `marshal` does it, and never read by it.

`marshal` trusts what it reads: bytes that were made for it end the interpreter. A log comes from a test, or from
somebody else. So each type and each length is looked at here, and what no recorder writes is refused.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO, Final

BLOCK = 1 << 16  # bytes read at once
DEEPEST = 8  # a record, its rows, a row, its chunks, a chunk, an event: with room
SHARED = (
    4096  # characters of a text, or bytes, that may be meant again by their number: no recorder repeats longer ones
)
DIGITS = 140  # of 15 bits each: an int has less than 2,000 bits, as larger ones are pictures
_int = struct.Struct("<i").unpack_from
_real = struct.Struct("<d").unpack_from
_pair = struct.Struct("<dd").unpack_from
# The bytes that values begin with. Strings that the interpreter knows of once are written with other ones.
NONE: Final = 78  # N
TRUE: Final = 84  # T
FALSE: Final = 70  # F
INT: Final = 105  # i
LONG: Final = 108  # l
FLOAT: Final = 103  # g
COMPLEX: Final = 121  # y
BYTES: Final = 115  # s
TEXT: Final = 117  # u
KNOWN: Final = 116  # t
ASCII: Final = 97  # a
KNOWN_ASCII: Final = 65  # A
SHORT: Final = 122  # z
KNOWN_SHORT: Final = 90  # Z
TUPLE: Final = 40  # (
SMALL: Final = 41  # )
LIST: Final = 91  # [
REF: Final = 114  # r
SHAPES: dict[str, tuple[type, ...]] = {
    "process": (str, str, str, int),
    "name": (str,),
    "module": (str, str),
    "part": (int, bytes),
    "chapter": (str, list),
}  # kind of a record -> the types of the rest of it


class Torn(ValueError):
    """The bytes end within a record: whoever wrote them was ended."""


class Place:
    """Bytes that were passed, to be read when they are needed."""

    def __init__(self, file: Any, start: int, size: int) -> None:
        self.file, self.start, self.size = file, start, size  # the file: `chunks.Held`


class Records:
    """Reads one value after the other. `place_in_file` is where the next one begins.

    Where the file is `held`, long bytes are passed: each is a `Place` in it.
    """

    def __init__(self, file: BinaryIO, held: Any = None) -> None:
        self.file, self.held = file, held
        self.start = file.tell()  # of the block, within the file
        self.left = file.seek(0, 2) - self.start  # bytes that are not in a block yet
        file.seek(self.start)
        self.block = b""
        self.place = 0
        self.known: list[Any] = []

    def place_in_file(self) -> int:
        """Bytes before what is read next."""
        return self.start + self.place

    def at_end(self) -> bool:
        """Whether there are no more bytes."""
        return self.left == 0 and self.place == len(self.block)

    def next(self) -> Any:
        """The next value. Torn where the bytes end before it does, ValueError where they are none of ours."""
        self.known = []
        return self.value(0)

    def record(self) -> tuple[Any, ...]:
        """The next value, which must be a record."""
        found: Any = self.next()
        if type(found) is not tuple or not found or type(found[0]) is not str or found[0] not in SHAPES:
            raise ValueError(f"no record ends at byte {self.place_in_file()}")
        shape = SHAPES[found[0]]
        if len(found) != len(shape) + 1:
            raise ValueError(f"a record of the kind {found[0]} has {len(found)} parts")
        parts: list[Any] = list(found[1:])
        for kind, part in zip(shape, parts):
            known = type(part) is kind or (kind is bytes and type(part) is Place)
            if not known or (type(part) is int and part < 0):
                raise ValueError(f"a record of the kind {found[0]} has a part of the wrong type")
        if found[0] == "chapter":
            for row in found[2]:
                check_row(row)
        return found

    def take(self, size: int) -> int:
        """The place in the block at which the next bytes are, so many of them."""
        place = self.place
        if place + size > len(self.block):
            self.more(size)
            place = 0
        self.place = place + size
        return place

    def more(self, size: int) -> None:
        rest = self.block[self.place :]
        missing = size - len(rest)
        if missing > self.left:
            raise Torn(f"it ends within a record, at byte {self.start + self.place + len(rest) + self.left}")
        data = self.file.read(min(self.left, max(missing, BLOCK)))
        if len(data) < missing:
            raise Torn("it became shorter while it was read")
        self.left -= len(data)
        self.start += self.place
        self.block = rest + data
        self.place = 0

    def size(self) -> int:
        """A length in four bytes; each thing counted takes a byte at least."""
        size = self.four()
        if size < 0:
            raise ValueError(f"a length below 0 at byte {self.place_in_file()}")
        if size > self.left + len(self.block) - self.place:
            raise Torn(f"it ends within a record, which begins before byte {self.place_in_file()}")
        return size

    def value(self, depth: int) -> Any:
        place = self.take(1)
        code = self.block[place]
        shared = code >= 128
        code &= 127
        if code in (TUPLE, SMALL, LIST):
            return self.items(code, shared, depth)
        if code == REF:
            return self.again()
        made = self.plain(code)
        if shared:
            self.known.append(made)
        return made

    def items(self, code: int, shared: bool, depth: int) -> Any:
        if depth >= DEEPEST:
            raise ValueError(f"too many levels at byte {self.place_in_file()}")
        if shared:
            self.known.append(_Closed)
        size = self.byte() if code == SMALL else self.size()
        made = [self.value(depth + 1) for _ in range(size)]
        return made if code == LIST else tuple(made)

    def again(self) -> Any:
        number = self.four()
        if not 0 <= number < len(self.known):
            raise ValueError(f"nothing has the number {number}, before byte {self.place_in_file()}")
        found = self.known[number]
        if found is _Closed or type(found) is Place or (isinstance(found, (str, bytes)) and len(found) > SHARED):
            raise ValueError(f"what has the number {number} is not to be repeated, before byte {self.place_in_file()}")
        return found

    def plain(self, code: int) -> Any:
        if code == INT:
            return self.four()
        if code == FLOAT:
            place = self.take(8)
            return _real(self.block, place)[0]
        if code == NONE:
            return None
        if code == TRUE:
            return True
        if code == FALSE:
            return False
        if code in (SHORT, KNOWN_SHORT):
            return self.raw(self.byte()).decode("ascii")
        if code == BYTES:
            return self.bytes_or_place(self.size())
        if code in (TEXT, KNOWN):
            return self.raw(self.size()).decode("utf-8", "surrogatepass")
        if code in (ASCII, KNOWN_ASCII):
            return self.raw(self.size()).decode("ascii")
        if code == LONG:
            return self.long()
        if code == COMPLEX:
            place = self.take(16)
            pair = _pair(self.block, place)
            return complex(pair[0], pair[1])
        raise ValueError(f"nothing begins with {code}, before byte {self.place_in_file()}")

    def byte(self) -> int:
        place = self.take(1)
        return self.block[place]

    def four(self) -> int:
        place = self.take(4)
        number: int = _int(self.block, place)[0]
        return number

    def raw(self, size: int) -> bytes:
        place = self.take(size)
        return self.block[place : place + size]

    def bytes_or_place(self, size: int) -> Any:
        if self.held is None or size <= SHARED:
            return self.raw(size)
        begin, there = self.place_in_file(), len(self.block) - self.place
        if size <= there:
            self.place += size
        else:
            self.left -= size - there
            self.start, self.block, self.place = begin + size, b"", 0
            self.file.seek(self.start)
        return Place(self.held, begin, size)

    def long(self) -> int:
        size = self.four()
        if abs(size) > DIGITS:
            raise ValueError(f"an int of {abs(size)} digits, before byte {self.place_in_file()}")
        data = self.raw(2 * abs(size))
        number = 0
        for place in range(len(data) - 2, -1, -2):
            digit = data[place] | data[place + 1] << 8
            if digit >> 15:
                raise ValueError(f"no digit of an int, before byte {self.place_in_file()}")
            number = number << 15 | digit
        return number if size >= 0 else -number


class _Closed:
    """Stands for a row among what is known: rows are not repeated."""


_PLAIN = frozenset([int, float, bool, type(None), complex, str, bytes])


def check_row(row: Any) -> None:
    """ValueError unless it is (thread, whether its first events were dropped, chunks)."""
    if type(row) is not tuple or len(row) != 3 or type(row[0]) is not int or type(row[1]) is not bool:
        raise ValueError("a stream is not as it should be")
    if type(row[2]) is not list:
        raise ValueError("a stream has no chunks")
    for chunk in row[2]:
        if type(chunk) is list:
            check_events(chunk)
        elif type(chunk) is not bytes and type(chunk) is not Place:
            raise ValueError("a chunk is not as it should be")


def check_events(events: list[Any]) -> None:
    """ValueError unless these are events as `decode` gives them."""
    for event in events:
        kind = type(event)
        if kind is tuple:
            if not (is_picture(event) if len(event) == 5 else is_token(event)):
                raise ValueError("an event is not as it should be")
        elif kind not in _PLAIN:
            raise ValueError("an event has the wrong type")


def is_picture(event: Any) -> bool:
    """Whether a tuple of five is (type, text, identity, state, size)."""
    return (
        type(event[0]) is str
        and type(event[1]) is str
        and type(event[2]) is int
        and type(event[3]) is int
        and type(event[4]) is int
    )


def is_token(event: Any) -> bool:
    """Whether a tuple is a token, a mark, a turn, or says that cells were not seen."""
    if not 1 <= len(event) <= 4 and len(event) != 6:
        return False
    return all(type(number) is int and number >= 0 for number in event)
