"""Search: the best point so far, and the ways to a better one, from the surest to the most patient."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import Any

from tracec.optimizers.tune.objective import Objective, Score, score_of
from tracec.optimizers.tune.thresholds import is_free, pairs, sweep
from tracec.passes.propose.tune.choice import Policy
from tracec.passes.propose.tune.pattern import first_step, pattern, short
from tracec.passes.propose.tune.region import Point, with_value
from tracec.passes.propose.tune.space import Dimension

MOST_CLIMBS = 20  # gradients looked at in one go
LEAST_SHARE = 1e-4  # of the first step, along a gradient
REFUSED = 3  # points of one sweep that the tests may refuse before it is given up
MOST_NESTED = 20  # options of one choice that are tried with all values of a threshold
ALL_PAIRS = 100  # of two choices' options: as many are tried one by one
PATIENCE, PATIENCE_EACH = 30, 15  # draws without a better one before a wide search ends, and more for each parameter
SURE = 2.0  # standard errors that a gain must be away from nothing, where the metric is noisy
PLAIN = 10.0  # and from where on the first few runs say enough
REPEATS, MORE_REPEATS = 4, 16  # runs of each case, at first and where a gain is near
NOTHING = Score(0, 0.0)


@dataclass(slots=True)
class Search:
    """The state of a search. `gate` says whether the tests still pass at a point; `tell` what is going on."""

    objective: Objective
    dimensions: Sequence[Dimension]
    best: Point
    seed: int
    gate: Callable[[Point], bool]
    tell: Callable[[str], None]
    noisy: bool = False
    goal: float | None = None  # a score that cannot be bettered
    score: Score = NOTHING
    better: list[Point] = field(default_factory=list)  # points that were the best once, the last one last
    refused: set[Point] = field(default_factory=set)
    partial: set[int] = field(
        default_factory=set
    )  # thresholds of which a run tells little: they are searched as numbers
    history: list[tuple[int, float, Point]] = field(default_factory=list)  # (case runs so far, mean, point) of those

    def run(self) -> None:
        """Until nothing helps. OutOfBudget and KeyboardInterrupt leave the best so far."""
        self.score = score_of(self.objective.scores(self.best))
        while True:
            before = self.best
            for way in (thresholds, choices, slopes, numbers):
                if not self.done():
                    way(self)
            if self.best == before and not self.done():
                wide(self)
            if self.best == before or self.done():
                return

    def restart(self) -> None:
        """Begin at the program as it is."""
        self.best = self.objective.variants.start
        self.better.clear()
        self.history.clear()
        self.partial.clear()

    def done(self) -> bool:
        """True where it cannot be better."""
        return self.goal is not None and self.score.failing == 0 and self.score.mean >= self.goal

    def consider(self, point: Point) -> bool:
        """Score a point; true where it is the best so far and the tests pass."""
        if point == self.best or point in self.refused:
            return False
        score = score_of(self.objective.scores(point))
        if not self.score < score or (self.noisy and not self.sure(point)):
            return False
        if not self.gate(point):
            self.refused.add(point)
            return False
        self.best, self.score = point, score
        self.better.append(point)
        self.history.append((self.objective.case_runs, score.mean, point))
        self.tell(f"score {score.mean:.6g}" + (f", {score.failing} cases fail" if score.failing else ""))
        return True

    def sure(self, point: Point) -> bool:
        """Whether a gain over the best is more than noise: both are run again, case by case, where it is near."""
        first = gains(self.objective, self.best, point, self.objective.cases)
        if not 0 < first <= PLAIN:
            return first > 0
        return gains(self.objective, self.best, point, repeated(self.objective.cases, REPEATS, MORE_REPEATS)) > SURE

    def of(self, *kinds: str) -> list[int]:
        """The numbers of dimensions of some kinds."""
        return [n for n, dimension in enumerate(self.dimensions) if dimension.kind in kinds]


def gains(objective: Objective, one: Point, other: Point, cases: Sequence[str]) -> float:
    """By how many standard errors `other` is better than `one`, on pairs of runs of the same case."""
    before, after = objective.scores(one, cases), objective.scores(other, cases)
    pairs_of = [b - a for a, b in zip(before, after) if a is not None and b is not None]
    if before.count(None) != after.count(None):
        return float("inf") if before.count(None) > after.count(None) else float("-inf")
    if len(pairs_of) < 2:
        return 0.0
    mean, spread = statistics.fmean(pairs_of), statistics.stdev(pairs_of)
    if not spread:
        return float("inf") if mean > 0 else float("-inf") if mean < 0 else 0.0
    return float(mean / (spread / len(pairs_of) ** 0.5))


def repeated(cases: Sequence[str], first: int, last: int) -> tuple[str, ...]:
    """The same cases with other random numbers: `train[0]@4`, ..."""
    names = dict.fromkeys(case.partition("@")[0] for case in cases)
    return tuple(f"{name}@{number}" for name in names for number in range(first, last))


def thresholds(search: Search) -> None:
    """Parameters that only go into comparisons: all their values, one at a time, then two at a time."""
    numbers = [n for n in search.of("int", "float") if is_free(search.objective, n)]
    for number in numbers:
        if search.objective.tracing and number not in search.partial and not search.done():
            ranked, whole = sweep(search.objective, search.dimensions, number, search.best)
            search.partial |= set() if whole else {number}
            first_better(search, ranked)
    numbers = [n for n in numbers if n not in search.partial]
    if len(numbers) > 1 and search.objective.tracing and not search.done():
        first_better(search, pairs(search.objective, search.dimensions, numbers, search.best))


def first_better(search: Search, ranked: Sequence[Point]) -> bool:
    """The best of some points that the tests allow, if it is better."""
    return any(search.consider(point) for point in ranked[:REFUSED])


def choices(search: Search) -> None:
    """Each option of each choice, then of two at once where there are few."""
    numbers = search.of("choice")
    for number in numbers:
        for option in search.dimensions[number].options:
            search.consider(with_value(search.best, number, option))
            if search.done():
                return


def two_choices(search: Search) -> bool:
    """Pairs of options that are changed together, small pairs first; true where one is better."""
    options = {n: search.dimensions[n].options for n in search.of("choice")}
    for one, other in sorted(combinations(options, 2), key=lambda pair: len(options[pair[0]]) * len(options[pair[1]])):
        both = list(product(options[one], options[other]))
        if len(both) <= ALL_PAIRS:
            for a, b in both:
                if search.consider(with_value(with_value(search.best, one, a), other, b)):
                    return True
    return False


def slopes(search: Search) -> None:
    """Uphill along the gradient of the mean score, as the trace tells it, as long as that helps."""
    for _ in range(MOST_CLIMBS):
        gradient = slope(search, search.of("float"))
        if search.done() or not any(gradient.values()) or not climb(search, gradient):
            return


def climb(search: Search, gradient: dict[int, float]) -> bool:
    """A line search: steps shrink until one helps, then double while they help. True where one did."""
    steps = {n: first_step(search.dimensions[n]) for n in gradient}
    widest = max(abs(gradient[n]) * steps[n] for n in gradient)
    start, share = search.best, 1.0
    while share > LEAST_SHARE:
        if along(search, start, gradient, steps, share / widest):
            while along(search, start, gradient, steps, (share := share * 2) / widest):
                pass
            return True
        share /= 4
    return False


def along(search: Search, start: Point, gradient: dict[int, float], steps: dict[int, float], share: float) -> bool:
    """One step uphill; each parameter moves in the scale of its own range."""
    point = start
    for n, slope_of in gradient.items():
        step = share * slope_of * steps[n] ** 2
        value = short(start[n] + step, step / 16)
        point = with_value(point, n, search.dimensions[n].inside(value))
    return search.consider(point)


def slope(search: Search, numbers: Sequence[int]) -> dict[int, float]:
    """The mean of the cases' slopes at the best point; {} where the score is no number that the trace can follow."""
    objective, best = search.objective, search.best
    if not objective.tracing or not any(map(numbers.__contains__, objective.sloped)):
        return {}
    missing = [case for case in objective.cases if (best, case) not in objective.slopes]
    if missing:
        objective.trace(best, missing)
    rows = [objective.slopes.get((best, case), {}) for case in objective.cases]
    return {n: sum(row.get(n, 0.0) for row in rows) / len(rows) for n in numbers if any(n in row for row in rows)}


