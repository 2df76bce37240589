"""Candidate and Attempt: a change, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tracec.runtime.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """An immutable change: target id -> new value, in the form of `Target.value`. Its content hash is its identity."""

    changes: tuple[tuple[str, str], ...]
    operator: str = ""
    why: str = ""
    cost: float = 0.0
    parents: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The first 12 hex digits of the SHA-256 of the changes: equal changes, equal id."""
        return hashlib.sha256(repr(sorted(self.changes)).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A candidate and what the tests said of it. `ended` is `done`, or why the run was cut off."""

    candidate: Candidate
    outcomes: tuple[Outcome, ...]
    ended: str = "done"

    def passed(self) -> frozenset[str]:
        """Return ids of the tests that passed."""
        return frozenset(o.id for o in self.outcomes if o.status == "passed")


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Count outcomes: {"passed": n, "failed": n}; errors count as failed, skips and expected failures as neither."""
    return {"passed": sum(o.status == "passed" for o in outcomes), "failed": sum(o.failed for o in outcomes)}
