"""All tests run once under the user's coverage.py, kept in `.tracec/coverage/` with a hash of each file that ran.

A file that changes later costs only the knowledge of the tests that ran it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tracec.guests.protocol import Request
from tracec.guests.suite import Suite
from tracec.guests.suites import options
from tracec.project.paths import project_root
from tracec.project.private import home, put
from tracec.run.job import Job
from tracec.runtime.guest.sandbox import FILE_BYTES
from tracec.runtime.outcome import Outcome, Status

FORMAT = 1  # of what is kept; changes when it does
KEPT = 8  # suites (root, arguments, interpreter) whose runs are kept; chosen
LONGEST = 3600.0  # wall seconds of one request; chosen
NOTES = "run.json"
MOST_NOTES = 64 << 20  # bytes of our own notes; chosen


class Notes(msgspec.Struct, frozen=True):
    """What is kept besides coverage's own files: `hashes` {real path: SHA-256}, `seconds` {test: wall time}."""

    format: int
    made: float
    hashes: dict[str, str]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was kept: coverage's data files, and the notes."""

    files: tuple[str, ...]
    notes: Notes

    def changed(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of some files that are no longer what they were, or came later."""
        return frozenset(path for path in paths if self.notes.hashes.get(path) != hash_of(path))


def place_of(job: Job) -> Path:
    """The folder of a job's suite: the same root, arguments and interpreter. Raises OSError."""
    asked = repr((os.path.realpath(job.root), job.tests, os.path.realpath(job.config.python), FORMAT))
    name = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return home(project_root(job.root), "coverage") / name


def kept_run(job: Job) -> Run | None:
    """The run of a job's suite that was kept; None where there is none, or it cannot be read."""
    try:
        folder = place_of(job)
        data = (folder / NOTES).read_bytes()
        notes = msgspec.json.decode(data, type=Notes) if len(data) <= MOST_NOTES else None
        files = data_files(folder)
    except (OSError, msgspec.DecodeError):
        return None
    return Run(files, notes) if notes and notes.format == FORMAT and files else None


def record_run(job: Job, seconds: float) -> tuple[Path, dict[str, Outcome]]:
    """Run all tests once, at most `seconds`, in a guest that is confined as every other.

    Returns a new folder with what coverage.py wrote, and the outcome of each test that ran. Raises OSError and
    TracecError.
    """
    place = place_of(job)
    for old in sorted(place.parent.iterdir(), key=os.path.getmtime)[: -KEPT + 1]:
        shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=place.parent))
    known: dict[str, Outcome] = {}
    end = time.monotonic() + seconds
    with Suite(job.root, job.tests, mode="lines", **options(job)) as suite:
        rest = list(suite.ids)
        while rest and (left := end - time.monotonic()) > 0:
            file, most = folder / f"{len(known):06}.coverage", min(left, LONGEST)
            asked = Request(tuple(rest), record=FILE_BYTES, seconds=most, test_seconds=job.config.test_seconds)
            reply = suite.run(asked)
            if reply.log:
                file.write_bytes(reply.log)
            known |= {o.id: o for o in reply.outcomes} or {rest[0]: Outcome(rest[0], Status.DIED, reply.detail)}
            rest = [name for name in rest if name not in known]
    return folder, known


def data_files(folder: Path) -> tuple[str, ...]:
    """Coverage's files in a folder, in the order of the tests."""
    return tuple(sorted(str(path) for path in folder.glob("*.coverage")))


def keep(job: Job, folder: Path, seconds: Mapping[str, float], paths: Iterable[str]) -> Run:
    """Note the time that each test took and a hash of each file that was run; it takes the place of an older run."""
    notes = Notes(FORMAT, time.time(), {path: hash_of(path) for path in paths}, dict(seconds))
    put(folder / NOTES, msgspec.json.encode(notes))
    place = place_of(job)
    shutil.rmtree(place, ignore_errors=True)
    os.replace(folder, place)
    return Run(data_files(place), notes)


def hash_of(path: str) -> str:
    """SHA-256 of what is in a file; "" where it cannot be read."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
