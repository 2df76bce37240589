"""Job and Result: what the user asked for, and what came of it."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tracec import __version__
from tracec.chosen import Chosen
from tracec.config import Config
from tracec.files import digest, project_root
from tracec.history import begin, latest
from tracec.ledger import LATE, Budget, Ledger
from tracec.passes.errors import TracecError
from tracec.passes.target import Candidate
from tracec.program import Program
from tracec.remembered import Remembered
from tracec.run import Suite
from tracec.runtime.feedback import Outcome
from tracec.touched import Touched
from tracec.witness import Tracing
from tracec.writing import home

# Settings that do not say what is asked.
SPENDING = ("jobs", "budget_seconds", "budget_evals", "budget_calls", "budget_usd", "trace_mb", "traces_mb", "tests")


class Tell(Protocol):
    """Where progress goes."""

    def __call__(self, text: str) -> None:
        """A step."""

    def live(self, text: str) -> None:
        """What is going on just now; shown on a terminal only."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the user asked for."""

    root: Path
    paths: tuple[str, ...]
    tests: tuple[str, ...]  # pytest's arguments
    names: tuple[str, ...]  # targets
    config: Config
    tell: Tell
    write: bool = False  # whether the result is to be written and proven once more


@dataclass(slots=True)
class Result:
    """What came of it. `texts` are the files that change, by path; `after` is from a fresh run with them."""

    status: str
    program: Program
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    texts: dict[str, str] = field(default_factory=dict)
    changes: list[Candidate] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    held: frozenset[str] = frozenset()  # tests that pass only without the confinement
    touched: Touched = field(default_factory=Touched)  # which tests were left out for candidates
    interrupted: bool = False
    chosen: Chosen = field(default_factory=Chosen)
    scores: dict[str, object] = field(default_factory=dict)  # of a metric: for `--json` as they are


def suite_of(job: Job, ledger: Ledger) -> Remembered:
    """The guest that judges: steps are counted in the files at hand."""
    suite = Suite(job.root, job.tests, mode="fuel", scope=job.paths, **options(job))
    return Remembered(suite, ledger, "fuel", job.config.jobs)


def settings_of(job: Job) -> dict[str, str]:
    """What makes two runs the same, budgets and parallelism apart: what was asked of whom, and the files' contents."""
    config = {name: value for name, value in msgspec.structs.asdict(job.config).items() if name not in SPENDING}
    place, base = os.path.split(job.config.python)  # `python` and `python3.11` of one folder are one
    config["python"] = place, os.path.basename(os.path.realpath(os.path.join(place, base)))
    return {"asked": repr([__version__, job.tests, job.names, config]), "files": digest(job.paths)}


def ledger_of(job: Job, *, resume: bool) -> Ledger:
    """The budget of a job and a history: that of the last run of the same job, or a new one.

    TracecError where there is no such run. Where no history can be written, there is none.
    """
    spend, settings = budget(job.config), settings_of(job)
    try:
        runs = home(project_root(job.root), "runs")
        past = latest(runs, settings) if resume else begin(runs, settings)
    except (OSError, sqlite3.Error) as error:
        if resume:
            raise TracecError(f"cannot read the runs in .tracec ({error})", "start anew, without --resume") from None
        job.tell(f"warning: this run cannot be resumed, as its history cannot be kept ({error})")
        return Ledger(spend)
    if resume and past.settings().get("budget") != repr(spend):
        past.cut(LATE)
    past.set(budget=repr(spend), status="running")
    return Ledger(spend, past)


def options(job: Job) -> dict[str, Any]:
    """What every guest of a job is started with."""
    c = job.config
    return {"python": c.python, "memory_mb": c.memory_mb, "writable": c.writable, "network": c.network, "seed": c.seed}


def tracing_of(job: Job) -> Tracing:
    """How to start the guest that records."""
    return Tracing(job.root, job.tests, options(job), job.config.seed)


def budget(config: Config) -> Budget:
    """The budget of a configuration."""
    return Budget(config.budget_seconds, config.budget_evals)
