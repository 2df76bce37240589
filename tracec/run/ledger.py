"""Ledger: hard budgets, reserved before they are spent, and what came of every effect, so that a run can go on.

Everything that a search decides follows from what it asked of the guests and what came of it. So a run is resumed by
searching again from the start, while the answers come from the history of the run before as long as it has them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.errors import TracecError
from tracec.run.budget import Budget
from tracec.run.history import Event, History
from tracec.run.purse import Purse

LONGEST_SHARE = 3600.0  # wall seconds that a part is taken of at most: without a limit there is no end; chosen
LATE = "late"  # the event that the budget was spent: with a larger one, a run goes on from there


class Ledger:
    """What a run may spend, has spent, and has learned. Without a `history` nothing is written."""

    def __init__(self, budget: Budget, history: History | None = None) -> None:
        self.budget, self.history = budget, history
        self.purse = Purse(budget)  # what models cost
        self.hold = 0.0  # seconds of the budget kept back for proofs at the end
        self.proofs = 0.0  # seconds that these may take; they have more than `hold` once there is something to prove
        self.reserved = 0  # evaluations
        self.candidates = 0  # attempts that were looked at
        self.evaluations = 0  # the same, and those looked at once more
        self.last_bits = 0.0  # of the attempt noted last
        self.engine = ""  # the name of what proposes just now
        self.known = 0  # candidates that make a program which was tried before
        self._late = self._spent = False  # no seconds left; no evaluations
        self._closed = False  # what is told from then on is not noted
        self._asked = 0  # how often it was asked whether it is late
        self._number = 0  # of the next event
        self._before = 0.0  # seconds that the run took before this process
        self._past: Iterator[Event] = history.events() if history else iter(())
        self._next = next(self._past, None)
        self._began = time.monotonic()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def folder(self) -> Path:
        """Where the run's files are kept: those of a run without a history as long as this process."""
        if self.history:
            return self.history.folder
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="tracec-")
        return Path(self._temporary.name)

    @property
    def replaying(self) -> bool:
        """True as long as answers come from the run before."""
        return self._next is not None

    def event(self, kind: str, key: str, make: Callable[[], Any]) -> Any:
        """What came of an effect, as JSON has it: what the run before knows of it, else made now and written down."""
        if self._next is not None:
            event = self._next
            if (event.kind, event.key) != (kind, key):
                raise TracecError(
                    f"the run before went on with {event.kind} where this one comes to {kind}",
                    "start anew, without --resume: tracec, the interpreter or a package may have changed",
                )
            self._advance()
            return event.data
        return self._add(kind, key, make())

    def comes(self, kind: str, key: str) -> bool:
        """True where the run before went on with this event."""
        return self._next is not None and (self._next.kind, self._next.key) == (kind, key)

    def mark(self) -> str:
        """Where the run is, for `back_to`: the number of the next event, and of the next attempt."""
        return f"{self._number} {self.candidates}"

    def back_to(self, mark: str) -> None:
        """When this run is gone on with, what came after a mark is not known."""
        if self.history:
            self.history.set(back=mark)

    def seconds(self) -> float:
        """Seconds that the run took, those before it was cut off included."""
        return self._before + (0.0 if self.replaying else time.monotonic() - self._began)

    def left(self) -> float:
        """Seconds that may be spent on candidates; infinity without a limit. For limits: `late` decides."""
        return float("inf") if self.budget.seconds is None else self.budget.seconds - self.seconds() - self.hold

    def share(self, what: str, part: float) -> float:
        """A part of the seconds left, at most LONGEST_SHARE; a run that is resumed is told what it was then."""
        return float(self.event("share", what, lambda: round(part * min(LONGEST_SHARE, max(0.0, self.left())), 2)))

    def to_the_end(self) -> float:
        """Seconds left for proofs: all of them."""
        return self.left() + self.hold

    def late(self) -> bool:
        """True once the seconds are spent. A run that is resumed says so in the same place."""
        self._asked += 1
        if self._next is not None:
            if self._next.kind == LATE and self._next.key == str(self._asked):
                self._late = True
                self._advance()
        elif not self._late and self.left() <= 0:
            self._late = True
            self._add(LATE, str(self._asked), None)
        return self._late

    @property
    def over(self) -> bool:
        """True once a run was told that its seconds are spent."""
        return self._late

    def reserve(self) -> bool:
        """Take one evaluation out of the budget, before it runs; False where there is none left."""
        if self.late():
            return False
        if self.budget.evals is not None and self.reserved >= self.budget.evals:
            if not self._spent:
                self._spent = True
                self.event(LATE, "evaluations", lambda: None)
            return False
        self.reserved += 1
        return True

    @property
    def spent(self) -> bool:
        """True once an evaluation was refused, as none is left."""
        return self._spent

    def note(self, attempt: Attempt, base: str, *, again: bool = False, free: bool = False) -> None:
        """An attempt was looked at; it is written with the next event. `free`: nothing had to be run for it."""
        self.evaluations += not free
        self.last_bits = attempt.candidate.bits
        if again:
            return
        candidate = attempt.candidate
        failed = sum(o.failed for o in attempt.outcomes)
        row = (
            base, candidate.id, candidate.operator, round(candidate.bits, 6), attempt.ended,
            len(attempt.passed()), failed, candidate.why,
        )  # fmt: skip
        moment = round(self.seconds(), 3), self.engine
        if self.history and not self.history.attempt(self.candidates, row, *moment):
            raise TracecError("another candidate was tried here in the run before", "start anew, without --resume")
        self.candidates += 1

    def tell(self, kind: str, key: str, data: Any, *, anew: bool = False) -> None:
        """Note something for the page of this run; no run that goes on reads it. `anew`: in place of what was there."""
        if self.history and not self._closed:
            self.history.note(Event(0, round(self.seconds(), 3), kind, key, data), anew=anew)

    def close(self, status: str) -> None:
        """The run has ended. One that is solved is not gone on with: what came of its candidates is dropped."""
        if self.history:
            self.history.set(status=status)
            if status == "solved":
                self.history.shrink()
            self.history.close()
            self._closed = True

    def _advance(self) -> None:
        assert self._next is not None
        self._before, self._number = self._next.seconds, self._next.number + 1
        self._next = next(self._past, None)
        if self._next is None:
            self._began = time.monotonic()

    def _add(self, kind: str, key: str, data: Any) -> Any:
        if self.history:
            self.history.add(Event(self._number, round(self.seconds(), 3), kind, key, data))
        self._number += 1
        return data
