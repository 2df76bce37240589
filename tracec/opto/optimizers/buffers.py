"""The last few of something."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any


class FIFOBuffer:
    """Keeps the last `size`; none where that is 0."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.buffer: deque[Any] = deque(maxlen=max(0, size))

    def add(self, item: Any) -> None:
        """Keep one more."""
        self.buffer.append(item)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.buffer)

    def __len__(self) -> int:
        return len(self.buffer)