def numbers(search: Search) -> None:
    """Pattern search over the numbers that are more than thresholds."""
    objective = search.objective
    moving = [
        n for n in search.of("int", "float") if n in search.partial or not (objective.tracing and is_free(objective, n))
    ]
    if not moving:
        return
    walk = pattern(search.dimensions, moving, search.best)
    try:
        point = next(walk)
        while not search.done():
            point = walk.send(search.consider(point))
    except StopIteration:
        return


def wide(search: Search) -> None:
    """Where no small change helps: two choices at once, a policy over choices, and a wide search over numbers."""
    if two_choices(search) or choices_with_thresholds(search):
        return
    if len(search.of("choice")) > 1 and reinforce(search):
        return
    if search.of("int", "float"):
        wide_numbers(search)


def choices_with_thresholds(search: Search) -> bool:
    """Each option of a choice with all values of each threshold: one may help only with the other."""
    free = [n for n in search.of("int", "float") if n not in search.partial and is_free(search.objective, n)]
    for number in search.of("choice") if free else ():
        for option in search.dimensions[number].options[:MOST_NESTED]:
            point = with_value(search.best, number, option)
            for threshold in free:
                ranked, _ = sweep(search.objective, search.dimensions, threshold, point)
                if first_better(search, ranked):
                    return True
    return False


