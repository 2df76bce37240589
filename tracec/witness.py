"""Witness: runs chosen tests again with every value recorded, and says what was observed."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracec.build import Built, artifact, build
from tracec.files import read
from tracec.ledger import Ledger
from tracec.passes.errors import TracecError
from tracec.passes.propagate.observe import Observation, observe
from tracec.passes.source import Source
from tracec.run import Request, Suite
from tracec.runtime.feedback import Outcome
from tracec.traces import loaded

MOST_FAILING, MOST_PASSING = 20, 40  # tests traced
MOST_ENDLESS = 3  # of those that came to no end: what they record is long, and much alike
LIMIT_EVENTS = 20_000  # recorded for one test: what comes after is not looked at


@dataclass(frozen=True, slots=True)
class Tracing:
    """How to start the guest that records: the folder, pytest's arguments, and options of `Suite`."""

    root: Path
    args: Sequence[str]
    options: Mapping[str, Any]
    seed: int = 0


def choose(before: Sequence[Outcome], files: Mapping[str, str], seed: int) -> list[str]:
    """Ids of the tests to trace: failing ones, then passing ones, those of the same files first."""
    failed = sorted((o for o in before if o.failed), key=lambda o: (o.steps == 0, o.steps))  # 0: it runs elsewhere
    failed = [*(o for o in failed if not o.endless), *[o for o in failed if o.endless][:MOST_ENDLESS]]
    failing = [o.id for o in failed[:MOST_FAILING]]
    homes = {files.get(name) for name in failing}
    passing = [o.id for o in before if o.status == "passed"]
    near = [name for name in passing if files.get(name) in homes]
    far = [name for name in passing if files.get(name) not in homes]
    draw = random.Random(seed)
    picked = draw.sample(near, min(len(near), MOST_PASSING * 3 // 4))
    picked += draw.sample(far, min(len(far), MOST_PASSING - len(picked)))
    return failing + sorted(picked)


def witness(
    tracing: Tracing,
    sources: Mapping[str, Source],
    tests: Sequence[str],
    failing: Collection[str],
    files: Mapping[str, str],
    ledger: Ledger,
) -> tuple[list[Observation], tuple[str, ...]]:
    """Trace some tests, of which some fail, over `sources`; returns what was observed over these files, and warnings.

    Tests that do not get their turn in the time that is left are not in it. The ledger keeps the traces.
    """
    built = instrumented(tracing, sources, sorted({files[name] for name in tests if name in files}))
    changed = any(source.text != read(path).text for path, source in sources.items())
    limits: Any = {"limit_events": LIMIT_EVENTS, "changed": changed, **tracing.options}

    def recorded() -> list[str]:
        folder = ledger.folder()
        with Suite(tracing.root, tracing.args, mode="record", artifacts=built.artifacts, **limits) as suite:
            return record(suite, [name for name in tests if name in suite.files], folder, ledger.left())

    content = "".join(source.text for source in sources.values())
    key = hashlib.sha256(repr((content, tests)).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    logs = [ledger.folder() / name for name in ledger.event("traces", key, recorded)]
    seen = [observe(trace, sources.keys(), failed=trace.name in failing) for log in logs for trace in loaded(log)]
    return seen, built.warnings


def record(suite: Suite, tests: Sequence[str], folder: Path, seconds: float) -> list[str]:
    """Run tests with recording on; returns the names of their logs, new files in a folder.

    Where a test ends the process, the rest goes on in another, with a log of its own.
    """
    logs: list[str] = []
    rest = list(tests)
    end = time.monotonic() + seconds
    while rest and time.monotonic() < end:
        log = folder / f"{len([*folder.glob('*.trace')])}.trace"
        reply = suite.run(
            Request(
                tuple(rest), record=str(log), seconds=min(20.0 + len(rest), end - time.monotonic()), test_seconds=5.0
            )
        )
        if log.exists():
            logs.append(log.name)
        done = {o.id for o in reply.outcomes}
        rest = [name for name in rest if name not in done] if done else rest[1:]
    return logs


def instrumented(tracing: Tracing, sources: Mapping[str, Source], tests: Collection[str]) -> Built:
    """Artifacts of the program's files as they are now, and of the test files."""
    artifacts: dict[str, str] = {}
    warnings: list[str] = []
    for path, source in sources.items():
        try:
            artifacts[os.path.realpath(path)] = str(artifact(tracing.root, source, "values"))
        except (TracecError, RecursionError) as error:
            warnings.append(f"{error} (not traced)")
    own = build(tracing.root, [path for path in tests if os.path.realpath(path) not in artifacts], "values")
    return Built({**own.artifacts, **artifacts}, (*warnings, *own.warnings))
