"""TUNE: the strategy that sets values: numbers, choices and texts, and the numbers written in functions."""

from __future__ import annotations

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.optimizers.policies import FirstSolution, Gain, Head, no_credit, no_sample
from tracec.optimizers.tune.proposer import TuneProposer
from tracec.passes.accept.strict import harms
from tracec.passes.accept.verdict import Verdict
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt
from tracec.passes.nouns.score import values_of
from tracec.recording.extent import Extent
from tracec.strategy import Strategy
from tracec.work.work import Work

WHOLE_EVENTS = 200_000  # of one case: what runs longer is not traced, as half a trace says nothing here; chosen


class Steps(Gain):
    """As Gain, for points that are meant to be better. What was traced to learn from is no step."""

    def __call__(self, parent: Parent, attempt: Attempt) -> Verdict:
        """Compare scores, but for what was traced."""
        return Verdict.SAME if attempt.candidate.trace else super().__call__(parent, attempt)


class ProvenHead(Head):
    """Goes on from the best values only, and notes each. In the end what traces claim of them is run.

    Where a claim proves wrong it goes back to the user's program, from where all is to be tried again.
    """

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._work, self._doubting = work, False
        work.result.scores |= {"history": []} if work.metric else {}

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """What is better than the best takes its place."""
        before = self._best
        super().add(parent, attempt, verdict)
        if self._best is not before and self._work.metric is not None:
            self._history().append(
                {
                    "case_runs": self._work.result.impact.run,
                    "score": self._score(self._best).mean,
                    "values": {target.qualname: target.value for target in self._best.program.targets},
                }
            )

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program: the end, if what is claimed of it holds."""
        if parent is not self._best or self._doubting or self._holds(parent):
            return super().drop(parent)
        told = "a value goes where the trace does not see it, so all was tried again without the trace"
        self._work.result.warn(told)
        self._best, self._doubting = self._root, True
        self._history().clear()

    def best(self) -> Parent | None:
        """The best program; with tests the best on the way to it that breaks none."""
        found = super().best()
        while found is not None and self._work.metric is None and self._harmful(found):
            found = found.origin
        return None if found is self._root else found

    def _history(self) -> list[object]:
        found = self._work.result.scores.get("history", [])
        assert isinstance(found, list)
        return found

    def _harmful(self, parent: Parent) -> bool:
        return harms(self._root.panel.judging(), parent.panel.judging())

    def _holds(self, parent: Parent) -> bool:
        """True unless a case of which the outcome was only claimed says otherwise."""
        claimed = parent.made_by.candidate.known if parent.made_by else ()
        cases, ledger = [o.id for o in claimed], self._work.ledger
        if not claimed or not ledger.reserve():
            return True
        ledger.evaluations += 1
        said = self._work.evaluator.evaluate(parent, Question(NO_CHANGE, cases)).outcomes
        return values_of(said) == values_of(claimed) or len(said) < len(cases)


TUNE = Strategy(
    no_sample,
    no_credit,
    TuneProposer,
    Steps,
    ProvenHead,
    FirstSolution,
    complete=True,
    holdout=False,
    values=True,
    events=Extent(WHOLE_EVENTS, 0),
    name="tune",
)
