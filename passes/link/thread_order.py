"""The streams of several threads -> the order in which they ran, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import Any


class Feed:
    """One thread's stream: the piece at hand, and how far it was replayed."""

    def __init__(self, thread: int, pieces: Iterator[tuple[int, list[Any]]]) -> None:
        self.thread, self.pieces = thread, pieces
        self.events: list[Any] = []
        self.number = 0  # of the first event of the piece
        self.place = 0

    def more(self) -> bool:
        """Go on to the next piece, once the one at hand is used up; False where there is none."""
        while self.place >= len(self.events):
            following = next(self.pieces, None)
            if following is None:
                return False
            self.number, self.events = following
            self.place = 0
        return True

    def turn(self) -> int:
        """Pass the event (number,) * 3 before which another thread may have run; return the number."""
        number: int = self.events[self.place][0]
        self.place += 1
        return number


class Turns:
    """The feeds that wait for their turn. Numbers of turns grow over all threads; a feed begins with turn 0."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self.feeds = feeds
        self.waiting = [(0, place) for place in range(len(feeds))]

    def next(self) -> int:
        """The place of the feed that goes on, -1 at the end."""
        return heappop(self.waiting)[1] if self.waiting else -1

    def wait(self, turn: int, place: int) -> None:
        """Let a feed wait for a turn."""
        heappush(self.waiting, (turn, place))