def reinforce(search: Search) -> bool:
    """Every combination of the choices where there are few, else REINFORCE over them; true where one is better."""
    numbers = search.of("choice")
    options = [search.dimensions[n].options for n in numbers]
    patience = PATIENCE + PATIENCE_EACH * sum(map(len, options))
    if math.prod(map(len, options)) <= patience:
        return any(search.consider(_chosen(search.best, numbers, options, each)) for each in _combinations(options))
    start = [options[i].index(search.best[n]) for i, n in enumerate(numbers)]
    policy = Policy([len(each) for each in options], start, search.seed)
    for _ in range(patience):
        drawn = policy.draw()
        point = _chosen(search.best, numbers, options, drawn)
        if search.consider(point):
            return True
        policy.learn(drawn, score_of(search.objective.scores(point)).mean)
    return False


def _combinations(options: Sequence[Sequence[object]]) -> Iterator[tuple[int, ...]]:
    return product(*(range(len(each)) for each in options))


def _chosen(point: Point, numbers: Sequence[int], options: Sequence[Sequence[Any]], drawn: Sequence[int]) -> Point:
    for i, n in enumerate(numbers):
        point = with_value(point, n, options[i][drawn[i]])
    return point


def wide_numbers(search: Search) -> None:
    """CMA-ES where it is installed, else draws around the best at all scales; both end where they do not help."""
    from tracec.optimizers.tune.cma_es import cma, scattered

    moving = search.of("int", "float")
    points = cma(search.dimensions, moving, search.best, search.seed)
    if points is None:
        if len(moving) > 1:
            search.tell("without the package cmaes (pip install 'tracec[tune]') values are drawn around the best")
        draw = random.Random(search.seed)
        for point in islice(
            scattered(search.dimensions, moving, search.best, draw), PATIENCE + PATIENCE_EACH * len(moving)
        ):
            if search.consider(point):
                return
        return
    try:
        point = next(points)
        for _ in range(PATIENCE + PATIENCE_EACH * len(moving)):
            if search.consider(point):
                return
            score = score_of(search.objective.scores(point))
            point = points.send(-score.mean if not score.failing else float("inf"))
    except StopIteration:
        return
