"""Job and Result: what the user asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tracec.config import Config
from tracec.ledger import Budget
from tracec.passes.target import Candidate
from tracec.program import Program
from tracec.run import Suite
from tracec.runtime.feedback import Outcome
from tracec.witness import Tracing


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
    scores: dict[str, object] = field(default_factory=dict)  # of a metric: for `--json` as they are


def suite_of(job: Job) -> Suite:
    """The guest that judges: steps are counted in the files at hand."""
    return Suite(job.root, job.tests, mode="fuel", scope=job.paths, **options(job))


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
