"""FrameRows: the frames of a trace while they are entered, a row each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracec.passes.graph.builder import closed
from tracec.passes.graph.node_values import packed
from tracec.passes.link.plan import Module
from tracec.passes.nouns.trace import Function

BLOCK = 1 << 13  # rows after which they go into the columns; chosen


class FrameRows:
    """The function, the parent's number and the thread of each frame."""

    def __init__(self, made: Callable[[str], Any]) -> None:
        self.kinds: list[tuple[Function, str]] = []  # with the module's path
        self.codes: dict[tuple[int, int], int] = {}  # ids of both -> their place in `kinds`
        self.columns: list[Any] = [made("i"), made("i"), made("i")]
        self.function: list[int] = []
        self.parent: list[int] = []
        self.thread: list[int] = []
        self.laid = 0

    def __len__(self) -> int:
        return self.laid + len(self.function)

    def function_of(self, number: int) -> Function:
        """The function that a frame is of."""
        place = number - self.laid
        code: int = self.function[place] if place >= 0 else self.columns[0][number]
        return self.kinds[code][0]

    def append(self, function: Function, module: Module, parent: int, thread: int) -> None:
        """Add a frame."""
        key = id(function), id(module)
        code = self.codes.get(key, -1)
        if code < 0:
            code = self.codes[key] = len(self.kinds)
            self.kinds.append((function, module.path))
        self.function.append(code)
        self.parent.append(parent)
        self.thread.append(thread)
        if len(self.function) >= BLOCK:
            self.settle()

    def settle(self) -> None:
        """Empty the lists into the columns."""
        self.laid += len(self.function)
        for column, rows in zip(self.columns, (self.function, self.parent, self.thread)):
            column.extend(packed("i", rows))
            rows.clear()

    def close(self) -> None:
        """Settle the last rows."""
        self.settle()
        self.columns = [closed(column) for column in self.columns]
