"""Verdict: what acceptance makes of an attempt."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What an attempt is, beside its parent.

    SOLVED: it reaches the goal. BETTER: it comes nearer. SAME and WORSE: it does not. MEMORISES: it reaches the goal
    by writing down what the tests say. BREAKS: it reaches it and breaks a test that was not named. REFUSED: only the
    cases that are held out refuse it; it may have repaired one fault of two, so that it is gone on from, and from there
    on these choose too.
    """

    SOLVED = "solved"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    MEMORISES = "memorises"
    BREAKS = "breaks"
    REFUSED = "refused"


UNFIT = frozenset((Verdict.MEMORISES, Verdict.BREAKS))  # what is no program to go on from, though tests pass
RISES = frozenset((Verdict.BETTER, Verdict.SOLVED, Verdict.REFUSED))  # what is gone on from
