"""Hole + failing tests -> Forced: changes that give the hole another value, always or in one state only.

A value that makes a test pass is angelic: S. Chandra et al., "Angelic debugging", ICSE 2011; H. D. T. Nguyen et al.,
"SemFix", ICSE 2013.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from tracec.passes.nouns.candidate import Candidate, set_target
from tracec.passes.propose.repair.evidence.evaluate import LARGEST_NUMBER, key_of
from tracec.passes.propose.repair.operators.operator import Splice
from tracec.passes.propose.synthesis.holes import Hole, Moment
from tracec.passes.syntax.nodes import both, compare, literal

# Sizes of what is forced into one hole; all chosen.
MOST_TESTS = 6  # failing tests
MOST_MOMENTS = 8  # states of a test
MOST_VALUES = 8  # values for one state
MOST_ALIGNED = 10  # states that are all forced at once, to the elements of what the test wants
LONGEST_VALUE = 160  # characters of a value that is written
NUMBER = (int, float)
Sides = tuple[object, object]  # what the program said and what it should have said, or the other way round


@dataclass(frozen=True, slots=True, eq=False)
class Forced:
    """A change, and what it makes of the hole: (state, value) pairs by test."""

    hole: Hole
    candidate: Candidate
    assigned: Mapping[str, Sequence[tuple[Moment, object]]]


def forced(hole: Hole, failing: Sequence[str], sides: Mapping[str, Sides]) -> Iterator[Forced]:
    """Yield what may be forced, the likeliest first; `sides` are those of the comparison with which a test failed."""
    reached = [test for test in failing if test in hole.moments][:MOST_TESTS]
    if hole.kind == "condition":
        yield from _constants(hole, reached)
    makers = {"condition": _flips, "value": _values, "entry": _returns}
    for test in reached:
        yield from makers[hole.kind](hole, test, sides.get(test))


def _constants(hole: Hole, failing: Sequence[str]) -> Iterator[Forced]:
    """A condition that always holds, or never: what counts is the first state in which that makes a difference."""
    for value in (True, False):
        first = {t: next((m for m in hole.moments[t] if bool(m.value[0]) is not value), None) for t in failing}
        assigned = {test: [(moment, value)] for test, moment in first.items() if moment is not None}
        yield from _written(hole, literal(value), assigned)


def _flips(hole: Hole, test: str, sides: Sides | None) -> Iterator[Forced]:
    """The condition turned over in one state."""
    for moment in hole.moments[test][:MOST_MOMENTS]:
        yield from _in_states(hole, test, [(moment, not moment.value[0])])


def _values(hole: Hole, test: str, sides: Sides | None) -> Iterator[Forced]:
    """Another value in one state; then one for each state, where the test wants as many as there are."""
    moments = hole.moments[test]
    for moment in reversed(moments[-MOST_MOMENTS:]):
        for value in _wanted(hole, moment, sides):
            yield from _in_states(hole, test, [(moment, value)])
    for side in sides or ():
        if isinstance(side, (list, tuple, str)) and 1 < len(moments) == len(side) <= MOST_ALIGNED:
            yield from _in_states(hole, test, list(zip(moments, side)))


def _returns(hole: Hole, test: str, sides: Sides | None) -> Iterator[Forced]:
    """An early return of what the test wants."""
    for moment in hole.moments[test][:2]:
        for value in reversed(sides or ()):
            yield from _in_states(hole, test, [(moment, value)])
        if sides is None:
            for value in (None, True, False, 0, "", []):
                yield from _in_states(hole, test, [(moment, value)])


def _wanted(hole: Hole, moment: Moment, sides: Sides | None) -> list[object]:
    """Values that may be right instead of the one there: what the test shows, neighbours, what passing tests have."""
    value = moment.value[0]
    found: list[object] = []
    for one, other in (sides, sides[::-1]) if sides else ():
        if _same(value, one):
            found.append(other)
        elif isinstance(one, (list, tuple)) and type(one) is type(other) and len(one) == len(other):
            found += [b for a, b in zip(one, other) if _same(a, value) and not _same(b, value)]
    found += [new for one, other in ((sides, sides[::-1]) if sides else ()) for new in _moved(value, one, other)]
    if hole.definition.context.is_returned(hole.node):
        found += reversed(sides or ())
    if isinstance(value, bool):
        found.append(not value)
    elif isinstance(value, int):
        found += [value + 1, value - 1]
    found += [side for side in sides or () if type(side) is type(value)]
    found += [m.value[0] for t, ms in hole.moments.items() if t != moment.test for m in ms[:2]][:3]
    once = {key_of(new): new for new in found if not _same(new, value)}
    return list(once.values())[:MOST_VALUES]


def _moved(value: object, one: object, other: object) -> Iterator[object]:
    """What would stand in `other` where `value` has a part in `one`: a difference passed on, a piece exchanged."""
    if all(type(number) in NUMBER and abs(number) < LARGEST_NUMBER for number in (value, one, other)):  # type: ignore[arg-type]
        yield from _shifted(value, one, other)  # type: ignore[arg-type]
    elif isinstance(value, (str, list)) and type(value) is type(one) is type(other) and value:
        yield from _pieces(value, one, other)  # type: ignore[arg-type]


def _shifted(value: float, one: float, other: float) -> Iterator[object]:
    yield tidy(value + (other - one))
    yield tidy(value - (other - one))
    if one and other and one != other:
        yield tidy(value * other / one)


def tidy(value: float) -> float:
    """Round to twelve significant digits, which are enough; a whole number becomes an int, as it is equal to it."""
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() else rounded


def _pieces(value: str, one: str, other: str) -> Iterator[str]:
    """The middle of `other`, where `one` is the same but for `value` in the middle; texts or lists."""
    for at in range(len(one) - len(value) + 1):
        end = len(one) - at - len(value)
        inside = one[at : at + len(value)] == value and len(other) >= at + end
        if inside and other[:at] == one[:at] and other[len(other) - end :] == one[at + len(value) :]:
            yield other[at : len(other) - end]
            return


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and key_of(one) == key_of(other)


def _in_states(hole: Hole, test: str, pairs: Sequence[tuple[Moment, object]]) -> Iterator[Forced]:
    """`value if in this state else what is there`."""
    guards = [guard(hole, moment) for moment, _ in pairs]
    values = [written(value) for _, value in pairs]
    change: ast.expr | Splice | None = None
    if all(guards) and all(values):
        if isinstance(hole.node, ast.stmt):
            change = Splice((ast.If(guards[0], [ast.Return(values[0])], []), hole.node))  # type: ignore[arg-type]
        elif isinstance(hole.node, ast.expr):
            change = hole.node
            for test_, value in zip(reversed(guards), reversed(values)):
                change = ast.IfExp(test_, value, change)  # type: ignore[arg-type]
    if change is not None:
        yield from _written(hole, change, {test: pairs})


def _written(
    hole: Hole, change: ast.expr | Splice, assigned: Mapping[str, Sequence[tuple[Moment, object]]]
) -> Iterator[Forced]:
    text = hole.definition.edits.written(hole.node, change) if assigned else None
    if text is not None:
        candidate = Candidate(
            (set_target(hole.definition.target, text),), "forced", hole.definition.edits.why(hole.node, change)
        )
        yield Forced(hole, candidate, assigned)


def guard(hole: Hole, moment: Moment) -> ast.expr | None:
    """Make a condition that holds in this state and, as far as a few variables can tell, in no other."""
    shared = sorted(hole.shared, key=lambda name: (len(repr(moment.names[name])), name))
    usable = [(name, value) for name in shared if (value := written(moment.names[name])) is not None]
    others = [m for found in hole.moments.values() for m in found if m is not moment]
    parts: list[ast.expr] = []
    for name, value in usable:
        left = [m for m in others if _same(m.names[name], moment.names[name])]
        if len(left) < len(others) or not parts:
            parts.append(compare(ast.parse(name, mode="eval").body, ast.Eq(), value))
            others = left
    return reduce(both, parts) if parts else None


def written(value: object) -> ast.expr | None:
    """Write a plain value as an expression; None where it is too long for one."""
    text = repr(value)
    if len(text) > LONGEST_VALUE or "inf" in text or "nan" in text:
        return None
    return ast.parse(text, mode="eval").body
