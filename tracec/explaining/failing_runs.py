"""Gathered -> the traces of failing tests and of passing ones near to them: they run again, in a process of ours."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from tracec.config import Config
from tracec.explaining.gathered import Gathered
from tracec.guests.environment import OTHERS
from tracec.guests.protocol import Request
from tracec.guests.suite import Suite
from tracec.passes.nouns.trace import Trace
from tracec.recording.artifacts import build
from tracec.recording.trace_store import loaded
from tracec.runtime.guest.sandbox import FILE_BYTES
from tracec.runtime.outcome import Outcome
from tracec.runtime.project_paths import ProjectPaths

MOST_EVENTS = 3_000_000  # a test that records more is stopped: about a second; chosen
KEPT_EVENTS = 200_000  # the last ones of a test: linking takes less than a second; chosen
MOST_PASSING = 12  # passing tests that are traced; chosen
LONGEST_PASSING = 1.0  # seconds of one, at most; chosen
SLOWER = 30.0  # times as long as it took may a test take that is recorded; chosen
LEAST_SECONDS = 20.0  # that a recorded test may take; chosen


@dataclass(frozen=True, slots=True)
class Ran:
    """A test that ran again: how it ended, and its trace, where there is one."""

    outcome: Outcome
    trace: Trace | None


@dataclass(slots=True)
class FailingRuns:
    """Runs tests of a gathered run again, with every value recorded. A context manager.

    It is the user's own program, in the user's own environment, that he has just run: it is not confined.
    """

    gathered: Gathered
    config: Config
    seconds: float
    chosen: Sequence[str]  # the failing tests to run
    suite: Suite | None = None
    folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="tracec-why-")
    )

    def __enter__(self) -> FailingRuns:
        gathered, end = self.gathered, time.monotonic() + self.seconds
        built = build(Path(gathered.root), self.files(), "values", gathered.root)
        left = max(1.0, end - time.monotonic())
        tests = [gathered.argument(test) for test in (*self.chosen, *self.passing())]
        self.suite = Suite(
            gathered.root,
            [*gathered.args, *dict.fromkeys(tests)],
            python=gathered.python or self.config.python,
            mode="record",
            artifacts=built.artifacts,
            memory_mb=self.config.memory_mb,
            unconfined=True,
            network=True,
            variables=tuple(name for name in os.environ if not is_of_the_run(name)),
            collect_seconds=left,
            seed=self.config.seed,
            limit_events=MOST_EVENTS,
            keep_events=KEPT_EVENTS,
        )
        self.suite.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        if self.suite:
            self.suite.close()
        self.folder.cleanup()

    def files(self) -> list[str]:
        """The user's files that were loaded, and those of the tests, as seen from the root."""
        name = ProjectPaths(self.gathered.root).name
        return sorted({name(path) for path in self.gathered.files if os.path.isfile(path)})

    def passing(self) -> list[str]:
        """Passing tests that are quick: of the same class as a failing one first, then of the same file."""
        near = {test.rpartition("::")[0] for test in self.chosen}
        homes = {test.partition("::")[0] for test in self.chosen}

        def far(row: tuple[str, float]) -> int:
            return (row[0].rpartition("::")[0] not in near) + (row[0].partition("::")[0] not in homes)

        quick = [row for row in self.gathered.passed if row[1] <= LONGEST_PASSING]
        return [test for test, _ in sorted(quick, key=far)[:MOST_PASSING]]

    def run(self, tests: Sequence[str], seconds: float, took: Mapping[str, float]) -> Iterator[Ran]:
        """Run some tests in one process; those that get no turn in the time left are not there."""
        assert self.suite is not None
        longest = max((took.get(test, 0.0) for test in tests), default=0.0)
        most = max(LEAST_SECONDS, SLOWER * longest)
        wanted = tuple(test for test in tests if test in self.suite.files)
        if not wanted or seconds <= 0:
            return
        reply = self.suite.run(Request(wanted, seconds=seconds, test_seconds=most, record=FILE_BYTES, free=True))
        log = Path(self.folder.name, "log.trace")
        log.write_bytes(reply.log)
        traces = {trace.name: trace for trace in loaded(log)} if reply.log else {}
        for outcome in reply.outcomes:
            yield Ran(outcome, traces.get(outcome.id))


def is_of_the_run(name: str) -> bool:
    """Tell whether a variable is of the run that we are called from, and no setting of the user's."""
    return any(name.startswith(other.rstrip("*")) for other in OTHERS)
