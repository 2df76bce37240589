"""Job: what the user asked for."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from tracec import __version__
from tracec.config import Config
from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import digest, project_root
from tracec.project.private import home
from tracec.run.budget import Budget
from tracec.run.history import begin, latest
from tracec.run.ledger import LATE, Ledger
from tracec.run.progress import Progress

# Settings that say what may be spent, not what is asked.
SPENDING = (
    "jobs", "budget_seconds", "budget_evals", "budget_calls", "budget_tokens", "budget_usd", "model_width",
    "model_seconds", "prices", "trace_mb", "traces_mb", "tests",
)  # fmt: skip


class Tell(Protocol):
    """Where progress goes."""

    def __call__(self, text: str) -> None:
        """A step."""

    def live(self, seen: Progress) -> None:
        """How far the search is just now: many a second."""


class Silence:
    """Progress that nobody reads."""

    def __call__(self, text: str) -> None:
        """Nothing is said."""

    def live(self, seen: Progress) -> None:
        """Nothing is shown."""


@dataclass(frozen=True, slots=True)
class Job:
    """`paths` are the files that may change, `tests` pytest's arguments, `names` the targets, all as seen from `root`.

    `write`: the result is to be written, and proven once more. `dry`: the run ends at the first question to a model.
    """

    root: Path
    paths: tuple[str, ...]
    tests: tuple[str, ...]
    names: tuple[str, ...]
    config: Config
    tell: Tell
    write: bool = False
    dry: bool = False


def settings_of(job: Job) -> dict[str, str]:
    """What makes two runs the same, budgets and parallelism apart: what was asked of whom, and the files' contents."""
    config = {name: value for name, value in msgspec.structs.asdict(job.config).items() if name not in SPENDING}
    place, base = os.path.split(job.config.python)  # `python` and `python3.11` of one folder are one
    config["python"] = place, os.path.basename(os.path.realpath(os.path.join(place, base)))
    return {"asked": repr([__version__, job.tests, job.names, config]), "files": digest(job.root, job.paths)}


def ledger_of(job: Job, *, resume: bool) -> Ledger:
    """The budget of a job and a history: that of the last run of the same job, or a new one.

    TracecError where there is no such run. Where no history can be written, there is none.
    """
    spend, settings = budget_of(job.config), settings_of(job)
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


def budget_of(config: Config) -> Budget:
    """The budget of a configuration."""
    return Budget(
        config.budget_seconds, config.budget_evals, config.budget_calls, config.budget_tokens, config.budget_usd
    )
