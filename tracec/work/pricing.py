"""Pricing: what a change that reaches the goal costs in bits, and what its text says against it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tracec.evaluate.panel import Parent
from tracec.passes.accept.doubts import Doubt, doubts_of_text
from tracec.passes.accept.naturalness import unnaturalness
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.clues import FailureClues
from tracec.work.clues import clues_of
from tracec.work.work import Work


class Pricing:
    """Of one run. What its failing tests say is read when it is first asked for."""

    def __init__(self, work: Work) -> None:
        self._work = work

    @cached_property
    def clues(self) -> FailureClues:
        """What the tests say that failed at first."""
        return clues_of(self._work.root.panel)

    def own(self, parent: Parent, attempt: Attempt) -> float:
        """How unlikely the change is: its own bits, and those of how it reads."""
        literals = self._work.honesty.literals
        return attempt.candidate.bits + sum(unnaturalness(*pair, literals) for pair in _changed(parent, attempt))

    def doubts(self, parent: Parent, attempt: Attempt) -> tuple[Doubt, ...]:
        """What its text says against it."""
        return tuple(doubt for pair in _changed(parent, attempt) for doubt in doubts_of_text(*pair, self.clues))


def _changed(parent: Parent, attempt: Attempt) -> Iterator[tuple[str, str]]:
    """(before, after) of each definition that there was."""
    return ((old, new) for old, new in parent.program.definitions(attempt.candidate) if old)
