"""TracedRun: one run of a test, or of a case of a metric, with its trace."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracec.passes.nouns.trace import Trace
from tracec.runtime.outcome import Outcome


@dataclass(frozen=True, slots=True, eq=False)
class TracedRun:
    """One case as it ran: its outcome and its trace. `failing` where its feedback asks for a change.

    A test that failed is failing; of a metric's cases, those are that failed or scored below the mean, or all where
    scores are alike. `ran` are the functions that it ran, as (path, first line), where that is known of the whole run:
    the trace may have only its end. `views` keeps what was read off the trace, by who read it.
    """

    case: str
    outcome: Outcome
    trace: Trace
    failing: bool
    views: dict[object, object] = field(default_factory=dict, repr=False)
    ran: frozenset[tuple[str, int]] = frozenset()
