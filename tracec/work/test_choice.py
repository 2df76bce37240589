"""A large suite -> the tests to begin with: those that coverage's contexts say touch what may change.

The other tests have their say before anything is called proven (`left_out.py`): what is chosen wrongly costs time.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from tracec.guests.replaying import ReplayingSuite, steady
from tracec.passes.coverage.contexts import ContextReader
from tracec.passes.coverage.touching import Recorded, place_of, touching
from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import project_root
from tracec.project.program import Program
from tracec.recording import coverage_run
from tracec.recording.coverage_data import Data, read_data
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome

LARGE = 300  # tests from which on some are left to the end; benchmarks/large_suite.py
KNOWN = 0.5  # of all tests, that the user's own data must know, else a run of ours is worth its time; chosen
STALE = 0.5  # of all tests: where a kept run leaves no more out, as files have changed, it is made anew; chosen
RUN_SHARE = 0.4  # of the time left that such a run may take; chosen
MOST_LAST_FAILED = 16 << 20  # bytes of pytest's note of what failed last; chosen


@dataclass(frozen=True, slots=True)
class Choice:
    """The tests to begin with, in pytest's order, and the others; `seconds` is what these take, where it is known.

    `recorded` are the outcomes of all tests where all were run just now, to see what they run.
    """

    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0
    recorded: tuple[Outcome, ...] = ()


def chosen_tests(job: Job, ledger: Ledger, suite: ReplayingSuite, program: Program) -> Choice:
    """All tests of a small suite; of a large one those that touch a target, failed last time, or are not known.

    A run that is resumed has the choice of the run before.
    """
    mode = job.config.coverage
    if mode == "off" or (mode == "auto" and len(suite.ids) < LARGE):
        return Choice(suite.ids)
    said = ledger.event("coverage", mode, lambda: Chooser(job, ledger, suite.files, program).choose())
    for line in said["told"]:
        job.tell(line)
    picked = frozenset(said["tests"])
    if not picked:
        return Choice(suite.ids)
    tests, left_out = (tuple(name for name in suite.ids if (name in picked) == want) for want in (True, False))
    return Choice(tests, left_out, said["seconds"], tuple(msgspec.convert(said["recorded"], list[Outcome])))


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known of a suite: from where, in words, and the seconds of tests where they are known."""

    recorded: Recorded
    source: str
    seconds: Mapping[str, float] = field(default_factory=dict)


