"""A run's folder -> Story: what was asked, tried, kept and spent. It reads what the run wrote, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracec.passes.nouns.errors import TracecError
from tracec.run.history import busy, opened


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate: which program it was made of, when it ended, and how. `seconds` is -1 where that is not known."""

    number: int
    base: str
    candidate: str
    operator: str
    bits: float
    ended: str
    passed: int
    failed: int
    why: str
    seconds: float = -1.0
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A candidate that was gone on from, or that passed the tests: its verdict, and its edits.

    `program` is what it makes, "" where that was not gone on from. `passes` is how many of the tests that failed at
    first pass now, `worth` the mean score of a metric's cases.
    """

    verdict: str
    base: str
    candidate: str
    edits: Sequence[Mapping[str, Any]]
    passes: int
    worth: float | None
    seconds: float
    program: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that a run left behind. `job`, `before` and `result` are empty where it did not come so far.

    `status` is that of the ledger: `running` of a run that was killed. `seconds` is when the last thing happened.
    """

    folder: Path
    status: str
    job: Mapping[str, Any]
    before: Mapping[str, Any]
    result: Mapping[str, Any]
    steps: Sequence[tuple[float, str]]
    kept: Sequence[Kept]
    tried: Sequence[Tried]
    seconds: float

    @property
    def over(self) -> bool:
        """True where the run came to its end."""
        return bool(self.result)

    @property
    def summary(self) -> Mapping[str, Any]:
        """What `--json` printed; empty of a run that did not come to its end."""
        found: Mapping[str, Any] = self.result.get("summary", {})
        return found


def story(folder: Path) -> Story:
    """Read a run. TracecError where it is running, or damaged."""
    if busy(folder):
        raise TracecError("the run is not over", "wait for it, or end it", path=str(folder))
    history = opened(folder)
    if history is None:
        raise TracecError("the run's file is damaged", "name another run", path=str(folder))
    try:
        notes, moments = list(history.notes()), history.moments()
        tried = [timed(Tried(*row), *moments.get(row[0], (-1.0, ""))) for row in history.attempts()]
        status = history.settings().get("status", "")
    finally:
        history.close()
    found: dict[str, Any] = {note.kind: note.data for note in notes}
    steps = [(note.seconds, str(note.data)) for note in notes if note.kind == "step"]
    made = {(note.data["base"], note.data["candidate"]): note.key for note in notes if note.kind == "program"}
    kept = [
        Kept(**note.data, seconds=note.seconds, program=made.get((note.data["base"], note.data["candidate"]), ""))
        for note in notes
        if note.kind == "kept"
    ]
    last = max([note.seconds for note in notes] + [one.seconds for one in tried], default=0.0)
    job, before, result = (found.get(kind, {}) for kind in ("job", "before", "result"))
    return Story(folder, status, job, before, result, steps, kept, tried, last)


def timed(tried: Tried, seconds: float, engine: str) -> Tried:
    """A candidate with when it ended, and what had made it."""
    return replace(tried, seconds=seconds, engine=engine)
