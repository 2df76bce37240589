"""Candidates that are cut off short of the goal get another try, whoever cut them off: the step limit or the clock."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Panel, Parent
from tracec.evaluate.step_limited import PATIENT, StepLimited
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.run.budget import Budget
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome, Status

CANDIDATE = Candidate((), "constant", prior=1.0)


class Scripted:
    """An evaluator that says one thing after another, and notes with how much patience it was asked."""

    def __init__(self, *said: Status) -> None:
        self.ledger, self._said = Ledger(Budget()), list(said)
        self.asked: list[int] = []

    def evaluate(self, parent: Parent, question: Question) -> Attempt:
        self.asked.append(question.limits.patience)
        return attempt(self._said.pop(0))


def attempt(last: Status) -> Attempt:
    return Attempt(CANDIDATE, (Outcome("short", Status.PASSED), Outcome("long", last)))


def taken(*said: Status) -> tuple[list[int], list[Status]]:
    """What was asked, and how the long case ended each time."""
    panel = Panel((Outcome("short", Status.FAILED), Outcome("long", Status.STEPS)), {})
    panel.failing_tests = ("short",)
    evaluator = Scripted(*said)
    layer = StepLimited(cast("Any", evaluator), Parent(panel), "base")
    return evaluator.asked, [found.outcomes[-1].status for found in layer.take(attempt(Status.STEPS))]


@pytest.mark.parametrize("cut", [Status.STEPS, Status.TIMEOUT])
def test_one_that_was_cut_off_gets_all_the_steps_it_needs(cut: Status) -> None:
    asked, ended = taken(cut, Status.PASSED)
    assert asked == [PATIENT, 0]
    assert ended == [cut, Status.PASSED]


def test_one_that_came_to_its_end_does_not() -> None:
    assert taken(Status.FAILED) == ([PATIENT], [Status.FAILED])
