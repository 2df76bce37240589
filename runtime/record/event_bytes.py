"""The bytes of events -> the numbers and texts that they consist of."""

from __future__ import annotations

import struct
from typing import Final

from tracec.runtime.record.picture_texts import LONG

LONGEST: Final = 4 * LONG + 4  # bytes of a name or text that is kept by its slot: so many are LONG characters at most
WIDEST: Final = 70  # bits of a number
double = struct.Struct("=d").unpack_from


class Bytes:
    """A chunk, and the place in it at which reading goes on."""

    def __init__(self, chunk: bytes) -> None:
        self.chunk, self.place = chunk, 0

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
            if shift > WIDEST:
                raise ValueError("no number is as large")

    def signed(self) -> int:
        """A signed number."""
        number = self.number()
        return ~(number >> 1) if number & 1 else number >> 1

    def raw(self) -> bytes:
        """Bytes after their length."""
        size = self.number()
        place = self.place
        if size > len(self.chunk) - place:
            raise IndexError("a text goes on beyond the end")
        self.place = place + size
        return self.chunk[place : place + size]

    def text(self) -> str:
        """A text."""
        return self.raw().decode("utf-8", "surrogatepass")

    def name(self) -> str:
        """A text that is no longer than what is shown of one."""
        data = self.raw()
        if len(data) > LONGEST:
            raise ValueError("no name is as long")
        return data.decode("utf-8", "surrogatepass")

    def real(self) -> float:
        """A float."""
        self.place += 8
        return float(double(self.chunk, self.place - 8)[0])
