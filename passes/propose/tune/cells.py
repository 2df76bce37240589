"""Breakpoints -> a value for each cell between them, in as few digits as keep it well inside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from tracec.passes.propose.tune.space import Dimension

INNER = 0.25  # share of a cell by which a written value keeps away from its ends; chosen


def nice(low: float, high: float) -> float:
    """Choose the number with the fewest digits near the middle of an interval; the middle one of several alike."""
    middle = low / 2 + high / 2
    keep = (high - low) * INNER
    for digits in range(1, 17):
        value = float(f"{middle:.{digits}g}")
        if low + keep <= value <= high - keep:
            return value
    return middle


def values(dimension: Dimension, breaks: Iterable[float]) -> list[Any]:
    """Choose a value for each cell into which the breakpoints part what the dimension allows, in ascending order.

    Of integers a breakpoint itself is a cell of its own.
    """
    known = sorted({b for b in breaks if math.isfinite(b) and dimension.allows(b)})
    whole = dimension.kind == "int"
    if not known:
        return []
    low, high = ends(dimension, known)
    cells = [between(dimension, a, b) for a, b in pairwise([low, *known, high])]
    points = [int(b) for b in known if b == int(b)] if whole else []
    found = {value for value in (*cells, *points) if value is not None and dimension.allows(value)}
    return sorted(found)


def ends(dimension: Dimension, known: Sequence[float]) -> tuple[float, float]:
    """Find where the first cell begins and the last one ends: at the bounds, else a little outside."""
    room = (known[-1] - known[0]) / len(known) or abs(known[0]) / 10 or 1.0
    room = max(room, 2.0) if dimension.kind == "int" else room
    low = dimension.low if dimension.low > -math.inf else known[0] - 2 * room
    high = dimension.high if dimension.high < math.inf else known[-1] + 2 * room
    return low, high


def between(dimension: Dimension, low: float, high: float) -> Any:
    """Choose a value within a cell; None where there is none. Ends that are bounds are allowed themselves."""
    if dimension.kind == "int":
        first, last = math.floor(low) + 1, math.ceil(high) - 1
        if low == dimension.low:
            first = math.ceil(low)
        if high == dimension.high:
            last = math.floor(high)
        return round_int(first, last) if first <= last else None
    if low == high:
        return float(low) if low in (dimension.low, dimension.high) else None
    value = nice(low, high)
    return value if low < value < high else None


def round_int(first: int, last: int) -> int:
    """Choose the roundest integer near the middle."""
    if last - first < 4:
        return (first + last) // 2
    value = int(nice(first, last))
    return value if first <= value <= last else (first + last) // 2
