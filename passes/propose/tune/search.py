"""Search: the best point so far, and the ways to a better one, from the surest to the most patient.

A way is a generator: it yields the points whose outcomes it wants, and goes on once they are known.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

from tracec.passes.nouns.score import Score
from tracec.passes.propose.tune.choice import Policy
from tracec.passes.propose.tune.knowledge import Knowledge
from tracec.passes.propose.tune.pattern import first_step, pattern, scattered, short
from tracec.passes.propose.tune.region import Point, with_value
from tracec.passes.propose.tune.space import Dimension
from tracec.passes.propose.tune.thresholds import Asking, Wanted, pairs, sweep

MOST_CLIMBS = 20  # gradients looked at in one go; chosen
LEAST_SHARE = 1e-4  # of the first step, along a gradient; chosen
REFUSED = 3  # points of one sweep that may be refused before it is given up; chosen
MOST_NESTED = 20  # options of one choice that are tried with all values of a threshold; chosen
ALL_PAIRS = 100  # of two choices' options: as many are tried one by one; chosen
PATIENCE = 30  # draws without a better one before a wide search ends; chosen
PATIENCE_EACH = 15  # and more for each parameter, or option; chosen

Generations = Generator[Sequence[Point], Sequence[float], None]  # points, and the loss of each of them
Widely = Callable[[Sequence[Dimension], Sequence[int], Point, int], Generations | None]


@dataclass(slots=True)
class Search:
    """The state of a search. Whoever runs it keeps `best` at the best point that was accepted.

    `look_wider` has more code traced, and says whether there is any; `widely` is a wide search over numbers, None where
    there is none. With `alone`, points that are independent are wanted one after another all the same.
    """

    know: Knowledge
    dimensions: Sequence[Dimension]
    best: Point
    seed: int
    look_wider: Callable[[], bool]
    widely: Widely
    alone: bool = False
    refused: set[Point] = field(default_factory=set)
    partial: set[int] = field(default_factory=set)  # thresholds of which a run tells little: searched as numbers

    def run(self) -> Asking[None]:
        """Until nothing helps."""
        yield from look(self)
        while True:
            before = self.best
            for way in (thresholds, choices, slopes, numbers):
                yield from way(self)
            if self.best == before:
                yield from wide(self)
            if self.best == before:
                return

    def consider(self, *points: Point) -> Asking[bool]:
        """True where one of some points is the best so far, and accepted as such."""
        before = self.best
        hopeful = tuple(point for point in dict.fromkeys(points) if self.may_be_best(point))
        for some in [(point,) for point in hopeful] if self.alone else [hopeful]:
            if some:
                yield Wanted(some)
        score = self.score(self.best)
        self.refused.update(point for point in hopeful if point != self.best and score < self.score(point))
        return self.best != before

    def may_be_best(self, point: Point) -> bool:
        """False where what is known speaks against it."""
        if point == self.best or point in self.refused:
            return False
        return not self.know.whole(point) or self.score(self.best) < self.score(point)

    def score(self, point: Point) -> Score:
        """What a point is worth, as far as that is known."""
        return self.know.score(point)

    def of(self, *kinds: str) -> list[int]:
        """The numbers of dimensions of some kinds."""
        return [n for n, dimension in enumerate(self.dimensions) if dimension.kind in kinds]

    def free(self) -> list[int]:
        """The numbers that go into comparisons only, and of which a run tells much."""
        return [n for n in self.of("int", "float") if n not in self.partial and self.know.is_free(n)]


def look(search: Search) -> Asking[None]:
    """Look at the program as it is: which numbers go into comparisons only, and what they are compared with."""
    moving = search.of("int", "float")
    if not moving or not search.know.tracing:
        return
    yield Wanted((search.best,), traced=True)
    if not all(search.know.is_free(n) for n in moving) and search.know.tracing and search.look_wider():
        search.know.regions.clear()
        yield Wanted((search.best,), traced=True)


def thresholds(search: Search) -> Asking[None]:
    """Parameters that only go into comparisons: all their values, one at a time, then two at a time."""
    for number in search.free():
        if search.know.tracing:
            ranked, whole = yield from sweep(search.know, search.dimensions[number], number, search.best)
            search.partial |= set() if whole else {number}
            yield from first_better(search, ranked)
    if len(numbers := search.free()) > 1 and search.know.tracing:
        yield from first_better(search, (yield from pairs(search.know, search.dimensions, numbers, search.best)))


def first_better(search: Search, ranked: Sequence[Point]) -> Asking[bool]:
    """The first of some points that is better and accepted."""
    for point in ranked[:REFUSED]:
        if (yield from search.consider(point)):
            return True
    return False


def choices(search: Search) -> Asking[None]:
    """Each option of each choice."""
    for number in search.of("choice"):
        yield from search.consider(*options_at(search, search.best, number))


def options_at(search: Search, point: Point, number: int) -> list[Point]:
    """A point with each option of a choice."""
    return [with_value(point, number, option) for option in search.dimensions[number].options]


def two_choices(search: Search) -> Asking[bool]:
    """Pairs of options that are changed together, small pairs first; true where one is better."""
    options = {n: search.dimensions[n].options for n in search.of("choice")}
    for one, other in sorted(combinations(options, 2), key=lambda pair: len(options[pair[0]]) * len(options[pair[1]])):
        if len(options[one]) * len(options[other]) > ALL_PAIRS:
            continue
        for a, b in product(options[one], options[other]):
            if (yield from search.consider(with_value(with_value(search.best, one, a), other, b))):
                return True
    return False


def slopes(search: Search) -> Asking[None]:
    """Uphill along the gradient of the mean score, as the trace tells it, as long as that helps."""
    for _ in range(MOST_CLIMBS):
        gradient = yield from slope(search, search.of("float"))
        if not any(gradient.values()) or not (yield from climb(search, gradient)):
            return


def slope(search: Search, numbers: Sequence[int]) -> Asking[dict[int, float]]:
    """The mean of the cases' slopes at the best point; {} where the score is no number that the trace can follow."""
    know, best = search.know, search.best
    if not know.tracing or not know.sloped(numbers):
        return {}
    if any((best, case) not in know.slopes for case in know.cases):
        yield Wanted((best,), traced=True)
    return know.slope(best, numbers)


