"""Data files of coverage.py -> what was recorded in them, read by the user's own coverage.py in a process of its own.

Such a file may come from anywhere: it is copied first, as reading may change it, its size and the reader's time and
memory are bounded, and whatever is wrong with it is one line.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracec.guests.environment import environment
from tracec.passes.coverage.touching import Recorded
from tracec.runtime.guest import coverage_reader

MOST_BYTES = 512 << 20  # of all data files of a project; chosen: 20,000 tests of 50 files each fit
MOST_MEMORY = 4 << 30  # bytes of address space of the reader; chosen
SECONDS = 60.0  # wall time of the reader; chosen


@dataclass(frozen=True, slots=True)
class Data:
    """What was read. `coverage` is the version in the user's interpreter, "" for none; `fault` says why nothing was
    read; `files` are the data files, none where there are none; `made` is the time of the newest, in seconds."""

    coverage: str
    fault: str = ""
    files: tuple[str, ...] = ()
    made: float = 0.0
    recorded: Recorded | None = None


def read_data(
    python: str, folders: Sequence[str], wanted: Mapping[str, str], files: Sequence[str] = (), seconds: float = SECONDS
) -> Data:
    """What the user's data files have, or `files`. `wanted` {real path: as seen from the root} are the files whose
    lines are told."""
    limits = {"most_bytes": MOST_BYTES, "most_memory": MOST_MEMORY}
    asked = {"folders": list(folders), "files": list(files), "wanted": dict(wanted), **limits}
    with tempfile.TemporaryDirectory(prefix="tracec-coverage-") as copies:
        said = answer(python, {**asked, "copies": copies}, folders[0], min(seconds, SECONDS))
    version, fault = str(said.get("coverage", "")), str(said.get("fault", ""))
    if fault or not said.get("files"):
        return Data(version, fault)
    try:
        return Data(version, "", tuple(said["files"]), float(said["made"]), recorded(said))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        return Data(version, f"the answer of its reader makes no sense ({error!r})")


def answer(python: str, asked: Mapping[str, Any], folder: str, seconds: float) -> dict[str, Any]:
    """What the reader says, or its fault where it says nothing in time."""
    command = [python, "-P", coverage_reader.__file__]
    own = {name: os.environ[name] for name in ("COVERAGE_FILE", "COVERAGE_RCFILE") if name in os.environ}
    try:
        done = subprocess.run(
            command, input=json.dumps(asked), cwd=folder, env={**environment(str(asked["copies"]), 0), **own},
            capture_output=True, text=True, timeout=max(0.1, seconds), check=False,
        )  # fmt: skip
        said = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"fault": f"reading took more than {seconds:.0f} s", "coverage": "?"}
    except (OSError, ValueError, RecursionError) as error:
        return {"fault": f"its reader failed ({type(error).__name__})", "coverage": "?"}
    return said if isinstance(said, dict) else {"fault": "its reader failed", "coverage": "?"}


def recorded(said: Mapping[str, Any]) -> Recorded:
    """The reader's answer, contexts by name."""
    names: list[str] = said["contexts"]
    lines = {path: {names[int(n)]: r for n, r in found.items()} for path, found in said["lines"].items()}
    others = {path: frozenset(names[n] for n in found) for path, found in said["others"].items()}
    return Recorded(lines, others)
