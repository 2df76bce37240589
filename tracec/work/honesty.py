"""A change + what the tests say -> whether it only memorises them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from tracec.passes.accept.memorising import memorises
from tracec.passes.messages.test_tables import Check, checks
from tracec.passes.nouns.candidate import Candidate
from tracec.project.program import Program
from tracec.runtime.outcome import Outcome
from tracec.work.failing_sources import failing_sources


class Honesty:
    """Knows what the tests give and expect that failed at first: no other one is worth memorising."""

    def __init__(self, before: Sequence[Outcome], files: Mapping[str, str]) -> None:
        self._before, self._files = before, files

    def memorises(self, program: Program, candidate: Candidate) -> bool:
        """True where a change only writes down what tests say."""
        return any(memorises(before, after, self._checks) for before, after in program.definitions(candidate))

    @cached_property
    def literals(self) -> frozenset[str]:
        """What the tests give and expect, as source text."""
        return frozenset(repr(value) for check in self._checks for value in (*check.given, *check.expected))

    @cached_property
    def _checks(self) -> tuple[Check, ...]:
        sources = failing_sources(self._before, self._files)
        return tuple(check for text, wanted in sources for check in checks(text, wanted))
