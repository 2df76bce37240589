"""Groups of candidates that are tried in one process, and what such trials say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracec.guests.protocol import Request, Trial
from tracec.passes.nouns.candidate import Candidate
from tracec.runtime.outcome import Outcome


@dataclass(slots=True)
class Group:
    """Candidates that are screened together, and what was asked of a guest."""

    candidates: list[Candidate]
    asked: Request
    number: int


def seen(before: Outcome, now: Outcome) -> Outcome:
    """What screening saw of a test. It does not say what the test costs: that is taken to be what it was."""
    if before.endless and not now.endless:
        return replace(before, status=now.status, message=now.message, steps=now.steps, seconds=0.0)
    return replace(before, status=now.status, message=now.message)


def outcomes_of(tests: Sequence[str], said: Trial) -> tuple[Outcome, ...]:
    return tuple(Outcome(name, status, text, steps=steps) for name, (status, text, steps) in zip(tests, said))
