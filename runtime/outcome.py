"""Outcome: what a test, or a metric, said of one case; it is written and read by the same names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_ADDRESS = re.compile(r"0x[0-9a-f]+")


class Status(StrEnum):
    """How one case ended, or its run was cut short.

    FAILED in the call, ERROR in set-up or tear-down. STEPS: its steps ran out. DIED: its process ended. NONE: in
    screening, no case was asked for.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    TIMEOUT = "timeout"
    STEPS = "steps"
    MEMORY = "memory"
    DIED = "died"
    NONE = "none"


class Ended(StrEnum):
    """How the run of a request or a candidate ended.

    STOPPED: after the first case that decided. COLD: a live process cannot take the change. ERROR: nothing could be
    run. UNCONFINED: a change would have run without the confinement. INVALID: the change cannot be placed in its file.
    KNOWN: the same program was tried before.
    """

    DONE = "done"
    STOPPED = "stopped"
    TIMEOUT = "timeout"
    DIED = "died"
    MEMORY = "memory"
    COLD = "cold"
    ERROR = "error"
    UNCONFINED = "unconfined"
    INVALID = "invalid"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one test.

    `besides` is what a failure shows beside its message: the exceptions that led to it, and what was printed.
    `path`, as seen from the root, and `line` say where it failed, `steps` counts loop turns and calls of the code in
    scope. `ran` are the numbers of the functions that ran, in the reply that has this outcome; None where that is not
    known. `score` is what a metric said of a case, None for a test.
    """

    id: str
    status: Status
    message: str = ""
    path: str = ""
    line: int = 0
    seconds: float = 0.0
    steps: int = 0
    ran: tuple[int, ...] | None = None
    score: float | None = None
    besides: str = ""

    @property
    def passed(self) -> bool:
        """True where the test passed, not where it was skipped."""
        return self.status == Status.PASSED

    @property
    def raised(self) -> bool:
        """True where the test failed by itself, set-up and tear-down included, and was not cut short."""
        return self.status in (Status.FAILED, Status.ERROR)

    @property
    def failed(self) -> bool:
        """True unless the test passed, was skipped or failed as expected."""
        return self.status not in (Status.PASSED, Status.SKIPPED, Status.XFAILED, Status.XPASSED)

    @property
    def worth(self) -> float:
        """The score, higher is better; of a test, 1 where it did not fail, else 0."""
        if self.score is not None:
            return self.score
        return 0.0 if self.failed else 1.0

    @property
    def endless(self) -> bool:
        """True where the run was cut short by its steps or by the clock."""
        return self.status in (Status.STEPS, Status.TIMEOUT)


def without_addresses(text: str) -> str:
    """A message without what differs from process to process."""
    return _ADDRESS.sub("0x..", text) if "0x" in text else text
