"""What is known of every case along one parameter -> where to run next, and which values are best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracec.passes.propose.tune.region import Interval

Known = Sequence[tuple[Interval, float | None]]  # of one case: where its outcome is known, and what it is


@dataclass(frozen=True, slots=True)
class Profile:
    """For each value, in ascending order: what each case scores there. `scores[value][case]` is (known, score)."""

    values: tuple[Any, ...]
    scores: tuple[tuple[tuple[bool, float | None], ...], ...]

    def missing(self, at: int) -> int:
        """Return how many cases are not known at a value."""
        return sum(not known for known, _ in self.scores[at])

    def next(self) -> int | None:
        """Choose the value that tells most: unknown to most cases, then farthest from what is known; None for none."""
        counts = [self.missing(at) for at in range(len(self.values))]
        most = max(counts, default=0)
        if not most:
            return None
        return max(
            (at for at, count in enumerate(counts) if count == most), key=lambda at: (self.depth(counts, at), -at)
        )

    def share(self) -> float:
        """Return the part of all cases at all values that is known."""
        every = sum(map(len, self.scores))
        return 1 - sum(self.missing(at) for at in range(len(self.values))) / every if every else 1.0

    @staticmethod
    def depth(counts: Sequence[int], at: int) -> int:
        """Return how far a value is from the next one that is better known."""
        near = [abs(at - other) for other, count in enumerate(counts) if count < counts[at]]
        return min(near, default=0)

    def rows(self) -> dict[int, list[float | None]]:
        """Return the values at which all cases are known, by place."""
        return {at: [score for _, score in row] for at, row in enumerate(self.scores) if all(known for known, _ in row)}


def profile(values: Sequence[Any], known: Mapping[str, Known]) -> Profile:
    """Make a profile of values in ascending order and what is known of each case."""
    columns = [column(values, intervals) for intervals in known.values()]
    return Profile(tuple(values), tuple(tuple(c[at] for c in columns) for at in range(len(values))))


def column(values: Sequence[Any], intervals: Known) -> list[tuple[bool, float | None]]:
    """Look up one case at each value: (known, score)."""
    said: list[tuple[bool, float | None]] = [(False, None)] * len(values)
    for (low, high), score in intervals:
        for at, value in enumerate(values):
            if low <= (value, 0) <= high:
                said[at] = True, score
    return said


def plateau(good: Sequence[int]) -> tuple[int, int]:
    """Find the longest run without a gap of places that are equally good, its first and last; the first of several."""
    best = first = last = good[0]
    longest = 0
    for at in good:
        first = at if at > last + 1 else first
        last = at
        if last - first > longest:
            longest, best = last - first, first
    return best, best + longest
