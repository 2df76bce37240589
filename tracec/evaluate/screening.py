"""Screening as a layer: an evaluator whose candidates are screened first."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracec.evaluate.evaluator import FREELY, Question
from tracec.evaluate.local_evaluator import LocalEvaluator
from tracec.evaluate.panel import Parent
from tracec.evaluate.screen import Screen
from tracec.passes.nouns.candidate import Attempt


@dataclass(slots=True)
class Screened:
    """A layer around a local evaluator: candidates that are to be refused soon are screened first.

    Its own questions are `passing` and `whole`: cheap answers for those who go on from partial repairs.
    """

    inner: LocalEvaluator
    _screens: dict[Parent, Screen] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Evaluations that run at once."""
        return self.inner.width

    def screen(self, parent: Parent) -> Screen:
        """The screening of one parent's candidates."""
        if parent not in self._screens:
            self._screens[parent] = Screen(self.inner, parent)
        return self._screens[parent]

    def room(self, parent: Parent) -> int:
        """Candidates that fill the groups which may be asked for now."""
        return self.screen(parent).room()

    def submit(self, parent: Parent, question: Question) -> None:
        """Screen the candidate, unless certain cases, a trace or other limits are asked for.

        One without a prior is not one of thousands: it is evaluated as it is.
        """
        if question.cases or question.trace or question.limits != FREELY or question.candidate.prior is None:
            self.inner.submit(parent, question)
        else:
            self.screen(parent).submit(question.candidate)

    def results(self, parent: Parent, *, last: bool = False) -> list[Attempt]:
        """What was evaluated as asked, then what was screened."""
        return self.inner.results(parent) or self.screen(parent).results(last)

    def evaluate(self, parent: Parent, question: Question) -> Attempt:
        """One candidate at once, without screening."""
        return self.inner.evaluate(parent, question)
