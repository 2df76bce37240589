"""Streams of (cost, thing) in non-decreasing cost: merged, paired and replayed without computing more than is read."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log2
from operator import itemgetter
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class Replay(Generic[T]):
    """A lazy sequence that many may read: it is computed only as far as its furthest reader got."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items, self._read = items, list[T]()

    def __iter__(self) -> Iterator[T]:
        index = 0
        while True:
            if index == len(self._read):
                try:
                    self._read.append(next(self._items))
                except StopIteration:
                    return
            yield self._read[index]
            index += 1


def bits(count: int) -> float:
    """Count the bits to name one of `count` things: log2, and 0 for none."""
    return log2(max(1, count))


def cheapest(items: Iterable[tuple[float, T]]) -> Iterator[tuple[float, T]]:
    """Sort a finite stream by cost; equal costs keep their order."""
    return iter(sorted(items, key=itemgetter(0)))


def merge(*streams: Iterable[tuple[float, T]]) -> Iterator[tuple[float, T]]:
    """Merge ranked streams into one."""
    return heapq.merge(*streams, key=itemgetter(0))


def dearer(stream: Iterable[tuple[float, T]], by: float) -> Iterator[tuple[float, T]]:
    """Add `by` bits to each cost of a stream."""
    return ((cost + by, thing) for cost, thing in stream)


def spread(stream: Sequence[tuple[float, T]], *makers: tuple[float, Callable[[T], U]]) -> Iterator[tuple[float, U]]:
    """Make each thing in several ways, given as (further bits, maker); all ways are ranked together."""
    return merge(*(_made(stream, extra, make) for extra, make in makers))


def _made(stream: Sequence[tuple[float, T]], extra: float, make: Callable[[T], U]) -> Iterator[tuple[float, U]]:
    return ((cost + extra, make(thing)) for cost, thing in stream)


def pairs(lefts: Sequence[tuple[float, T]], rights: Sequence[tuple[float, U]]) -> Iterator[tuple[float, tuple[T, U]]]:
    """Rank all pairs of two ranked sequences by the sum of the costs."""
    if not lefts or not rights:
        return
    heap = [(lefts[0][0] + rights[0][0], 0, 0)]
    while heap:
        cost, i, j = heapq.heappop(heap)
        yield cost, (lefts[i][1], rights[j][1])
        if j + 1 < len(rights):
            heapq.heappush(heap, (lefts[i][0] + rights[j + 1][0], i, j + 1))
        if j == 0 and i + 1 < len(lefts):
            heapq.heappush(heap, (lefts[i + 1][0] + rights[0][0], i + 1, 0))
