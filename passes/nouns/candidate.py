"""Candidate and Attempt: a change, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tracec.passes.nouns.edits import Edit, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.runtime.outcome import Ended, Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """An immutable change. Its content hash is its identity.

    `prior` is how unlikely the change is in bits, None where the proposer has no such number. `parents` are the ids of
    the candidates that it was made of. `known` are outcomes that follow from earlier runs: these cases are not run.
    With `trace` the others are recorded, as far as that can be done.
    """

    edits: tuple[Edit, ...]
    operator: str = ""
    why: str = ""
    prior: float | None = None
    parents: tuple[str, ...] = ()
    known: tuple[Outcome, ...] = ()
    trace: bool = False

    @property
    def id(self) -> str:
        """The first 12 hex digits of the SHA-256 of the edits: equal edits, equal id."""
        return hashlib.sha256(repr(sorted(map(repr, self.edits))).encode("utf-8", "surrogatepass")).hexdigest()[:12]

    @property
    def bits(self) -> float:
        """The prior for sums and orders: 0 where there is none."""
        return self.prior or 0.0

    @property
    def values(self) -> dict[str, str]:
        """Target id -> its new text, of the edits that change a target."""
        return dict(new_value(edit) for edit in self.edits if isinstance(edit, ReplaceDefinition | SetLiteral))

    @property
    def additions(self) -> tuple[Edit, ...]:
        """The edits that add something to a file."""
        return tuple(edit for edit in self.edits if not isinstance(edit, ReplaceDefinition | SetLiteral))


NO_CHANGE = Candidate(())


def followed(changes: Sequence[Candidate], last: Candidate) -> tuple[Candidate, ...]:
    """Changes and another one after them, less those that set nothing but literals which it sets again."""
    again = {edit.target for edit in last.edits if isinstance(edit, SetLiteral)}
    kept = (c for c in changes if not all(isinstance(e, SetLiteral) and e.target in again for e in c.edits))
    return (*kept, last)


def new_value(edit: ReplaceDefinition | SetLiteral) -> tuple[str, str]:
    """(target id, new text) of an edit."""
    return edit.target, edit.source if isinstance(edit, ReplaceDefinition) else edit.value


def set_target(target: Target, text: str) -> ReplaceDefinition | SetLiteral:
    """The edit that gives a target a new text, in the form of `Target.value`."""
    return ReplaceDefinition(target.id, text) if target.kind == "code" else SetLiteral(target.id, text)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A candidate and its outcomes. `ended` is DONE, or why the run was cut off; `detail` says more.

    An edit that cannot be placed is an attempt that ended INVALID. `runs` are the traces that were asked for.
    """

    candidate: Candidate
    outcomes: tuple[Outcome, ...]
    ended: Ended = Ended.DONE
    detail: str = ""
    runs: tuple[TracedRun, ...] = ()

    def passed(self) -> frozenset[str]:
        """Ids of the cases that passed."""
        return frozenset(o.id for o in self.outcomes if o.passed)


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Count outcomes: {"passed": n, "failed": n}; errors count as failed, skips and expected failures as neither."""
    return {"passed": sum(o.passed for o in outcomes), "failed": sum(o.failed for o in outcomes)}
