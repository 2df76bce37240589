"""Numbers near a point: one at a time with steps that grow while they help and shrink when they do not; and draws."""

from __future__ import annotations

import math
import random
from collections.abc import Generator, Iterator, Sequence

from tracec.passes.propose.tune.region import Point, with_value
from tracec.passes.propose.tune.space import Dimension

# All chosen.
FINEST = 1e-4  # share of the first step: smaller steps are not tried
GROW = 2.0  # factor of a step that helped
SHRINK = 0.25  # factor of a step that did not


def first_step(dimension: Dimension) -> float:
    """Choose a quarter of the range; half of the value where there is none, and at least one last digit."""
    if math.isfinite(dimension.low) and math.isfinite(dimension.high):
        wide = (dimension.high - dimension.low) / 4
    else:
        wide = abs(dimension.start) / 2 or 1.0
    return max(1.0, wide) if dimension.kind == "int" else wide


def pattern(dimensions: Sequence[Dimension], numbers: Sequence[int], start: Point) -> Generator[Point, bool, None]:
    """Yield points; each time it is sent whether the point is the best so far. Ends where no step helps.

    `numbers` are the dimensions to move along, numbers all of them.
    """
    at = start
    steps = {n: first_step(dimensions[n]) for n in numbers}
    finest = {n: 1.0 if dimensions[n].kind == "int" else FINEST * steps[n] for n in numbers}
    signs = dict.fromkeys(numbers, 1.0)
    while steps:
        for n in list(steps):
            moved = False
            for sign in (signs[n], -signs[n]):
                value = dimensions[n].inside(short(at[n] + sign * steps[n], steps[n]))
                if value != at[n] and (yield with_value(at, n, value)):
                    at, moved = with_value(at, n, value), True
                    signs[n] = sign
                    break
            if moved:
                steps[n] *= GROW
            elif steps[n] <= finest[n]:
                del steps[n]
            else:
                steps[n] = max(steps[n] * SHRINK, finest[n])


def short(value: float, step: float) -> float:
    """Round the value to no more digits than the step can tell apart."""
    if not value or not step:
        return value
    digits = math.floor(math.log10(abs(value))) - math.floor(math.log10(abs(step))) + 2
    return float(f"{value:.{max(1, min(17, digits))}g}")


def scattered(
    dimensions: Sequence[Dimension], numbers: Sequence[int], start: Point, draw: random.Random
) -> Iterator[Point]:
    """Draws around a point without end: Gaussian, some of the numbers moved, the scale drawn anew each time."""
    while True:
        scale = 10.0 ** draw.uniform(-2.0, 0.5)
        values = [
            start[n] + draw.gauss(0.0, scale * first_step(dimensions[n])) * (draw.random() < 0.7) for n in numbers
        ]
        yield moved(dimensions, numbers, start, values, scale / 8)


def moved(
    dimensions: Sequence[Dimension], numbers: Sequence[int], start: Point, values: Sequence[float], digits: float
) -> Point:
    """A point with new numbers, within what is allowed, in no more digits than the scale can tell apart."""
    point = start
    for n, value in zip(numbers, values):
        if math.isfinite(value):
            written = short(value, digits * first_step(dimensions[n])) if value != start[n] else value
            point = with_value(point, n, dimensions[n].inside(written))
    return point
