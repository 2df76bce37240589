"""Outcomes before + after -> whether the score rose, over all cases."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracec.runtime.outcome import Outcome

LEAST_PAIRS = 2  # runs from which on a standard error can be told


@dataclass(frozen=True, slots=True)
class Score:
    """What a program is worth: fewer failing cases first, then the mean of the others. Higher is better."""

    failing: int
    mean: float

    def __lt__(self, other: Score) -> bool:
        return (-self.failing, self.mean) < (-other.failing, other.mean)


def score_of(values: Sequence[float | None]) -> Score:
    """The score of the values of all cases, None for one that failed."""
    known = [value for value in values if value is not None]
    return Score(len(values) - len(known), sum(known) / len(known) if known else 0.0)


def score_on(cases: Sequence[str], outcomes: Sequence[Outcome]) -> Score:
    """The score on some cases; one that has no outcome failed."""
    by_id = values_of(outcomes)
    return score_of([by_id.get(case) for case in cases])


def values_of(outcomes: Sequence[Outcome]) -> Mapping[str, float | None]:
    """Case -> its score, None where it failed. Of a test that passed it is 1."""
    return {o.id: None if o.failed else o.worth for o in outcomes}


def gain_in_errors(cases: Sequence[str], before: Sequence[Outcome], after: Sequence[Outcome]) -> float:
    """By how many standard errors the score rose, on pairs of runs of the same case; infinite for failing cases."""
    old, new = values_of(before), values_of(after)
    rows = [(old.get(case), new.get(case)) for case in cases]
    lost, won = sum(b is None for b, _ in rows), sum(a is None for _, a in rows)
    if lost != won:
        return math.inf if lost > won else -math.inf
    gains = [a - b for b, a in rows if a is not None and b is not None]
    if len(gains) < LEAST_PAIRS:
        return 0.0
    error = statistics.stdev(gains) / math.sqrt(len(gains))
    mean = statistics.fmean(gains)
    if error == 0:
        return math.copysign(math.inf, mean) if mean else 0.0
    return mean / error
