"""A job -> the guests that run its tests, or the cases of its metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracec.guests.replaying import ReplayingSuite
from tracec.guests.suite import Suite
from tracec.run.job import Job
from tracec.run.ledger import Ledger


def options(job: Job) -> dict[str, Any]:
    """What every guest of a job is started with."""
    c = job.config
    confined = {"writable": c.writable, "network": c.network, "unconfined": c.unconfined}
    return {"python": c.python, "memory_mb": c.memory_mb, "seed": c.seed, "variables": c.environment, **confined}


@dataclass(frozen=True, slots=True)
class Guests:
    """Makes the guests of a job: of its tests, or of the cases of a `metric` where there is one."""

    job: Job
    ledger: Ledger
    metric: Mapping[str, Any] | None = None

    def judging(self) -> ReplayingSuite:
        """The guest that judges: steps are counted in the files at hand.

        A metric may be noisy, so what is asked of it twice is run twice.
        """
        suite = Suite(self.job.root, self._tests, mode="fuel", scope=self.job.paths, **self._options)
        name = "metric" if self.metric else "fuel"
        return ReplayingSuite(suite, self.ledger, name, self.job.config.jobs, repeats=bool(self.metric))

    def confirming(self, name: str = "") -> ReplayingSuite:
        """The guest that confirms: it has nothing of ours in the user's code. `name` tells it from another one."""
        suite = Suite(self.job.root, self._tests, mode="plain", **self._options)
        return ReplayingSuite(suite, self.ledger, name or ("plain metric" if self.metric else "plain"))

    @property
    def _tests(self) -> tuple[str, ...]:
        return () if self.metric else self.job.tests

    @property
    def _options(self) -> dict[str, Any]:
        return {**options(self.job), "metric": self.metric}
