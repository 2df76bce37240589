"""A job -> the guests that run its tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tracec.guests.environment import advice, missed
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.startup_errors import unconfined
from tracec.guests.suite import Suite
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.runtime.guest.sandbox import is_confined
from tracec.runtime.outcome import Outcome


def options(job: Job) -> dict[str, Any]:
    """What every guest of a job is started with."""
    c = job.config
    confined = {"writable": c.writable, "network": c.network, "unconfined": c.unconfined}
    return {"python": c.python, "memory_mb": c.memory_mb, "seed": c.seed, "variables": c.environment, **confined}


def not_handed_down(job: Job, outcomes: Iterable[Outcome]) -> list[str]:
    """A warning where tests fail for want of variables that are not handed down."""
    names = missed((o.message for o in outcomes if o.failed), job.config.environment)
    return [f"tests do not find {', '.join(names)}, as few variables are handed down: {advice(names)}"] if names else []


def may_change(job: Job, suite: ReplayingSuite) -> bool:
    """True where changes to the program may run in a suite: they are confined, or need not be."""
    return job.config.unconfined or is_confined(suite.confinement)


def must_confine(job: Job, suite: ReplayingSuite) -> None:
    """TracecError where changes would run without the confinement, and nobody said that they may."""
    if not may_change(job, suite):
        raise unconfined(suite.confinement.removeprefix("none: "))


def suite_of(job: Job, ledger: Ledger) -> ReplayingSuite:
    """The guest that judges: steps are counted in the files at hand."""
    suite = Suite(job.root, job.tests, mode="fuel", scope=job.paths, **options(job))
    return ReplayingSuite(suite, ledger, "fuel", job.config.jobs)


def plain_suite(job: Job, ledger: Ledger) -> ReplayingSuite:
    """The guest that confirms: it has nothing of ours in the user's code."""
    return ReplayingSuite(Suite(job.root, job.tests, mode="plain", **options(job)), ledger, "plain")


def metric_suite(job: Job, ledger: Ledger, metric: Mapping[str, Any]) -> ReplayingSuite:
    """The guest that scores. A metric may be noisy, so what is asked twice is run twice."""
    suite = Suite(job.root, (), mode="fuel", scope=job.paths, metric=metric, **options(job))
    return ReplayingSuite(suite, ledger, "metric", job.config.jobs, repeats=True)


def plain_metric_suite(job: Job, ledger: Ledger, metric: Mapping[str, Any]) -> ReplayingSuite:
    """The guest that confirms a score."""
    return ReplayingSuite(Suite(job.root, (), mode="plain", metric=metric, **options(job)), ledger, "plain metric")
