"""Dimensions + a start -> generations of points near and far, by CMA-ES of the `cmaes` package."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from tracec.passes.propose.tune.pattern import first_step, moved
from tracec.passes.propose.tune.region import Point
from tracec.passes.propose.tune.search import Generations
from tracec.passes.propose.tune.space import Dimension

HUGE = 1e300  # what a failing point is told to be worth: CMA-ES takes no infinity
DIGITS = 0.01  # of the first step: what lies closer together is written alike; chosen


def installed() -> bool:
    """True where the extra `tracec[tune]` is there."""
    return importlib.util.find_spec("cmaes") is not None


def generations(dimensions: Sequence[Dimension], numbers: Sequence[int], start: Point, seed: int) -> Generations | None:
    """Yields the points of each generation and is sent the loss of each.

    None where `cmaes` is missing or there are fewer than two numbers.
    """
    if len(numbers) < 2 or not installed():
        return None
    return _generations(dimensions, numbers, start, seed)


def _generations(dimensions: Sequence[Dimension], numbers: Sequence[int], start: Point, seed: int) -> Generations:
    import numpy
    from cmaes import CMA

    scale = [first_step(dimensions[n]) for n in numbers]
    middle = numpy.array([start[n] / s for n, s in zip(numbers, scale)], dtype=float)
    ends = [(dimensions[n].low / s, dimensions[n].high / s) for n, s in zip(numbers, scale)]
    bounds = numpy.array([[max(low, -HUGE), min(high, HUGE)] for low, high in ends])
    optimizer = CMA(mean=middle, sigma=1.0, bounds=bounds, seed=seed)
    while not optimizer.should_stop():
        drawn = [optimizer.ask() for _ in range(optimizer.population_size)]
        values = [[float(d) * s for d, s in zip(one, scale)] for one in drawn]
        losses = yield [moved(dimensions, numbers, start, some, DIGITS) for some in values]
        optimizer.tell([(one, min(loss, HUGE)) for one, loss in zip(drawn, losses)])
