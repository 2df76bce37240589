"""Columns of a trace that lie in files: appended to while it is linked, and mapped into memory then."""

from __future__ import annotations

import mmap
import os
from array import array
from pathlib import Path
from typing import Any

from tracec.project import private


class Growing:
    """A column while it grows: what the linker needs of an array."""

    def __init__(self, path: Path, typecode: str) -> None:
        self.path, self.typecode = path, typecode
        self.file = os.fdopen(private.new(path), "r+b", buffering=0)

    def extend(self, rows: array[Any]) -> None:
        """Append rows; OSError where there is no room."""
        left = memoryview(rows).cast("B")
        while left:
            left = left[self.file.write(left) :]

    def __getitem__(self, place: Any) -> Any:
        """A row, or a slice of them."""
        first, last = (place.start, place.stop) if isinstance(place, slice) else (place, place + 1)
        size = array(self.typecode).itemsize
        self.file.seek(first * size)
        found = array(self.typecode, self.file.read((last - first) * size))
        self.file.seek(0, os.SEEK_END)
        return found if isinstance(place, slice) else found[0]

    def closed(self) -> Any:
        """The column as it stays: it is read as an array is."""
        self.file.close()
        return mapped(self.path, self.typecode)


def mapped(path: Path, typecode: str) -> Any:
    """A column that lies in a file; the system reads what of it is looked at. OSError."""
    with open(os.open(path, private.OPEN), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            return array(typecode)
        whole: Any = memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ))
    return whole.cast(typecode)
