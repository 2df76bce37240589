"""Evaluator: candidates go in, attempts come out in the order in which they were submitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from tracec.evaluate.panel import Parent
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.errors import Unplaceable
from tracec.runtime.outcome import Ended, Outcome, Status

Tracer = Callable[[Parent, Candidate, Sequence[str]], Attempt]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one evaluation may use: `seconds` of wall time, and `patience` times the usual steps, 0 for no limit."""

    seconds: float = float("inf")
    patience: int = 1


FREELY = Limits()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an evaluator: a candidate for a program, and on which cases.

    Without `cases` the parent's panel says which, less those of which the candidate knows the outcome, and no more are
    run than it takes to refuse the candidate; with `cases` all of these are run. With `trace` the attempt has their
    traced runs.
    """

    candidate: Candidate
    cases: Sequence[str] = ()
    trace: bool = False
    limits: Limits = FREELY


class Evaluator(Protocol):
    """Runs candidates on cases: tests or a metric, in processes of this machine or elsewhere.

    `width` is how many evaluations run at once. The same submissions give the same results in the same order, whatever
    the width. A candidate that cannot be placed in its file is an attempt that ended INVALID.
    """

    @property
    def width(self) -> int:
        """Evaluations that run at once."""

    def room(self, parent: Parent) -> int:
        """How many more candidates of a program it takes before results are read."""

    def submit(self, parent: Parent, question: Question) -> None:
        """Take a candidate for a program; `results` brings what came of it."""

    def results(self, parent: Parent, *, last: bool = False) -> list[Attempt]:
        """The next attempts at changing a program; waits for at least one where any is under way.

        `last`: no more candidates will come, so what was put off is done now; [] means that all is done.
        """

    def evaluate(self, parent: Parent, question: Question) -> Attempt:
        """One candidate at once, before those that wait."""


def invalid(candidate: Candidate, error: Unplaceable) -> Attempt:
    """An attempt that ended before anything ran, as an edit cannot be placed."""
    return Attempt(candidate, (), Ended.INVALID, str(error))


def with_holdout(
    evaluator: Evaluator, parent: Parent, attempt: Attempt, seconds: float, patiences: Sequence[int]
) -> Attempt:
    """An attempt with the outcomes of the tests that are held out, as far as they come in `seconds`.

    Where one runs out of steps they get more, `patiences` times as many, 0 for as many as they need: the attempt has
    passed all else, some perhaps just so.
    """
    tests = tuple(o.id for o in parent.panel.before if o.id in parent.panel.held_out)
    if not tests:
        return attempt
    said: tuple[Outcome, ...] = ()
    for patience in patiences:
        asked = Question(attempt.candidate, tests, limits=Limits(seconds, patience))
        said = evaluator.evaluate(parent, asked).outcomes
        if not any(o.status == Status.STEPS for o in said):
            break
    return replace(attempt, outcomes=(*attempt.outcomes, *said))
