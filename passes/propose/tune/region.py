"""A run's comparisons -> Region: the values of its parameters for which its outcome is known.

A run takes the same path, and says the same, for all values with which each of these comparisons has the outcome that
it had. So one run scores a whole region of values, and the operands seen in it are all at which anything can change.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.propose.tune.expression import Expression, Linear, Parameter, combined, linear, value_of
from tracec.runtime.outcome import Outcome

Point = tuple[Any, ...]
Bound = tuple[float, int]  # a value, and -1, 0 or 1 for just below it, at it, just above it
Interval = tuple[Bound, Bound]  # both ends included
EVERYWHERE: Interval = ((-math.inf, 0), (math.inf, 0))
MARGIN = 1e-9  # share of a breakpoint that was computed: closer to it nothing is claimed; chosen
MOST_BREAKS = 2_000  # breakpoints kept of one parameter; chosen
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Eq": operator.eq,
    "NotEq": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Link:
    """One comparison, `left name right`, and its outcome."""

    left: Expression
    name: str
    right: Expression
    truth: bool

    def direct(self) -> bool:
        """Tell whether a parameter stands beside a number: no rounding is between them."""
        pair = (self.left, self.right)
        return any(isinstance(e, Parameter) for e in pair) and any(isinstance(e, (int, float)) for e in pair)

    def holds(self, point: Sequence[Any]) -> bool:
        """Return True where it has the same outcome at a point."""
        try:
            return bool(COMPARE[self.name](value_of(self.left, point), value_of(self.right, point))) is self.truth
        except (ArithmeticError, ValueError, TypeError):
            return False


@dataclass(slots=True)
class Region:
    """A run at the point `at`, and where else it would have gone the same way.

    `score` is what came of it, None for a failure. `fixed` are the parameters whose values went elsewhere than into
    comparisons. `bounds` are intervals by parameter, `links` the comparisons of several parameters at once, with their
    linear forms. `breaks` are the values at which a comparison turns, by parameter. `outcome` is what the run ended
    with, where that is kept.
    """

    at: Point
    score: float | None
    fixed: frozenset[int]
    bounds: Mapping[int, Interval] = field(default_factory=dict)
    links: tuple[tuple[Link, Linear | None], ...] = ()
    breaks: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    outcome: Outcome | None = None

    def holds(self, point: Sequence[Any]) -> bool:
        """Return True where the outcome at a point is known by this run."""
        return self.holds_but(-1, point) and all(link.holds(point) for link, _ in self.links)

    def holds_but(self, free: int, point: Sequence[Any]) -> bool:
        """Tell the same without the comparisons of several parameters, and whatever parameter `free` is."""
        return all(same(point[n], self.at[n]) for n in self.fixed if n != free) and all(
            low <= (point[n], 0) <= high for n, (low, high) in self.bounds.items() if n != free
        )

    def along(self, free: int, point: Sequence[Any]) -> Interval | None:
        """Find the values of parameter `free` for which the outcome is known, the others as at a point; None: none."""
        if not self.holds_but(free, point):
            return None
        if free in self.fixed:
            interval = ((self.at[free], 0), (self.at[free], 0)) if is_number(self.at[free]) else None
        else:
            interval = self.bounds.get(free, EVERYWHERE)
        for link, form in self.links:
            interval = narrowed(interval, link, form, free, point) if interval else None
        return interval

    def turns(self, free: int, point: Sequence[Any]) -> list[float]:
        """Return the values of parameter `free` at which some comparison turns, all others as at a point."""
        found = list(self.breaks.get(free, ()))
        for _, form in self.links:
            if form is not None and form.factors.get(free):
                found.append(breakpoint_of(form, free, point))
        return found


def same(one: object, other: object) -> bool:
    """Tell whether two are equal, and of one type: 1 and True differ."""
    return type(one) is type(other) and one == other


def is_number(value: object) -> bool:
    """Tell whether a value is an int or a float; a bool is none."""
    return type(value) is int or type(value) is float


def narrowed(interval: Interval, link: Link, form: Linear | None, free: int, point: Sequence[Any]) -> Interval | None:
    """Return what a comparison of several parameters leaves of an interval."""
    factor = form.factors.get(free, 0.0) if form else 0.0
    if form is None or not factor:
        trial = with_value(point, free, interval[0][0] if form is None else point[free])
        inside = interval[0][0] == interval[1][0] or form is not None
        return interval if inside and link.holds(trial) else None
    turn = breakpoint_of(form, free, point)
    if not math.isfinite(turn):
        return None
    margin = MARGIN * max(1.0, abs(turn))
    below = COMPARE[link.name](-math.copysign(1.0, factor), 0.0) is link.truth
    above = COMPARE[link.name](math.copysign(1.0, factor), 0.0) is link.truth
    if below and (not above or point[free] < turn):
        made = interval[0], min(interval[1], (turn - margin, 0))
    elif above:
        made = max(interval[0], (turn + margin, 0)), interval[1]
    else:
        return None
    return made if made[0] <= made[1] else None


def with_value(point: Sequence[Any], number: int, value: Any) -> Point:
    """Copy a point with another value in one place."""
    return (*point[:number], value, *point[number + 1 :])


def breakpoint_of(form: Linear, free: int, point: Sequence[Any]) -> float:
    """Return where a linear form is zero along one parameter."""
    rest = form.constant + float(sum(f * point[n] for n, f in form.factors.items() if n != free))
    return -rest / form.factors[free]


def region_of(at: Point, score: float | None, fixed: frozenset[int], links: Sequence[Link]) -> Region:
    """Make the region of a run of its comparisons."""
    bounds: dict[int, Interval] = {}
    breaks: dict[int, set[float]] = {}
    several: dict[Link, Linear | None] = {}
    held = set(fixed)
    for link in dict.fromkeys(links):
        left, right = linear(link.left), linear(link.right)
        form = combined(left, right, -1.0) if left and right else None
        if form is not None:
            form = Linear(form.constant, {n: f for n, f in form.factors.items() if f})
        if form is None or len(form.factors) != 1:
            several[link] = form
            continue
        ((number, factor),) = form.factors.items()
        turn = turning(link, form, number)
        kept = part(link, at[number], turn, factor)
        if kept is None:
            held.add(number)
            continue
        breaks.setdefault(number, set()).add(turn)
        low, high = bounds.get(number, EVERYWHERE)
        bounds[number] = max(low, kept[0]), min(high, kept[1])
    return Region(
        at, score, frozenset(held), {n: bounds[n] for n in bounds if n not in held}, tuple(several.items()),
        {number: tuple(sorted(found)[:MOST_BREAKS]) for number, found in breaks.items()},
    )  # fmt: skip


def turning(link: Link, form: Linear, number: int) -> float:
    """Return the value at which a comparison of one parameter turns; exact where it stands beside a number."""
    if link.direct():
        other = link.right if isinstance(link.left, Parameter) else link.left
        assert isinstance(other, (int, float))
        return other
    return breakpoint_of(form, number, ())


def part(link: Link, at: float, turn: float, factor: float) -> Interval | None:
    """Return the values around `at` for which a comparison has the outcome that it had; None where that is not sure."""
    compare = COMPARE[link.name]
    margin = 0.0 if link.direct() else MARGIN * max(1.0, abs(turn))
    if not math.isfinite(turn) or (margin and abs(at - turn) <= margin):
        return None
    below, level, above = (compare(sign * factor, 0.0) is link.truth for sign in (-1.0, 0.0, 1.0))
    level = level and not margin
    here = below if at < turn else above if at > turn else level
    if not here:
        return None  # rounding decided
    below_end: Bound = (turn - margin, 0 if margin else -1)
    above_end: Bound = (turn + margin, 0 if margin else 1)
    if at < turn:
        return EVERYWHERE[0], EVERYWHERE[1] if level and above else (turn, 0) if level else below_end
    if at > turn:
        return EVERYWHERE[0] if level and below else (turn, 0) if level else above_end, EVERYWHERE[1]
    return EVERYWHERE[0] if below else (turn, 0), EVERYWHERE[1] if above else (turn, 0)
