"""Thresholds: every value of a parameter is scored by a few traced runs, and pairs of them by a few more."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeVar

from tracec.passes.nouns.score import Score, score_of
from tracec.passes.propose.tune import cells
from tracec.passes.propose.tune.knowledge import Knowledge
from tracec.passes.propose.tune.profile import Profile, plateau, profile
from tracec.passes.propose.tune.region import Point, Region, with_value
from tracec.passes.propose.tune.space import Dimension

MOST_VALUES = 2_000  # of one parameter; chosen
MOST_RUNS = 40  # traced for one parameter; chosen
FIRST_RUNS = 3  # after so many runs LEAST_SHARE must be known; chosen
LEAST_SHARE = 0.5  # of all cases at all values; chosen
GRID = 48  # values of each of two parameters; chosen
PAIR_RUNS = 24  # traced for one pair; chosen


@dataclass(frozen=True, slots=True)
class Wanted:
    """Points whose cases are wanted, all of them independent of each other.

    With `traced` they are to be learnt from; else each may be the best, and is to be compared with it.
    """

    points: tuple[Point, ...]
    traced: bool = False


T = TypeVar("T")
Asking = Generator[Wanted, None, T]  # is gone on with once what it wants is known


def sweep(know: Knowledge, dimension: Dimension, number: int, point: Point) -> Asking[tuple[list[Point], bool]]:
    """The points along one parameter, the best first, each with all its cases known; and whether these are all.

    Wants the runs that it needs. Where each of them tells of few values only, as in a simulation, it gives up soon.
    """
    whole = False
    for count in range(MOST_RUNS):
        seen = along(know, dimension, number, point)
        at = seen.next()
        whole = at is None
        if at is None or (count == FIRST_RUNS and seen.share() < LEAST_SHARE):
            break
        yield Wanted((with_value(point, number, seen.values[at]),), traced=True)
        if not know.tracing:
            break
    return ranked(know, dimension, number, point), whole


def along(know: Knowledge, dimension: Dimension, number: int, point: Point) -> Profile:
    """What is known along one parameter, all others as at a point."""
    turns = {t for regions in know.regions.values() for r in regions for t in r.turns(number, point)}
    values = thinned(cells.values(dimension, turns))
    return profile(values, {case: known(know.regions.get(case, ()), number, point) for case in know.cases})


def known(regions: Sequence[Region], number: int, point: Point) -> list[Any]:
    """Where one case is known along a parameter, and what it scores there."""
    found = ((region.along(number, point), region.score) for region in regions)
    return [(interval, score) for interval, score in found if interval]


def thinned(values: list[Any]) -> list[Any]:
    """At most MOST_VALUES of them, evenly."""
    if len(values) <= MOST_VALUES:
        return values
    return [values[len(values) * at // MOST_VALUES] for at in range(MOST_VALUES)]


def ranked(know: Knowledge, dimension: Dimension, number: int, point: Point) -> list[Point]:
    """The best value of each score, in the middle of the values that are as good, written short."""
    seen = along(know, dimension, number, point)
    by_score: dict[Score, list[int]] = {}
    for at, row in seen.rows().items():
        by_score.setdefault(score_of(row), []).append(at)
    found = []
    for score in sorted(by_score, reverse=True):
        first, last = plateau(by_score[score])
        found.append(
            with_value(point, number, middle(dimension, seen.values[first], seen.values[last], seen, first, last))
        )
    return found


def middle(dimension: Dimension, low: Any, high: Any, seen: Profile, first: int, last: int) -> Any:
    """A value between two that are as good."""
    if first == last:
        return low
    if dimension.kind == "int":
        return seen.values[(first + last) // 2]
    return cells.nice(low, high)


def pairs(
    know: Knowledge, dimensions: Sequence[Dimension], numbers: Sequence[int], point: Point
) -> Asking[list[Point]]:
    """Points that change two parameters at once and may be better than `point`; the most promising first."""
    found: list[Point] = []
    for one, other in combinations(numbers, 2):
        found += yield from pair(know, dimensions, one, other, point)
    return sorted(found, key=know.score, reverse=True)


def pair(know: Knowledge, dimensions: Sequence[Dimension], one: int, other: int, point: Point) -> Asking[list[Point]]:
    """Run where the known cases leave most hope, until none is left: branch and bound over a grid of cells."""
    found: list[Point] = []
    best = know.score(point)
    for _ in range(PAIR_RUNS):
        grid = hopes(know, dimensions, one, other, point)
        hope, missing, chosen = max(grid, key=lambda row: (row[0], -row[1]), default=(best, 0, point))
        if not best < hope:
            break
        yield Wanted((chosen,), traced=True)
        found.append(chosen)
        best = max(best, know.score(chosen))
        if not missing or not know.tracing:
            break
    return found


def hopes(
    know: Knowledge, dimensions: Sequence[Dimension], one: int, other: int, point: Point
) -> list[tuple[Score, int, Point]]:
    """(the best that a point can be, how many of its cases are not known, the point) over a grid of two parameters."""
    rows = few(along(know, dimensions[one], one, point).values)
    columns = few(along(know, dimensions[other], other, point).values)
    top = max((r.score for regions in know.regions.values() for r in regions if r.score is not None), default=0.0)
    table: dict[tuple[int, int], list[float | None]] = {
        (i, j): [] for i in range(len(rows)) for j in range(len(columns))
    }
    missing = dict.fromkeys(table, 0)
    for case in know.cases:
        seen: dict[tuple[int, int], float | None] = {}
        for region in know.regions.get(case, ()):
            seen |= dict.fromkeys(cells_of(region, one, other, point, rows, columns), region.score)
        for place, scores in table.items():
            missing[place] += place not in seen
            scores.append(seen.get(place, top))
    return [
        (score_of(scores), missing[i, j], with_value(with_value(point, one, rows[i]), other, columns[j]))
        for (i, j), scores in table.items()
    ]


def cells_of(
    region: Region, one: int, other: int, point: Point, rows: Sequence[Any], columns: Sequence[Any]
) -> Iterator[tuple[int, int]]:
    """The cells of a grid of two parameters, by their places, that lie in a region."""
    if not others_hold(region, one, other, point):
        return
    inside = [j for j, value in enumerate(columns) if holds_at(region, other, value)]
    for i, value in enumerate(rows):
        if inside and holds_at(region, one, value):
            yield from ((i, j) for j in inside if fits(region, one, other, point, value, columns[j]))


def few(values: Sequence[Any]) -> list[Any]:
    """At most GRID of them, evenly."""
    return list(values) if len(values) <= GRID else [values[len(values) * at // GRID] for at in range(GRID)]


def holds_at(region: Region, number: int, value: Any) -> bool:
    """Whether a parameter may have a value, as far as it alone decides."""
    if number in region.fixed:
        return bool(region.at[number] == value)
    low, high = region.bounds.get(number, ((float("-inf"), 0), (float("inf"), 0)))
    return low <= (value, 0) <= high


def others_hold(region: Region, one: int, other: int, point: Point) -> bool:
    """Whether all parameters but two are where the region is."""
    place = with_value(with_value(point, one, region.at[one]), other, region.at[other])
    return region.holds_but(-1, place)


def fits(region: Region, one: int, other: int, point: Point, a: Any, b: Any) -> bool:
    """The comparisons of several parameters."""
    if not region.links:
        return True
    place = with_value(with_value(point, one, a), other, b)
    return all(link.holds(place) for link, _ in region.links)
