"""Cases + a program -> TracedRuns: they are run again with every value recorded."""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec

from tracec.evaluate.panel import Panel, Parent
from tracec.guests.protocol import Request
from tracec.guests.replaying import steady
from tracec.guests.suite import Suite
from tracec.guests.suites import options
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.source import Source
from tracec.project.private import put
from tracec.project.program import Program
from tracec.recording.artifacts import Built, artifact, build, compiled, key_of
from tracec.recording.extent import ENOUGH, Extent
from tracec.recording.trace_store import loaded
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.runtime.guest.sandbox import FILE_BYTES
from tracec.runtime.outcome import Outcome

MOST_FAILING = 20  # failing tests traced; chosen
MOST_PASSING = 40  # passing tests traced; chosen
LONGEST_PASSING = 2.0  # seconds of a passing test that is traced, at most: recording makes it longer; chosen
MOST_ENDLESS = 3  # of those that came to no end: what they record is long, and much alike; chosen


def sample(panel: Panel, seed: int) -> list[str]:
    """Ids of the tests to trace: failing ones, then passing ones, those of the same files first."""
    before, files = panel.judging(), panel.files
    failed = sorted((o for o in before if o.failed), key=lambda o: (o.steps == 0, o.steps))  # 0: it runs elsewhere
    failed = [*(o for o in failed if not o.endless), *[o for o in failed if o.endless][:MOST_ENDLESS]]
    failing = [o.id for o in failed[:MOST_FAILING]]
    homes = {files.get(name) for name in failing}
    passing = [o.id for o in before if o.passed and o.seconds <= LONGEST_PASSING]
    near = [name for name in passing if files.get(name) in homes]
    far = [name for name in passing if files.get(name) not in homes]
    draw = random.Random(seed)
    picked = draw.sample(near, min(len(near), MOST_PASSING * 3 // 4))
    picked += draw.sample(far, min(len(far), MOST_PASSING - len(picked)))
    return failing + sorted(picked)


class Tracer:
    """Runs cases of a program once more, with every value recorded. The ledger keeps the traces. A context manager.

    The guest that records lives on: it is given the files that a program changed. `events` says how much is
    recorded of one case; `metric` is what a guest needs of it, where a metric decides.
    """

    def __init__(
        self,
        job: Job,
        ledger: Ledger,
        warn: Callable[[str], None],
        metric: Mapping[str, Any] | None = None,
        events: Extent = ENOUGH,
    ) -> None:
        self._job, self._ledger, self._warn, self._metric, self._events = job, ledger, warn, metric, events
        self._stack = ExitStack()
        self._guests: dict[frozenset[str], tuple[Suite, Built]] = {}  # by the files beside the program's
        self._folder = Path()

    def __enter__(self) -> Tracer:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="tracec-")))
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def __call__(self, parent: Parent, candidate: Candidate, cases: Sequence[str]) -> Attempt:
        """The traced runs of some cases, in the suite's order, and how they ended.

        Those that got no turn in the time left are not there. Of a program without a change, the runs have the outcomes
        that its parent knows.
        """
        program = parent.program.advanced(candidate) if candidate.edits else parent.program
        content = "".join(source.text for source in program.sources.values())
        key = hashlib.sha256(repr((content, cases)).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        made = self._ledger.event("traces", key, lambda: self._recorded(parent.panel, program, cases))
        for warning in made["warnings"]:
            self._warn(warning)
        now = {o.id: o for o in msgspec.convert(made["outcomes"], list[Outcome])}
        known = now if candidate.edits else {**now, **{o.id: o for o in parent.panel.before}}
        traces = [t for name in made["logs"] for t in loaded(self._ledger.folder() / name) if t.name in known]
        wanting = _wanting([known[trace.name] for trace in traces], scored=parent.panel.scored)
        runs = tuple(TracedRun(t.name, known[t.name], t, t.name in wanting) for t in traces)
        return Attempt(candidate, tuple(now.values()), runs=runs)

    def _recorded(self, panel: Panel, program: Program, cases: Sequence[str]) -> dict[str, list[Any]]:
        files = frozenset(file for name in cases if (file := panel.files.get(name)))
        suite, built = self._guest(program, files)
        new = {path: s for path, s in program.sources.items() if s.text != program.on_disk[path].text}
        overlay = {path: source.text for path, source in new.items()}
        artifacts, warnings = self._instrumented(program, new)
        there = [name for name in cases if name in suite.files or (self._metric and base_of(name) in suite.files)]
        most = min(self._job.config.trace_mb << 20 or FILE_BYTES, FILE_BYTES)
        changed = Request((), overlay=overlay, artifacts=artifacts, record=most)
        logs, outcomes = record(suite, there, self._ledger.folder(), self._ledger.left(), changed)
        said = [steady(asdict(replace(outcome, ran=None))) for outcome in outcomes]
        return {"logs": logs, "warnings": [*built.warnings, *warnings], "outcomes": said}

    def _guest(self, program: Program, files: frozenset[str]) -> tuple[Suite, Built]:
        """The guest that records the program's files as they are on disk, and some others."""
        if files not in self._guests:
            kept = {path: program.on_disk[path] for path in program.sources}
            built = instrumented(self._job.root, replace(program, sources=kept), files)
            extent = {"limit_events": self._events.most, "keep_events": self._events.kept}
            more: dict[str, Any] = {**extent, "metric": self._metric, **options(self._job)}
            tests = () if self._metric else self._job.tests
            suite = Suite(self._job.root, tests, mode="record", artifacts=built.artifacts, **more)
            self._guests[files] = self._stack.enter_context(suite), built
        return self._guests[files]

    def _instrumented(self, program: Program, new: Mapping[str, Source]) -> tuple[dict[str, str], list[str]]:
        """Instrumented forms of changed files; they are not kept for other runs."""
        made: dict[str, str] = {}
        warnings: list[str] = []
        for path, source in new.items():
            key = key_of(source, "values", True)
            try:
                put(self._folder / f"{key}.bin", compiled(source, "values", key))
                made[path] = str(self._folder / f"{key}.bin")
            except (TracecError, RecursionError) as error:
                warnings.append(f"{error} (not traced)")
        return made, warnings


def base_of(case: str) -> str:
    """The case of a metric that a run with other random numbers is of: `train[0]@4` -> `train[0]`."""
    return case.partition("@")[0]


def _wanting(outcomes: Sequence[Outcome], *, scored: bool) -> frozenset[str]:
    """The cases whose feedback asks for a change: those that failed; of a metric's also those below the mean.

    Where none is, as all scores are alike, it is all of them.
    """
    failed = frozenset(o.id for o in outcomes if o.failed)
    if not scored or not outcomes:
        return failed
    mean = sum(o.worth for o in outcomes) / len(outcomes)
    return failed | ({o.id for o in outcomes if o.worth < mean} or {o.id for o in outcomes})


def record(
    suite: Suite, tests: Sequence[str], folder: Path, seconds: float, changed: Request
) -> tuple[list[str], list[Outcome]]:
    """Run tests with recording on; returns the names of their logs, new files in a folder, and the outcomes.

    `changed` has the files that are not as on disk, and how long a log may be.

    Where a test ends the process, the rest goes on in another, with a log of its own.
    """
    logs: list[str] = []
    outcomes: list[Outcome] = []
    rest = list(tests)
    end = time.monotonic() + seconds
    while rest and time.monotonic() < end:
        log = folder / f"{len([*folder.glob('*.trace')])}.trace"
        reply = suite.run(
            replace(
                changed,
                tests=tuple(rest),
                seconds=min(20.0 + len(rest), end - time.monotonic()),
                test_seconds=5.0,
            )
        )
        if reply.log:
            put(log, reply.log)
            logs.append(log.name)
        outcomes += reply.outcomes
        done = {o.id for o in reply.outcomes}
        rest = [name for name in rest if name not in done] if done else rest[1:]
    return logs, outcomes


def instrumented(root: Path, program: Program, tests: Collection[str]) -> Built:
    """Artifacts of the program's files as they are now, and of the test files."""
    artifacts: dict[str, str] = {}
    warnings: list[str] = []
    for path, source in program.sources.items():
        try:
            artifacts[program.real(path)] = str(artifact(root, source, "values"))
        except (TracecError, RecursionError) as error:
            warnings.append(f"{error} (not traced)")
    own = build(root, sorted(path for path in tests if program.real(path) not in artifacts), "values", root)
    return Built({**own.artifacts, **artifacts}, (*warnings, *own.warnings))
