"""Case and TracedRun: what a program is judged by, and one judged run with its trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tracec.passes.nouns.trace import Trace
from tracec.runtime.outcome import Outcome


class Split(StrEnum):
    """What a case may be used for: learning, choosing among winners, or the last word only."""

    TRAIN = "train"
    VALIDATION = "validation"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Case:
    """A test, or a datum of a metric. `path` is the file that it comes from, "" for a datum."""

    id: str
    split: Split = Split.TRAIN
    path: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TracedRun:
    """One case as it ran: its outcome and its trace. `failing` where its feedback asks for a change.

    A test that failed is failing; of a metric's cases, those are that failed or scored below the mean. `views` keeps
    what was read off the trace, by who read it.
    """

    case: str
    outcome: Outcome
    trace: Trace
    failing: bool
    views: dict[object, object] = field(default_factory=dict, repr=False)
