"""Reflexion: each change goes on from the last one, with a memory of what the model itself said went wrong.

Shinn et al. 2023, arXiv 2303.11366; release noahshinn/reflexion (HEAD). Its memory of the last three reflections is
kept. Not copied: tests that the model wrote decide when it stops, so that a wrong one ends it; a reflection is a call
of its own although it sees nothing that the next attempt does not, so here one reply has both, and calls are halved;
and a change for the worse is gone on from, where here it is taken back and only its lesson stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.populations.pool import Pool, score
from tracec.optimizers.llm.questioner import Questioner
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain
from tracec.passes.accept.verdict import RISES, Verdict
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.credit import Credit
from tracec.passes.propagate import sbfl
from tracec.passes.propose.llm.sees.history_part import outcome_of
from tracec.passes.propose.llm.sees.parts import shortened
from tracec.passes.propose.llm.told.brief import Brief
from tracec.passes.propose.llm.told.lessons import Lesson, brief, lesson_of
from tracec.recording.trace_cases import sample
from tracec.runtime.outcome import Ended
from tracec.strategy import Strategy
from tracec.work.work import Work

OUTCOME = 160  # characters of what came of a lesson; chosen


class Learner(Questioner):
    """Keeps the lessons of the model's replies, and what came of each."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._lessons: list[Lesson] = []
        self._fresh = False  # the last lesson's change has not run yet
        self._failed = False  # some change ran

    def brief(self, parent: Parent, credit: Mapping[str, Credit]) -> Brief:
        """The last lessons."""
        return brief(self._lessons, failed=self._failed)

    def heard(self, parent: Parent, said: str) -> None:
        """Keep the lesson of a reply."""
        text = lesson_of(said)
        self._fresh = bool(text)
        if text:
            self._lessons.append(Lesson(text))

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """Note what came of the last lesson."""
        super().learn(parent, attempts)
        ran = [attempt for attempt in attempts if attempt.ended != Ended.KNOWN]
        self._failed = self._failed or bool(ran)
        if ran and self._fresh:
            self._fresh = False
            said = shortened(outcome_of(ran[0], parent.panel.before), OUTCOME)
            self._lessons[-1] = replace(self._lessons[-1], outcome=said)


class Latest(Pool):
    """Goes on from the last program that is no worse than the best; one that is worse is taken back."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, [work.root])
        self._now, self._open = work.root, True

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """What does not score lower than the best is gone on from."""
        if verdict not in (*RISES, Verdict.SAME) or attempt.ended != Ended.DONE:
            return
        child = parent.child(attempt)
        if not score(self._work, child) < max(score(self._work, one) for one in self._pool):
            self._pool.append(child)
            self._now, self._open = child, True

    def select(self) -> Parent | None:
        """The last one."""
        return self._now if self._open else None

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program."""
        self._open = self._open and parent is not self._now


ON_METRIC = Strategy(sample, sbfl.propagate, Learner, Gain, Latest, FirstSolution, needs_model=True)
REFLEXION = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
