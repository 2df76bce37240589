"""StepLimited: candidates that the step limit cut off are tried again later, with larger limits.

A correct repair of an endless loop may need more steps than the program ever used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from tracec.evaluate.case_cost import work
from tracec.evaluate.evaluator import Limits, Question
from tracec.evaluate.local_evaluator import LocalEvaluator
from tracec.evaluate.panel import Parent
from tracec.passes.nouns.candidate import Attempt
from tracec.runtime.outcome import Status

PATIENT = 25  # how many times more steps a candidate gets, where the same again was not enough; chosen
HASTY = (1, PATIENT)  # how many times the steps a test that is held out gets; 0 is no limit
NEARLY = 4  # candidates that pass most failing tests and then run out of steps: so many are looked at at once; chosen
NEARLY_SHARE = 0.15  # the share of the time left that each of these may take; chosen
PASSES = 0.5  # bits less for each test that such a candidate passes; chosen
WHOLE_WORK = 50_000  # steps that a process is worth; measured on toy suites, 2026-11-22
MOST = 0.5  # of the failing tests that run what was changed, more than this share passes where it is no chance; chosen


class StepLimited:
    """Those of one parent. They wait for their share of the work, but for the first few that pass most tests."""

    def __init__(self, evaluator: LocalEvaluator, parent: Parent, base: str) -> None:
        self._evaluator, self._parent, self._base = evaluator, parent, base
        self._waiting: list[tuple[int, Attempt]] = []  # with the patience of their next evaluation
        self._nearly = NEARLY
        self._waited_in_vain = False
        self._spent = 0  # steps

    def take(self, attempt: Attempt) -> Iterator[Attempt]:
        """Keep one for later, or evaluate it again at once: with more steps, then with no limit but a time.

        The last is done no more once it was in vain. It is done too where the clock was faster than the steps, as on a
        loaded machine.
        """
        if not self._nearly or self._parent.panel.share(attempt) <= MOST:
            self._waiting.append((1, attempt))
            return
        self._nearly -= 1
        for again in self._more(attempt, PATIENT, NEARLY_SHARE):
            yield again
            if _is_endless(again) and not self._waited_in_vain:
                for last in self._more(attempt, 0, NEARLY_SHARE):
                    self._waited_in_vain = _is_endless(last)
                    yield last

    def again(self, most: float) -> Iterator[Attempt]:
        """The likeliest first, as long as all further evaluations took less than `most` steps.

        A test that passes speaks for a candidate, and what it may cost now against it.
        """
        self._waiting.sort(
            key=lambda pair: pair[1].candidate.bits + 0.5 * math.log2(pair[0]) - PASSES * len(pair[1].passed())
        )
        while self._waiting and self._spent < most:
            patience, first = self._waiting.pop(0)
            again = list(self._more(first, patience))
            for attempt in again:
                if _last(attempt) == Status.STEPS and patience < PATIENT:
                    self._waiting.append((PATIENT, attempt))
                yield attempt
            if not again:
                return

    def _more(self, attempt: Attempt, patience: int, share: float = 1.0) -> Iterator[Attempt]:
        """One candidate with more steps, or with no limit but the time of a test, if the budget allows it.

        It may take `share` of the time that is left.
        """
        ledger = self._evaluator.ledger
        if ledger.reserve():
            asked = Question(attempt.candidate, limits=Limits(share * ledger.left(), patience))
            again = self._evaluator.evaluate(self._parent, asked)
            self._spent += WHOLE_WORK + sum(map(work, again.outcomes))
            ledger.note(again, self._base, again=True)
            yield again


def _last(attempt: Attempt) -> Status | None:
    return attempt.outcomes[-1].status if attempt.outcomes else None


def _is_endless(attempt: Attempt) -> bool:
    """True where its last case was cut short, by its steps or by the clock."""
    return bool(attempt.outcomes) and attempt.outcomes[-1].endless
