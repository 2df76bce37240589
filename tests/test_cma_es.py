"""CMA-ES over the numbers of a program."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tracec.optimizers.tune.cma_es import generations
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propose.tune.region import Point
from tracec.passes.propose.tune.space import Dimension

START = (0.9, -0.8)
BEST = (0.2, 0.35)


def dimension(start: float, low: float = -1.0, high: float = 1.0) -> Dimension:
    target = Target("m.py:X:1", "number", "X", Span("m.py", 1, 0, 1, 1), repr(start))
    return Dimension(target, "float", start, low, high)


DIMENSIONS = tuple(dimension(start) for start in START)


def loss(point: Point) -> float:
    """A valley a hundred times as long as it is wide, across both axes: no search along one of them finds its end."""
    along, across = (point[0] + point[1]) - sum(BEST), (point[0] - point[1]) - (BEST[0] - BEST[1])
    return float(along**2 + 100 * across**2)


def asked(
    numbers: Sequence[int], seed: int, turns: int, loss: Callable[[Point], float], dimensions: Sequence[Dimension] = ()
) -> list[Point]:
    """The first points that CMA-ES asks for, generation by generation."""
    start = (*START, 0.5)[: len(dimensions or DIMENSIONS)]
    made = generations(dimensions or DIMENSIONS, numbers, start, seed)
    assert made is not None, "install the extra: pip install -e '.[dev]'"
    seen = [*next(made)]
    try:
        last = seen
        while len(seen) < turns:
            last = [*made.send([loss(point) for point in last])]
            seen += last
    except StopIteration:
        pass
    return seen


def test_it_finds_the_end_of_a_valley_across_both_axes() -> None:
    seen = asked([0, 1], 1, 600, loss)
    assert min(map(loss, seen)) < 1e-3 < loss(START)
    assert all(-1 <= number <= 1 for point in seen for number in point)
    assert {type(number) for point in seen for number in point} == {float}


def test_a_seed_is_a_search() -> None:
    assert asked([0, 1], 3, 60, loss) == asked([0, 1], 3, 60, loss)
    assert asked([0, 1], 3, 60, loss) != asked([0, 1], 4, 60, loss)


def test_points_that_fail_are_left() -> None:
    """A loss that is infinite is told as a large one, and the search goes on where it is not."""
    seen = asked([0, 1], 1, 300, lambda point: math.inf if point[0] > 0.5 else loss(point))
    assert all(point[0] <= 0.5 for point in seen[-6:])


def test_only_the_numbers_named_move() -> None:
    mixed = (*DIMENSIONS, dimension(0.5))
    seen = asked([0, 2], 1, 40, lambda point: float(point[0] ** 2), mixed)
    assert {point[1] for point in seen} == {START[1]}
    assert len({point[2] for point in seen}) > 5


def test_one_number_needs_no_covariance() -> None:
    assert generations(DIMENSIONS, [0], START, 1) is None
