"""Evidence, State and Credit: what flowed back to a target."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tracec.passes.nouns.span import Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a span is suspected: a weight in 0..1 and values seen there, `Picture`s where they are not plain.

    `in_slice` where some failure depends on it; `near` is how many edges away from a failure, at least, it is in the
    relevant slice, -1 where it is in none.
    """

    span: Span
    weight: float
    values: tuple[object, ...] = ()
    in_slice: bool = False
    near: int = -1


# The weight of what no failure depends on, as a part of its own: a slice does not know what is missing.
IRRELEVANT = 0.75
UNSURE = 1.5  # how much further away a place counts that only the relevant slice has; chosen


def weight(evidence: Evidence) -> float:
    """The weight of a place; what no failure depends on counts a little less."""
    return evidence.weight * (1.0 if evidence.near >= 0 else IRRELEVANT)


def far(evidence: Evidence) -> float:
    """How many edges a place is away from the failure; those of the relevant slice say less."""
    return evidence.near * (1 if evidence.in_slice else UNSURE) if evidence.near >= 0 else math.inf


def rank(evidence: Evidence) -> tuple[float, float, tuple[int, int]]:
    """What places are ordered by: the heaviest first; of equal weight what is nearer to the failure, then the smaller.

    How much source a span takes is counted in lines, and in columns within one line.
    """
    span = evidence.span
    length = span.end_line - span.line, span.end_column - span.column if span.line == span.end_line else 0
    return -round(weight(evidence), 9), far(evidence), length


@dataclass(frozen=True, slots=True)
class State:
    """One evaluation of an expression in a test: what the variables in scope held then, by name (`self.x` is one).

    `value` has what came out, () where that is not known. Values are plain data, exact, and nobody changes them; a
    variable whose value is not known is left out. `moment` orders the states of a test.
    """

    span: Span
    test: str
    names: tuple[tuple[str, object], ...]
    value: tuple[object, ...]
    moment: int = 0


@dataclass(frozen=True, slots=True)
class Credit:
    """What flowed back to one target. `evidence` comes heaviest first; `names` gives the values each variable held.

    `states` are those of the failing and the passing tests that were traced. `feedback` are texts that say what is
    wrong, the most telling first; `nodes` are the trace nodes that it came through, as (case, node).
    """

    target: str
    weight: float
    evidence: tuple[Evidence, ...] = ()
    names: tuple[tuple[str, tuple[object, ...]], ...] = ()
    states: tuple[State, ...] = ()
    feedback: tuple[str, ...] = ()
    nodes: tuple[tuple[str, int], ...] = ()
