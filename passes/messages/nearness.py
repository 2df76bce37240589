"""Outcome of a failing test -> nearness: how close it came to passing, as far as its message tells, 0 to 1."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from tracec.runtime.outcome import Outcome

# Nearness, 0 to 1, of a test that fails: chosen.
CUT_SHORT = 0.0  # it ran out of time, steps or memory, or its process died
RAISED = 0.1  # it ended by an exception
ANSWERED = 0.2  # it compared an answer, however wrong
NEAREST = 0.9  # it compared an answer that is as good as equal
EQUALITY_SIGNS = (" == ", " != ")  # of `assert a == b`, and of unittest's `a != b`
MOST_ELEMENTS = 400  # elements of a sequence that are compared; chosen


def nearness_gain(before: Mapping[str, Outcome], after: Iterable[Outcome]) -> float:
    """Measure the share, 0 to 1, of the way to passing that tests came; 0 if one of them is further off than before."""
    pairs = [(nearness(before[o.id]), nearness(o)) for o in after if o.id in before]
    if any(new < old for old, new in pairs):
        return 0.0
    return sum(new - old for old, new in pairs) / max(0.1, sum(1 - old for old, _ in pairs))


def newly_answers(before: Iterable[Outcome], after: Iterable[Outcome]) -> bool:
    """Return True if a test that raised or was cut short before now compares an answer."""
    mute = {o.id for o in before if o.failed and nearness(o) < ANSWERED}
    return any(o.id in mute and nearness(o) >= ANSWERED for o in after)


def moves_on(before: Iterable[Outcome], after: Iterable[Outcome]) -> bool:
    """Return True if a test fails in another place and says another thing, and none is further from passing."""
    old = {o.id: o for o in before if o.failed}
    pairs = [(old[o.id], o) for o in after if o.id in old]
    if any(nearness(new) < nearness(was) for was, new in pairs):
        return False
    return any(
        (was.path, was.line) != (new.path, new.line) and was.message != new.message for was, new in pairs if new.raised
    )


def nearness(outcome: Outcome) -> float:
    """Measure how close a test came to passing: 0 (cut short) to 1 (passed)."""
    if not outcome.failed:
        return 1.0
    if not outcome.raised:
        return CUT_SHORT
    return _of_message(outcome.message)


@lru_cache(maxsize=4096)
def _of_message(message: str) -> float:
    sides = compared_values(message)
    if sides is not None:
        return ANSWERED + (NEAREST - ANSWERED) * similarity(*sides)
    return ANSWERED if "assert" in message.lower() else RAISED


def compared_values(message: str) -> tuple[object, object] | None:
    """Read the two values of the comparison that failed; None unless the message shows both in full."""
    line = message.split("\n", 1)[0]
    name, _, rest = line.partition(": ")
    text = (rest if name == "AssertionError" else line).removeprefix("assert ")
    for sign in EQUALITY_SIGNS:
        for at in (i for i in range(len(text)) if text.startswith(sign, i)):
            try:
                return ast.literal_eval(text[:at].strip()), ast.literal_eval(text[at + len(sign) :].strip())
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                continue
    return None


def similarity(one: object, other: object) -> float:
    """Measure how alike two values are: 0 (of different types) to 1 (equal)."""
    if type(one) is type(other) and one == other:
        return 1.0
    if isinstance(one, bool) or isinstance(other, bool):
        return 0.0
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return 0.8 / (1 + math.log1p(abs(one - other))) if math.isfinite(one) and math.isfinite(other) else 0.0
    if type(one) is not type(other):
        return 0.0
    if isinstance(one, dict) and isinstance(other, dict):
        return _overlap(one.items(), other.items(), one.keys(), other.keys())
    if isinstance(one, (set, frozenset)) and isinstance(other, (set, frozenset)):
        return _overlap(one, other, one, other)
    if isinstance(one, (str, list, tuple)) and isinstance(other, (str, list, tuple)):
        return _alike(one, other)
    return 0.1


def _overlap(
    some: Iterable[object], others: Iterable[object], keys: Iterable[object], names: Iterable[object]
) -> float:
    wholes = [repr(part) for part in some], [repr(part) for part in others]
    heads = {repr(key) for key in keys}, {repr(name) for name in names}
    same = len(set(wholes[0]) & set(wholes[1]))
    most = max(len(wholes[0]), len(wholes[1]), 1)
    return 0.2 + 0.5 * same / most + 0.2 * len(heads[0] & heads[1]) / max(len(heads[0]), len(heads[1]), 1)


def _alike(one: Sequence[object], other: Sequence[object]) -> float:
    """Likeness of two sequences: equal parts in order count most, then similar parts in place, then an equal length."""
    a, b = ([part if isinstance(part, str) else repr(part) for part in seq[:MOST_ELEMENTS]] for seq in (one, other))
    order = SequenceMatcher(None, a, b, autojunk=False).ratio()
    places = [similarity(x, y) for x, y in zip(one, other)] if not isinstance(one, str) else []
    placed = sum(places[:MOST_ELEMENTS]) / max(len(one), len(other), 1) if places else order
    return 0.1 + 0.4 * order + 0.3 * placed + (0.15 if len(one) == len(other) else 0.0)
