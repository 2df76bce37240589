"""Swap, Request, Reply: what is asked of a guest and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tracec.runtime.guest.sandbox import CHANGES, is_changed
from tracec.runtime.outcome import Ended, Outcome, Status

OURS = (Ended.INVALID, Ended.KNOWN)  # ends of candidates for which no guest is asked
Trial = tuple[tuple[Status, str, int], ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """A new definition for a live function. `line` is the first line of the old definition (decorators included),
    `source` the whole new one, dedented. With `expression` the new value of a name of a module or class."""

    path: str
    qualname: str
    line: int
    source: str
    expression: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Which tests to run, in this order, with what in the place of the user's code.

    `swaps` go into a warm child, in milliseconds; `overlay` {path: text of the whole file} makes a cold child, which
    collects anew. With both, the warm road is tried first and the cold one taken where a swap cannot be done.
    With `stop`, the first test whose status is not among `expect[id]` (by default passed) is the last. `steps` is the
    budget of each test, 0 for none (mode fuel). `seconds` bounds the whole request, `test_seconds` each test, 0 for
    none. `record` is how many bytes the reply may have of the tests' log (mode record) or of coverage.py's data (mode
    lines), 0 for none. `free` runs without the confinement: for the user's own program, never for a candidate.

    `artifacts` {path: instrumented form} are of texts in `overlay` (mode record); a text without one is not traced.

    `trials` are many changes, each a group of swaps, tried one after another in one process: for screening, as one may
    leave something behind for the next. Each runs those of `tests` that its entry in `picks` numbers, those in `expect`
    only while all others passed. With `stop`, the first that runs out of steps is its last; so is the EARLY-th where
    all up to there ended as `known` {test: (status, message)} has it. One without tests only tells whether live
    functions take it.

    With `noting` (mode fuel), the functions of the code in scope that each test runs are told.

    With `differential`, the trials are compared with the program as it is instead, on inputs that the tests give and
    others (`runtime/differential/compare.py` says what is in it).
    """

    tests: tuple[str, ...]
    swaps: tuple[Swap, ...] = ()
    overlay: Mapping[str, str] = field(default_factory=dict)
    expect: Mapping[str, tuple[Status, ...]] = field(default_factory=dict)
    stop: bool = False
    steps: int | Mapping[str, int] = 0
    seconds: float = 60.0
    test_seconds: float = 0.0
    record: int = 0
    free: bool = False
    trials: tuple[tuple[Swap, ...], ...] = ()
    picks: tuple[tuple[int, ...], ...] = ()
    known: Mapping[str, tuple[Status, str]] = field(default_factory=dict)
    noting: bool = False
    differential: Mapping[str, Any] = field(default_factory=dict)
    artifacts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """`free` with any change is refused: what somebody else wrote never runs without the confinement."""
        if self.free and self.changed:
            raise ValueError("a request with a change cannot be free of the confinement")

    @property
    def changed(self) -> bool:
        """Whether anything else than the user's own text may run."""
        return is_changed({name: getattr(self, name) for name in CHANGES})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request.

    `ended` is COLD only without an overlay, and none of OURS; `detail` says why. A test that was running when its
    process was ended has that as its status; tests after it have no outcome. `tried` has (status, message, steps) for
    each test of each trial, as far as it came: nothing for one that needs a process of its own, fewer trials than asked
    where one ended it. `functions` are (path, first line), by the numbers that the outcomes have. `probe` is what a
    comparison found; `log` is what was recorded.
    """

    outcomes: tuple[Outcome, ...]
    ended: Ended
    detail: str = ""
    tried: tuple[Trial, ...] = ()
    functions: tuple[tuple[str, int], ...] = ()
    probe: Mapping[str, Any] = field(default_factory=dict)
    log: bytes = b""


def as_reply(said: Mapping[str, Any], asked: Request | None = None) -> Reply:
    """From the fields by name, in the types of JSON, and the log's bytes; None for what was `asked` before.

    Where it has other types, other tests or a longer log, as a test may send them, it is the reply of a process that
    died.
    """
    try:
        found = msgspec.convert(said, Reply, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        return Reply((), Ended.DIED, f"the process sent what is no reply ({error})")
    strange = {outcome.id for outcome in found.outcomes}.difference(asked.tests) if asked is not None else set()
    if strange:
        return Reply((), Ended.DIED, f"it told of other tests: {', '.join(sorted(strange))}")
    if found.ended in OURS or not all(sound(outcome, len(found.functions)) for outcome in found.outcomes):
        return Reply((), Ended.DIED, "the process sent what is no reply (an outcome or an end that none can have)")
    if len(found.log) > (asked.record if asked is not None else 0):
        return Reply((), Ended.DIED, "the process sent what is no reply (a log that is longer than was asked for)")
    return found


def sound(outcome: Outcome, functions: int = 0) -> bool:
    """Whether there can be such an outcome, in a reply that tells of so many functions."""
    return all(0 <= number < functions for number in outcome.ran or ())
