"""The nouns of an explanation: Failure, what is asked; Road, Step, Parting, what is told."""

from __future__ import annotations

from dataclasses import dataclass

from tracec.passes.nouns.span import Span

VALUE, TEST, UNDONE, CHANGE = "value", "test", "undone", "change"  # roles of a step


@dataclass(frozen=True, slots=True)
class Failure:
    """How one case failed in the user's own run: an exception's type, its message, and the places that it passed.

    `places` are (path, line), the outermost first, of the user's files only.
    """

    id: str
    type: str = ""
    message: str = ""
    places: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Parting:
    """How a test that passes went another way at the same place: its outcome there, and the values that it had.

    `tests` is how many passing tests came to the place, `apart` how many of them went the other way only.
    """

    test: str
    value: str
    operands: tuple[tuple[str, str], ...]
    apart: int
    tests: int


@dataclass(frozen=True, slots=True)
class Step:
    """One value on the road: `text` is what a person calls it, `operands` are what it was made of, by name.

    `role`: a VALUE; a TEST that let the step after it run; one that left something UNDONE, which would have changed
    the value; a CHANGE of an object. `times` is how often the place ran before in the same function's call, for what
    follows. `value` is "" where it is not known or says nothing. `alone`: no passing test ran its line.
    """

    node: int
    role: str
    span: Span
    text: str
    value: str
    operands: tuple[tuple[str, str], ...] = ()
    function: str = ""
    times: int = 0
    parting: Parting | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Road:
    """The way back from a failure: `head` says what was wrong, `steps` the newest first, `hidden` so many more.

    `note` says what the trace does not know; then there may be no steps. `others` are tests that fail on the same road.
    `passed` are all places (path, line) that were looked at, those of `hidden` steps too, and `raised_at` those at
    which an exception came to be that the failure came from.
    """

    failure: Failure
    head: Step | None
    steps: tuple[Step, ...] = ()
    hidden: int = 0
    note: str = ""
    others: tuple[str, ...] = ()
    passed: frozenset[tuple[str, int]] = frozenset()
    raised_at: frozenset[tuple[str, int]] = frozenset()
