"""Session: what tracec does, to be called from Python. The command line, plugins and hooks stand on it.

A session has a root folder; paths are as seen from there, whatever the working directory is. It prints nothing and
installs no signal handler. Its methods may be called from several threads: one at a time has its turn.
"""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from tracec import config as configuration
from tracec.config import Config
from tracec.passes.nouns.errors import TracecError
from tracec.run.job import Job, Silence, Tell

if TYPE_CHECKING:
    from tracec.improvement import Improvement
    from tracec.passes.nouns.credit import Evidence
    from tracec.passes.nouns.target import Target
    from tracec.passes.nouns.trace import Trace
    from tracec.passes.verify.verification import Verification
    from tracec.project.program import Program
    from tracec.runtime.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Blame:
    """Why tests fail: (qualified name of the function, evidence), the most suspect first; and how they ended."""

    program: Program
    rows: tuple[tuple[str, Evidence], ...]
    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...]

    @property
    def failing(self) -> tuple[str, ...]:
        """The ids of the failing tests."""
        return tuple(outcome.id for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A program that ran: its exit code and where its trace is. `notes` say what was recorded, and what was not."""

    code: int
    log: Path
    notes: tuple[str, ...]

    def traces(self) -> Iterator[Trace]:
        """The trace of each chapter: the program, and every Python process that it started."""
        from tracec.recording.trace_store import load

        return load(self.log)

    def verified(self) -> Iterator[Verification]:
        """Whether each trace agrees with itself, as `tracec show --verify` tells it."""
        from tracec.passes.verify.verification import verify

        return map(verify, self.traces())


class Session:
    """tracec in one project.

    `config` are all settings; without one they come from the project's pyproject.toml and the environment. `tell` gets
    progress. Every method raises TracecError for what the user can mend. KeyboardInterrupt passes through, but for
    `optimize`, which then proves the best change found so far.
    """

    def __init__(
        self, root: str | os.PathLike[str] = ".", config: Config | None = None, tell: Tell | None = None
    ) -> None:
        self.root = Path(os.path.abspath(root))
        self.config = config or configuration.load(self.root)
        self.tell: Tell = tell or Silence()
        self._turn = threading.RLock()

    def optimize(
        self,
        paths: Sequence[str],
        *,
        tests: str | None = None,
        targets: Sequence[str] = (),
        write: bool = False,
        resume: bool = False,
        dry: bool = False,
    ) -> Improvement:
        """Improve the code in some files until its tests pass, or its metric is as high as can be.

        `paths` are files, folders or MODULE[:QUALNAME]; `tests` are pytest's arguments, the setting where it is None;
        `targets` narrow what may change. The change found is kept as a patch; `write` changes the files. With
        `dry`, the first question to a model raises DryRun, whose text is that question and the bill to expect.
        """
        from tracec.improvement import concluded
        from tracec.pipeline import improve
        from tracec.run.job import budget_of, ledger_of
        from tracec.run.ledger import Ledger
        from tracec.strategy import strategy_for
        from tracec.work.told import Noted

        with self._turn:
            name, strategy = strategy_for(self.job(paths, tests, targets, write=write))
            job = self.job(paths, tests, targets, write=write, optimizer=name, dry=dry)
            if not strategy.needs_model:
                refuse_idle(job)
            ledger = Ledger(budget_of(job.config)) if dry else ledger_of(job, resume=resume)
            job = replace(job, tell=Noted(job.tell, ledger))
            return concluded(job, ledger, improve(job, ledger, strategy))

    def blame(self, paths: Sequence[str], *, tests: str | None = None, targets: Sequence[str] = ()) -> Blame:
        """Rank the places in some files that explain the failing tests, with the values that they held."""
        from tracec.pipeline import blame
        from tracec.run.job import budget_of
        from tracec.run.ledger import Ledger

        with self._turn:
            job = self.job(paths, tests, targets)
            return Blame(*blame(job, Ledger(budget_of(job.config))))

    def trace(
        self,
        program: Sequence[str],
        *,
        module: bool = False,
        scope: Sequence[str] = (),
        record: str | os.PathLike[str] | None = None,
        keep: int = 0,
    ) -> Recorded:
        """Run `[SCRIPT or MODULE, ARGS...]` in a process of its own and record its trace.

        `scope` are the paths whose code is recorded, all below the root where it is empty; `record` is the trace's
        file, `keep` how many of the last events are kept, 0 for all.
        """
        from tracec.launch.recorded_run import record_program
        from tracec.launch.run_settings import RunSettings

        with self._turn:
            found = self.config
            settings = RunSettings(found.grain, found.scope, found.trace_mb, found.traces_mb)
            code, log, notes = record_program(
                self.root, settings, program, module=module, scope=scope, record=record, keep=keep
            )
            return Recorded(code, log, notes)

    def targets(self, paths: Sequence[str], *, every: bool = False) -> list[Target]:
        """What is marked in some files; with `every`, all functions too."""
        from tracec.passes.find import find, select
        from tracec.project import paths as project_paths
        from tracec.project.program import everything

        found: list[Target] = []
        for path in project_paths.expand(paths, self.root):
            source = project_paths.read(path, self.root)
            found += sorted(everything(source) if every else find(source), key=lambda target: target.span)
        return list(select(found, project_paths.qualnames(paths, self.root)))

    def job(
        self,
        paths: Sequence[str],
        tests: str | None,
        targets: Sequence[str],
        *,
        write: bool = False,
        dry: bool = False,
        optimizer: str = "",
    ) -> Job:
        """What is asked, checked as far as that can be done before anything runs."""
        from tracec.project.paths import expand, qualnames

        config = structs.replace(self.config, with_=optimizer or self.config.with_)
        config = config if tests is None else structs.replace(config, tests=tests)
        names = (*targets, *qualnames(paths, self.root))
        return Job(self.root, expand(paths, self.root), arguments(config), names, config, self.tell, write, dry)


def arguments(config: Config) -> tuple[str, ...]:
    """pytest's arguments; a quote that does not close is the user's error."""
    try:
        return tuple(shlex.split(config.tests))
    except ValueError as error:
        raise TracecError(f"--tests {config.tests!r}: {error}", "close the quote") from None


def refuse_idle(job: Job) -> None:
    """TracecError for settings that do nothing where no model is asked."""
    config = job.config
    idle = {
        "model": config.model,
        "model-critic": config.model_critic,
        "budget-calls": config.budget_calls,
        "budget-tokens": config.budget_tokens,
        "budget-usd": config.budget_usd,
        "dry-run": job.dry or None,
    }
    for name, given in idle.items():
        if given not in ("", None):
            raise TracecError(
                f"{name} is for optimizers that ask a model, and {config.with_} asks none", "leave it out"
            )
