"""Work: a run in progress, as its policies see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracec.evaluate.evaluator import Evaluator
from tracec.evaluate.gate import Gate
from tracec.evaluate.metric import Metric
from tracec.evaluate.panel import Parent
from tracec.guests.replaying import ReplayingSuite
from tracec.models.desk import Desk
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.work.honesty import Honesty
from tracec.work.metric_panel import NO_NOISE, Noise
from tracec.work.result import Result


@dataclass(slots=True)
class Work:
    """What was asked (`job`), what may be spent (`ledger`), who judges (`suite`, `evaluator`), and the user's program.

    `root` is that program with its panel; `result` is what is known so far. `metric` is None where tests decide;
    with one, `gate` are tests that must keep passing, and `noise` says how its scores vary. `desk` is where models are
    asked; None for a strategy that asks none.
    """

    job: Job
    ledger: Ledger
    suite: ReplayingSuite
    evaluator: Evaluator
    root: Parent
    result: Result
    honesty: Honesty
    metric: Metric | None = None
    gate: Gate | None = None
    noise: Noise = NO_NOISE
    desk: Desk | None = None
    proven: Result | None = None  # a change that is the result unless a better one is found
    partials: list[Parent] = field(default_factory=list)  # the best of each engine before, to go on from
    widenings: int = 0  # how often tests that were left out came to judge

    @property
    def wanting(self) -> bool:
        """True where there is something to reach: a test fails, or a metric may rise."""
        return self.metric is not None or bool(self.root.panel.failing_tests)
