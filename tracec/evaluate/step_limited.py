"""Runaways: candidates that ran out of steps, which a right one may on a test that never came to its end before."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tracec.evaluate.case_cost import work
from tracec.evaluate.evaluator import Judge
from tracec.passes.nouns.candidate import Attempt
from tracec.project.program import Program
from tracec.run.ledger import Ledger

PATIENT = 25  # how many times more steps such a candidate gets, where the same again was not enough
NEARLY, NEARLY_SHARE = 4, 0.15  # candidates that pass most goals and then run out of steps: of the time left for each
PASSES = 0.5  # bits less for each test that one of these passes
WHOLE_WORK = 50_000  # what a process costs, in steps


class Runaways:
    """Those of one program. They wait for their share of the work, but for the first few that pass most goals."""

    def __init__(self, judge: Judge, program: Program, ledger: Ledger, base: str) -> None:
        self._judge, self._program, self._ledger, self._base = judge, program, ledger, base
        self._waiting: list[tuple[int, Attempt]] = []  # with the patience of their next look
        self._nearly = NEARLY
        self._vain = False  # one waited long for an end
        self._spent = 0  # steps

    def take(self, attempt: Attempt) -> Iterator[Attempt]:
        """Keep one for later, or look at it again at once: with more steps, then with no limit but a time.

        The last is done no more once it was in vain.
        """
        if not self._nearly or not self._judge.repairs_its_share(attempt):
            self._waiting.append((1, attempt))
            return
        self._nearly -= 1
        for again in self._more(attempt, PATIENT, NEARLY_SHARE):
            yield again
            if _last(again) == "steps" and not self._vain:
                for last in self._more(attempt, 0, NEARLY_SHARE):
                    self._vain = bool(last.outcomes) and last.outcomes[-1].endless
                    yield last

    def again(self, most: float) -> Iterator[Attempt]:
        """The likeliest first, as long as all second looks took less than `most` steps.

        A test that passes speaks for a candidate, and what it may cost now against it.
        """
        self._waiting.sort(
            key=lambda pair: pair[1].candidate.cost + 0.5 * math.log2(pair[0]) - PASSES * len(pair[1].passed())
        )
        while self._waiting and self._spent < most:
            patience, first = self._waiting.pop(0)
            again = list(self._more(first, patience))
            for attempt in again:
                if _last(attempt) == "steps" and patience < PATIENT:
                    self._waiting.append((PATIENT, attempt))
                yield attempt
            if not again:
                return

    def _more(self, attempt: Attempt, patience: int, share: float = 1.0) -> Iterator[Attempt]:
        """One candidate with more steps, or with no limit but the time of a test, if the budget allows it.

        It may take `share` of the time that is left.
        """
        if self._ledger.reserve():
            most = share * self._ledger.left()
            asked = self._judge.request(self._program, attempt.candidate, most=most, patience=patience)
            again = self._judge.answer(self._program, attempt.candidate, self._judge.suite.run(asked))
            self._spent += WHOLE_WORK + sum(map(work, again.outcomes))
            self._ledger.note(again, self._base, again=True)
            yield again


def _last(attempt: Attempt) -> str:
    return attempt.outcomes[-1].status if attempt.outcomes else ""
