"""CMA-ES over the numbers of a program, and the draws that take its place where `cmaes` is not installed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import pytest
from tracec.optimizers.tune.objective import Objective, score_of
from tracec.optimizers.tune.search import Search, wide_numbers

from tracec.optimizers.tune.cma_es import cma
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


def lowest(seed: int, turns: int = 600) -> tuple[float, list[Point]]:
    """What CMA-ES comes to, and all that it asked for."""
    points = cma(DIMENSIONS, [0, 1], START, seed)
    assert points is not None, "install the extra: pip install -e '.[dev]'"
    seen = [next(points)]
    try:
        while len(seen) < turns:
            seen.append(points.send(loss(seen[-1])))
    except StopIteration:
        pass
    return min(map(loss, seen)), seen


def test_it_finds_the_end_of_a_valley_across_both_axes() -> None:
    found, seen = lowest(1)
    assert found < 1e-3 < loss(START)
    assert all(-1 <= number <= 1 for point in seen for number in point)
    assert {type(number) for point in seen for number in point} == {float}


def test_a_seed_is_a_search() -> None:
    assert lowest(3, 60) == lowest(3, 60)
    assert lowest(3, 60) != lowest(4, 60)


def test_points_that_fail_are_left() -> None:
    """A loss that is infinite is told as a large one, and the search goes on where it is not."""
    points = cma(DIMENSIONS, [0, 1], START, 1)
    assert points is not None
    point = next(points)
    for _ in range(300):
        point = points.send(math.inf if point[0] > 0.5 else loss(point))
    assert point[0] <= 0.5


def test_only_the_numbers_named_move() -> None:
    mixed = (*DIMENSIONS, dimension(0.5))
    points = cma(mixed, [0, 2], (*START, 0.5), 1)
    assert points is not None
    seen = [next(points)]
    for _ in range(40):
        seen.append(points.send(seen[-1][0] ** 2))
    assert {point[1] for point in seen} == {START[1]}
    assert len({point[2] for point in seen}) > 5


def test_one_number_needs_no_covariance() -> None:
    assert cma(DIMENSIONS, [0], START, 1) is None


@dataclass
class Valley:
    """What the search asks of an objective: the score of one case, the negative loss."""

    case_runs: int = 0

    def scores(self, point: Point) -> list[float | None]:
        self.case_runs += 1
        return [-loss(point)]


def search(told: list[str]) -> Search:
    made = Search(cast(Objective, Valley()), DIMENSIONS, START, 1, lambda point: True, told.append)
    made.score = score_of([-loss(START)])
    return made


def test_the_search_takes_the_first_better_point_of_either() -> None:
    told: list[str] = []
    here = search(told)
    wide_numbers(here)
    assert loss(here.best) < loss(START)
    assert here.better == [here.best]
    assert not any("cmaes" in line for line in told)


def test_without_the_package_values_are_drawn_and_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        assert name == "cmaes"

    monkeypatch.setattr("importlib.util.find_spec", missing)
    told: list[str] = []
    here = search(told)
    wide_numbers(here)
    assert told[0] == "without the package cmaes (pip install 'tracec[tune]') values are drawn around the best"
    assert loss(here.best) < loss(START)
