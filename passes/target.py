"""The nouns of optimizing: Span, Target, Evidence, Credit, Said, Candidate, Attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tracec.runtime.feedback import Outcome

Kind = Literal["code", "text", "number", "choice"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of source. Lines count from 1, columns from 0 in characters (not bytes); the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def holds(self, other: Span) -> bool:
        """True where `other` lies within this span (equal spans included)."""
        return (
            self.path == other.path
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )


@dataclass(frozen=True, slots=True)
class Target:
    """What may change: a function, prompt, number or choice that the user marked or named.

    `value` is source text: of kind `code` the whole definition with its decorators, dedented; else the literal.
    """

    id: str  # path:qualname:line, the path as shown to the user
    kind: Kind
    qualname: str
    span: Span
    value: str
    goal: str = ""
    constraints: tuple[str, ...] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a span is suspected: a weight in 0..1 and values seen there, `Picture`s where they are not plain.

    `in_slice` where some failure depends on it; `near` is how many edges away from a failure, at least, it is in the
    relevant slice, -1 where it is in none.
    """

    span: Span
    weight: float
    values: tuple[object, ...] = ()
    in_slice: bool = False
    near: int = -1


@dataclass(frozen=True, slots=True)
class State:
    """One evaluation of an expression in a test: what the variables in scope held then, by name (`self.x` is one).

    `value` has what came out, () where that is not known. Values are plain data, exact, and nobody changes them; a
    variable whose value is not known is left out. `moment` orders the states of a test.
    """

    span: Span
    test: str
    names: tuple[tuple[str, object], ...]
    value: tuple[object, ...]
    moment: int = 0


@dataclass(frozen=True, slots=True)
class Credit:
    """What flowed back to one target. `evidence` comes heaviest first; `names` gives the values each variable held.

    `states` are those of the failing and the passing tests that were traced.
    """

    target: str
    weight: float
    evidence: tuple[Evidence, ...] = ()
    names: tuple[tuple[str, tuple[object, ...]], ...] = ()
    states: tuple[State, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What failing tests say in their messages.

    `shown` are the texts in the values that they compare, `lacking` the variables and attributes of the program's own
    objects that are missing, `unknown` all names that nothing has, `refused` the functions, by their qualified names,
    that were called with other arguments than they take, `kinds` the types of which either is said.
    """

    shown: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


SILENCE = Said()


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
        """Ids of the tests that passed."""
        return frozenset(o.id for o in self.outcomes if o.status == "passed")


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Outcomes -> {"passed": n, "failed": n}; errors count as failed, skips and expected failures as neither."""
    return {
        "passed": sum(o.status == "passed" for o in outcomes),
        "failed": sum(o.failed for o in outcomes),
    }