def climb(search: Search, gradient: dict[int, float]) -> Asking[bool]:
    """A line search: steps shrink until one helps, then double while they help. True where one did."""
    steps = {n: first_step(search.dimensions[n]) for n in gradient}
    widest = max(abs(gradient[n]) * steps[n] for n in gradient)
    start, share = search.best, 1.0
    while share > LEAST_SHARE:
        if (yield from along(search, start, gradient, steps, share / widest)):
            while (yield from along(search, start, gradient, steps, (share := share * 2) / widest)):
                pass
            return True
        share /= 4
    return False


def along(
    search: Search, start: Point, gradient: dict[int, float], steps: dict[int, float], share: float
) -> Asking[bool]:
    """One step uphill; each parameter moves in the scale of its own range."""
    point = start
    for n, slope_of in gradient.items():
        step = share * slope_of * steps[n] ** 2
        value = short(start[n] + step, step / 16)
        point = with_value(point, n, search.dimensions[n].inside(value))
    return (yield from search.consider(point))


def numbers(search: Search) -> Asking[None]:
    """Pattern search over the numbers that are more than thresholds."""
    free = search.free() if search.know.tracing else []
    moving = [n for n in search.of("int", "float") if n not in free]
    walk = pattern(search.dimensions, moving, search.best)
    point = next(walk, None)
    while point is not None:
        better = yield from search.consider(point)
        try:
            point = walk.send(better)
        except StopIteration:
            return


def wide(search: Search) -> Asking[None]:
    """Where no small change helps: two choices at once, a policy over choices, and a wide search over numbers."""
    if (yield from two_choices(search)) or (yield from choices_with_thresholds(search)):
        return
    if len(search.of("choice")) > 1 and (yield from reinforce(search)):
        return
    if search.of("int", "float"):
        yield from wide_numbers(search)


def choices_with_thresholds(search: Search) -> Asking[bool]:
    """Each option of a choice with all values of each threshold: one may help only with the other."""
    free = search.free()
    for number in search.of("choice") if free else ():
        for point in options_at(search, search.best, number)[:MOST_NESTED]:
            for threshold in free:
                ranked, _ = yield from sweep(search.know, search.dimensions[threshold], threshold, point)
                if (yield from first_better(search, ranked)):
                    return True
    return False


def reinforce(search: Search) -> Asking[bool]:
    """Every combination of the choices where there are few, else REINFORCE over them; true where one is better."""
    numbers = search.of("choice")
    options = [search.dimensions[n].options for n in numbers]
    patience = PATIENCE + PATIENCE_EACH * sum(map(len, options))
    if math.prod(map(len, options)) <= patience:
        for each in _combinations(options):
            if (yield from search.consider(_chosen(search.best, numbers, options, each))):
                return True
        return False
    start = [options[i].index(search.best[n]) for i, n in enumerate(numbers)]
    policy = Policy([len(each) for each in options], start, search.seed)
    for _ in range(patience):
        drawn = policy.draw()
        point = _chosen(search.best, numbers, options, drawn)
        if (yield from search.consider(point)):
            return True
        policy.learn(drawn, search.score(point).mean)
    return False


def _combinations(options: Sequence[Sequence[object]]) -> Iterator[tuple[int, ...]]:
    return product(*(range(len(each)) for each in options))


def _chosen(point: Point, numbers: Sequence[int], options: Sequence[Sequence[Any]], drawn: Sequence[int]) -> Point:
    for i, n in enumerate(numbers):
        point = with_value(point, n, options[i][drawn[i]])
    return point


def wide_numbers(search: Search) -> Asking[None]:
    """Generations of points near and far, else draws around the best at all scales; both end where they do not help."""
    moving = search.of("int", "float")
    patience = left = PATIENCE + PATIENCE_EACH * len(moving)
    walk = search.widely(search.dimensions, moving, search.best, search.seed)
    if walk is None:
        draws = scattered(search.dimensions, moving, search.best, random.Random(search.seed))
        while left and not (yield from search.consider(next(draws))):
            left -= 1
        return
    points = next(walk, None)
    while points is not None and left > 0:
        left = patience if (yield from search.consider(*points)) else left - len(points)
        scores = [search.score(point) for point in points]
        try:
            points = walk.send([-score.mean if not score.failing else math.inf for score in scores])
        except StopIteration:
            return
