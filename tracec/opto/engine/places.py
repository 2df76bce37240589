"""The place in the user's source that a node comes from: the nearest frame outside this package."""

from __future__ import annotations

import os
import sys
from types import CodeType, FrameType

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Place:
    """A call in some code. Its line and columns are looked up when they are asked for."""

    __slots__ = ("at", "code")

    def __init__(self, code: CodeType, at: int) -> None:
        self.code, self.at = code, at

    @property
    def path(self) -> str:
        """The file."""
        return self.code.co_filename

    @property
    def function(self) -> str:
        """The qualified name of the function, "<module>" for a module."""
        return self.code.co_qualname

    @property
    def positions(self) -> tuple[int, int, int, int]:
        """Line, last line, column and last column (in bytes), of the call; the line alone where no more is known."""
        found = [*self.code.co_positions()][self.at // 2]
        line = found[0] or self.code.co_firstlineno
        return line, found[1] or line, found[2] or 0, found[3] or 0

    @property
    def line(self) -> int:
        """The line."""
        return self.positions[0]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


_known: dict[tuple[int, int], Place] = {}  # by the identity of the code, which each keeps alive, and the instruction


def place_of(frame: FrameType) -> Place:
    """Where a frame is just now."""
    code, at = frame.f_code, frame.f_lasti
    found = _known.get((id(code), at))
    if found is None:
        found = _known.setdefault((id(code), at), Place(code, at))
    return found


_files: dict[str, bool] = {}  # whether a file is this package's own


def is_ours_file(path: str) -> bool:
    """Whether a file is this package's own."""
    found = _files.get(path)
    if found is None:
        found = _files[path] = path.startswith(_OURS)
    return found


def is_ours(code: CodeType) -> bool:
    """Whether code is this package's own."""
    return is_ours_file(code.co_filename)


def here() -> Place | None:
    """Where the user's code is just now."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        ours = _files.get(code.co_filename)
        if ours is False or (ours is None and not is_ours(code)):
            found = _known.get((id(code), frame.f_lasti))
            return place_of(frame) if found is None else found
        frame = frame.f_back
    return None
