"""Swap, Request, Reply: what is asked of a guest and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tracec.runtime.guest.sandbox import CHANGES, is_changed
from tracec.runtime.outcome import Ended, Outcome, Status

OURS = (Ended.INVALID, Ended.KNOWN)  # ends of candidates for which no guest is asked
Trial = tuple[tuple[Status, str, int], ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """A new definition for a live function. `path` is a real path, `line` the first line of the old definition
    (decorators included), `source` the whole new one, dedented."""

    path: str
    qualname: str
    line: int
    source: str


@dataclass(frozen=True, slots=True)
class Request:
    """Which tests to run, in this order, with what in the place of the user's code.

    `swaps` go into a warm child, in milliseconds; `overlay` {path: text of the whole file} makes a cold child, which
    collects anew. With both, the warm road is tried first and the cold one taken where a swap cannot be done.
    With `stop`, the first test whose status is not among `expect[id]` (by default passed) is the last. `steps` is the
    budget of each test, 0 for none (mode fuel). `seconds` bounds the whole request, `test_seconds` each test, 0 for
    none. `record` names the file that gets a copy of the tests' log (mode record) or of coverage.py's data (mode lines)
    in the end. `free` runs without the confinement: for the user's own program, never for a candidate.

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
    record: str | None = None
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
    comparison found.
    """

    outcomes: tuple[Outcome, ...]
    ended: Ended
    detail: str = ""
    tried: tuple[Trial, ...] = ()
    functions: tuple[tuple[str, int], ...] = ()
    probe: Mapping[str, Any] = field(default_factory=dict)


class _Said(msgspec.Struct):
    """A reply in the types of JSON."""

    outcomes: list[Outcome]
    ended: Ended
    detail: str
    tried: list[list[tuple[Status, str, int]]] = []
    functions: list[tuple[str, int]] = []
    probe: dict[str, Any] = {}


def as_reply(said: Mapping[str, Any], tests: Collection[str] | None = None) -> Reply:
    """From the fields by name, in the types of JSON; `tests` are those asked for.

    Where it has other types or other tests, as a test may send them, it is the reply of a process that died.
    """
    try:
        found = msgspec.convert({name: said[name] for name in _Said.__struct_fields__ if name in said}, _Said)
    except msgspec.ValidationError as error:
        return Reply((), Ended.DIED, f"the process sent what is no reply ({error})")
    strange = {outcome.id for outcome in found.outcomes}.difference(tests) if tests is not None else set()
    if strange:
        return Reply((), Ended.DIED, f"it told of other tests: {', '.join(sorted(strange))}")
    if found.ended in OURS or not all(sound(outcome, len(found.functions)) for outcome in found.outcomes):
        return Reply((), Ended.DIED, "the process sent what is no reply (an outcome or an end that none can have)")
    tried = tuple(tuple(trial) for trial in found.tried)
    return Reply(tuple(found.outcomes), found.ended, found.detail, tried, tuple(found.functions), found.probe)


def sound(outcome: Outcome, functions: int = 0) -> bool:
    """Whether there can be such an outcome, in a reply that tells of so many functions."""
    return all(0 <= number < functions for number in outcome.ran or ())
