"""Thresholds: every value of a parameter is scored by a few traced runs, and pairs of them by a few more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from tracec.optimizers.tune.objective import Objective, Score, score_of
from tracec.passes.propose.tune import cells
from tracec.passes.propose.tune.profile import Profile, plateau, profile
from tracec.passes.propose.tune.region import Point, Region, with_value
from tracec.passes.propose.tune.space import Dimension

MOST_VALUES = 2_000  # of one parameter
MOST_RUNS = 40  # traced for one parameter
FIRST_RUNS, LEAST_SHARE = 3, 0.5  # after so many runs that share of all must be known
GRID = 48  # values of each of two parameters
PAIR_RUNS = 24  # traced for one pair


def is_free(objective: Objective, number: int) -> bool:
    """Whether some case knows more than one value of a parameter: it goes into comparisons only."""
    return any(number not in region.fixed for regions in objective.regions.values() for region in regions)


def sweep(objective: Objective, dimensions: Sequence[Dimension], number: int, point: Point) -> tuple[list[Point], bool]:
    """The points along one parameter, the best first, each with all its cases known; and whether these are all.

    Runs what it needs to. Where each run tells of few values only, as in a simulation, it is given up soon.
    """
    whole = False
    for count in range(MOST_RUNS):
        known = along(objective, dimensions[number], number, point)
        at = known.next()
        whole = at is None
        if at is None or (count == FIRST_RUNS and known.share() < LEAST_SHARE):
            break
        chosen = with_value(point, number, known.values[at])
        if objective.scores(chosen, traced=True) and not objective.tracing:
            break
    return ranked(objective, dimensions[number], number, point), whole


def along(objective: Objective, dimension: Dimension, number: int, point: Point) -> Profile:
    """What is known along one parameter, all others as at a point."""
    turns = {t for regions in objective.regions.values() for r in regions for t in r.turns(number, point)}
    values = thinned(cells.values(dimension, turns))
    return profile(values, {case: known(objective.regions.get(case, ()), number, point) for case in objective.cases})


def known(regions: Sequence[Region], number: int, point: Point) -> list[Any]:
    """Where one case is known along a parameter, and what it scores there."""
    found = ((region.along(number, point), region.score) for region in regions)
    return [(interval, score) for interval, score in found if interval]


def thinned(values: list[Any]) -> list[Any]:
    """At most MOST_VALUES of them, evenly."""
    if len(values) <= MOST_VALUES:
        return values
    return [values[len(values) * at // MOST_VALUES] for at in range(MOST_VALUES)]


def ranked(objective: Objective, dimension: Dimension, number: int, point: Point) -> list[Point]:
    """The best value of each score, in the middle of the values that are as good, written short."""
    seen = along(objective, dimension, number, point)
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


def pairs(objective: Objective, dimensions: Sequence[Dimension], numbers: Sequence[int], point: Point) -> list[Point]:
    """Points that change two parameters at once and may be better than `point`; the most promising first."""
    found: list[Point] = []
    for one, other in combinations(numbers, 2):
        found += pair(objective, dimensions, one, other, point)
    return sorted(found, key=lambda p: score_of(objective.scores(p)), reverse=True)


def pair(objective: Objective, dimensions: Sequence[Dimension], one: int, other: int, point: Point) -> list[Point]:
    """Run where the known cases leave most hope, until none is left: branch and bound over a grid of cells."""
    found: list[Point] = []
    best = score_of(objective.scores(point))
    for _ in range(PAIR_RUNS):
        grid = hopes(objective, dimensions, one, other, point)
        hope, missing, chosen = max(grid, key=lambda row: (row[0], -row[1]), default=(best, 0, point))
        if not best < hope:
            break
        if score := score_of(objective.scores(chosen, traced=True)):
            found.append(chosen)
            best = max(best, score)
        if not missing or not objective.tracing:
            break
    return found


def hopes(
    objective: Objective, dimensions: Sequence[Dimension], one: int, other: int, point: Point
) -> list[tuple[Score, int, Point]]:
    """(the best that a point can be, how many of its cases are not known, the point) over a grid of two parameters."""
    rows = few(along(objective, dimensions[one], one, point).values)
    columns = few(along(objective, dimensions[other], other, point).values)
    top = max((r.score for regions in objective.regions.values() for r in regions if r.score is not None), default=0.0)
    table: dict[tuple[int, int], list[float | None]] = {
        (i, j): [] for i in range(len(rows)) for j in range(len(columns))
    }
    missing = dict.fromkeys(table, 0)
    for case in objective.cases:
        seen: dict[tuple[int, int], float | None] = {}
        for region in objective.regions.get(case, ()):
            i_inside = [i for i, value in enumerate(rows) if holds_at(region, one, value)]
            j_inside = [j for j, value in enumerate(columns) if holds_at(region, other, value)]
            if i_inside and j_inside and others_hold(region, one, other, point):
                for i in i_inside:
                    seen.update(
                        ((i, j), region.score) for j in j_inside if fits(region, one, other, point, rows[i], columns[j])
                    )
        for place, scores in table.items():
            missing[place] += place not in seen
            scores.append(seen.get(place, top))
    return [
        (score_of(scores), missing[i, j], with_value(with_value(point, one, rows[i]), other, columns[j]))
        for (i, j), scores in table.items()
    ]


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