class Chooser:
    """Looks for what coverage.py recorded: in the file that is named, else in the user's own, else in a run of ours."""

    def __init__(self, job: Job, ledger: Ledger, files: Mapping[str, str], program: Program) -> None:
        self._job, self._ledger, self._files = job, ledger, files
        self._folders = [*dict.fromkeys(os.path.realpath(f) for f in (job.root, project_root(job.root)))]
        self._places = [place_of(target, program.real(target.span.path)) for target in program.targets]
        self._wanted = {place.path: os.path.relpath(place.path, self._folders[-1]) for place in self._places}
        self._told: list[str] = []
        self._outcomes: Sequence[Outcome] = ()

    def choose(self) -> dict[str, Any]:
        """What the ledger keeps: `tests` (none: all), `seconds` of the others, outcomes `recorded`, what to tell."""
        basis = self._named() if self._job.config.coverage != "auto" else self._found()
        picked = self._picked(basis) if basis else frozenset[str]()
        seconds = sum(taken for name, taken in basis.seconds.items() if name not in picked) if basis else 0.0
        outcomes = steady([asdict(o) for o in self._outcomes])
        return {"tests": sorted(picked), "seconds": round(seconds, 3), "recorded": outcomes, "told": self._told}

    def _named(self) -> Basis | None:
        path = os.path.join(self._job.root, self._job.config.coverage)
        if not os.path.isfile(path):
            raise TracecError("no such file", "`coverage` is auto, off or a data file of coverage.py", path=path)
        data = self._read([path])
        return self._usable(data, 0.0) or self._none(data)

    def _found(self) -> Basis | None:
        data = self._read()
        if not data.coverage:
            return self._none(data)
        return self._usable(data, KNOWN) or self._kept() or self._recorded(data.coverage)

    def _read(self, files: Sequence[str] = ()) -> Data:
        return read_data(self._job.config.python, self._folders, self._wanted, files, self._ledger.left())

    def _none(self, data: Data) -> Basis | None:
        """Nothing is known: that is said, with what helps."""
        todo = "" if data.coverage else f"; `{self._job.config.python} -m pip install coverage` spares most of them"
        why = [] if self._told else [data.fault or "no contexts of tests"]
        self._told.append("; ".join([*why, f"so all {len(self._files):,} tests are run{todo}"]))
        return None

    def _usable(self, data: Data, least: float) -> Basis | None:
        """The user's own data, where it knows at least that share of the tests; says why where it does not."""
        name = os.path.basename(data.files[0]) if data.files else "coverage's data"
        if data.recorded is None:
            if data.fault:
                self._told.append(f"{name} is of no use: {data.fault}")
            return None
        meant = ContextReader(list(self._files)).meant_by
        known = frozenset[str]().union(*map(meant, data.recorded.contexts()))
        if not known or len(known) < least * len(self._files) or not any(data.recorded.lines.values()):
            self._told.append(f"{name} does not say which tests run what; `pytest --cov --cov-context=test` does")
            return None
        changed = frozenset(path for path in self._measured(data.recorded) if changed_since(path, data.made))
        return Basis(replace(data.recorded, changed=changed), f"{name} of {moment(data.made)}")

    def _kept(self) -> Basis | None:
        """A run of ours that was kept, unless so much has changed since that another is worth its time."""
        run = coverage_run.kept_run(self._job)
        data = self._read(run.files) if run else None
        if run is None or data is None or data.recorded is None:
            return None
        basis = self._of_run(run, data.recorded)
        few = len(self._chosen(basis)) <= STALE * len(self._files)
        return basis if few or not basis.recorded.changed else None

    def _recorded(self, version: str) -> Basis | None:
        """A run of ours, made now."""
        self._job.tell(f"recording once what each of {len(self._files):,} tests runs (coverage {version})")
        try:
            folder, known = coverage_run.record_run(self._job, RUN_SHARE * self._ledger.left())
            data = self._read(coverage_run.data_files(folder))
            if data.recorded is None:
                return self._none(data)
            seconds = {name: o.seconds for name, o in known.items()}
            run = coverage_run.keep(self._job, folder, seconds, self._measured(data.recorded))
        except (OSError, TracecError) as error:
            return self._none(Data(version, f"nothing could be recorded ({error})"))
        self._outcomes = [*known.values()]
        return self._of_run(run, data.recorded)

    def _of_run(self, run: coverage_run.Run, recorded: Recorded) -> Basis:
        changed = run.changed(self._measured(recorded))
        source = f"a run of {moment(run.notes.made)}, kept in .tracec"
        return Basis(replace(recorded, changed=changed), source, run.notes.seconds)

    def _measured(self, recorded: Recorded) -> frozenset[str]:
        """The files that decide what a test runs: those that were recorded, and the tests'."""
        return frozenset((*recorded.lines, *recorded.others, *self._files.values()))

    def _picked(self, basis: Basis) -> frozenset[str]:
        """The tests to begin with, which is told."""
        known = touching(self._places, basis.recorded, self._files)
        failed = last_failed(self._folders, self._files)
        if not known.touch:
            self._told.append(f"no test is known to touch what may change (by {basis.source}), so all are run")
            return frozenset()
        words = [f"{len(known.touch):,} touch what may change"]
        words += [f"{count:,} are not known"] if (count := len(known.unknown - known.touch)) else []
        words += [f"{count:,} failed last time"] if (count := len(failed - known.touch - known.unknown)) else []
        self._told.append(f"{len(self._files):,} tests collected; {', '.join(words)} (by {basis.source})")
        return known.touch | known.unknown | failed

    def _chosen(self, basis: Basis) -> frozenset[str]:
        known = touching(self._places, basis.recorded, self._files)
        return known.touch | known.unknown


def last_failed(folders: Sequence[str], ids: Collection[str]) -> frozenset[str]:
    """The tests that failed when pytest last ran, by its own note; all of a file that could not be imported."""
    noted: set[str] = set()
    for folder in folders:
        path = Path(folder, ".pytest_cache", "v", "cache", "lastfailed")
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if path.stat().st_size <= MOST_LAST_FAILED:
                said = json.loads(path.read_bytes())
                noted |= said.keys() if isinstance(said, dict) else set()
    return frozenset(name for name in ids if name in noted or name.partition("::")[0] in noted)


def changed_since(path: str, moment: float) -> bool:
    """True where a file was written after a moment, or is gone."""
    try:
        return os.stat(path).st_mtime > moment
    except OSError:
        return True


def moment(when: float) -> str:
    """`today 14:03`, `2026-11-22 14:03`."""
    then, now = time.localtime(when), time.localtime()
    day = "today" if then[:3] == now[:3] else time.strftime("%Y-%m-%d", then)
    return f"{day} {time.strftime('%H:%M', then)}"
