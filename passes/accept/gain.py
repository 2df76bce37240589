"""Outcomes before + after -> by how much the score rose, in standard errors."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from tracec.passes.nouns.score import values_of
from tracec.runtime.outcome import Outcome

LEAST_PAIRS = 2  # runs from which on a standard error can be told


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
