"""Scores of two arms on the same tasks -> the mean of their differences, with an interval."""

from __future__ import annotations

import random
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

DRAWS = 10_000  # of the bootstrap
LEVEL = 0.95  # of the interval
Pair = tuple[str, int]  # task, seed


@dataclass(frozen=True)
class Difference:
    """`low` and `high`: percentiles of the bootstrap; `wins`, `losses`: pairs where the first has more, or less."""

    mean: float
    low: float
    high: float
    pairs: int
    wins: int
    losses: int


def difference(first: Mapping[Pair, float], second: Mapping[Pair, float], seed: int = 0) -> Difference | None:
    """The first less the second, on what both were run on; None where that is nothing."""
    shared = sorted(first.keys() & second.keys())
    if not shared:
        return None
    gaps = [first[pair] - second[pair] for pair in shared]
    low, high = interval(gaps, seed)
    wins, losses = sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps)
    return Difference(statistics.fmean(gaps), low, high, len(gaps), wins, losses)


def interval(values: list[float], seed: int = 0) -> tuple[float, float]:
    """The percentile interval of the mean: so many times, as many values are drawn with replacement."""
    draw = random.Random(seed)
    means = sorted(statistics.fmean(draw.choices(values, k=len(values))) for _ in range(DRAWS))
    tail = int(DRAWS * (1 - LEVEL) / 2)
    return means[tail], means[DRAWS - 1 - tail]
