"""Points far and near over numbers: CMA-ES by the `cmaes` package, and draws where it is not installed."""

from __future__ import annotations

import importlib.util
import math
import random
from collections.abc import Generator, Iterator, Sequence

from tracec.passes.propose.tune.pattern import first_step, short
from tracec.passes.propose.tune.region import Point, with_value
from tracec.passes.propose.tune.space import Dimension

HUGE = 1e300  # what a failing point is told to be worth: CMA-ES takes no infinity


def installed() -> bool:
    """Whether the extra `tracec[tune]` is there."""
    return importlib.util.find_spec("cmaes") is not None


def cma(
    dimensions: Sequence[Dimension], numbers: Sequence[int], start: Point, seed: int
) -> Generator[Point, float, None] | None:
    """Yields points and is sent the loss of each; None where `cmaes` is missing or there are fewer than two numbers."""
    if len(numbers) < 2 or not installed():
        return None
    return _cma(dimensions, numbers, start, seed)


def _cma(
    dimensions: Sequence[Dimension], numbers: Sequence[int], start: Point, seed: int
) -> Generator[Point, float, None]:
    import numpy
    from cmaes import CMA

    scale = [first_step(dimensions[n]) for n in numbers]
    middle = numpy.array([start[n] / s for n, s in zip(numbers, scale)], dtype=float)
    ends = [(dimensions[n].low / s, dimensions[n].high / s) for n, s in zip(numbers, scale)]
    bounds = numpy.array([[max(low, -HUGE), min(high, HUGE)] for low, high in ends])
    optimizer = CMA(mean=middle, sigma=1.0, bounds=bounds, seed=seed)
    while not optimizer.should_stop():
        asked = []
        for _ in range(optimizer.population_size):
            drawn = optimizer.ask()
            loss = yield moved(dimensions, numbers, start, [float(d) * s for d, s in zip(drawn, scale)], 0.01)
            asked.append((drawn, min(loss, HUGE)))
        optimizer.tell(asked)


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
