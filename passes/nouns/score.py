"""Score: what a program is worth on some cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracec.runtime.outcome import Outcome


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
    return {o.id: value_of(o) for o in outcomes}


def value_of(outcome: Outcome) -> float | None:
    """The score of one case, None where it failed."""
    return None if outcome.failed else outcome.worth
