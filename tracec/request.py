"""Swap, Request, Reply: what is asked of a guest and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracec.runtime.feedback import Outcome


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
    none. `record` names the file that gets the tests' logs (mode record). `free` runs without the confinement: for
    the user's own program, never for a candidate.

    `artifacts` {path: instrumented form} are of texts in `overlay` (mode record); a text without one is not traced.

    `trials` are many changes, each a group of swaps, tried one after another in one process: a first look, as one may
    leave something behind for the next. Each runs all `tests`, but those in `expect` only while all others passed; with
    `stop`, the first that runs out of steps is its last.
    """

    tests: tuple[str, ...]
    swaps: tuple[Swap, ...] = ()
    overlay: Mapping[str, str] = field(default_factory=dict)
    expect: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stop: bool = False
    steps: int | Mapping[str, int] = 0
    seconds: float = 60.0
    test_seconds: float = 0.0
    record: str | None = None
    free: bool = False
    trials: tuple[tuple[Swap, ...], ...] = ()
    artifacts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request.

    `ended` is `done`, `stopped`, `timeout`, `died`, `memory`, `cold` (a swap that a live process cannot take, and no
    overlay) or `error` (nothing could be run); `detail` says why. A test that was running when its process was ended
    has that as its status; tests after it have no outcome. `tried` has (status, message) for each test of each trial,
    as far as it came: nothing for one that needs a process of its own, fewer trials than asked where one ended it.
    """

    outcomes: tuple[Outcome, ...]
    ended: str
    detail: str = ""
    tried: tuple[tuple[tuple[str, str], ...], ...] = ()
