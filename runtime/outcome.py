"""Outcome: what a test, or a metric, said of one case; it is written and read by the same names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

ENDED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
STATUSES = frozenset((*ENDED, "timeout", "steps", "memory", "died", "none"))
_ADDRESS = re.compile(r"0x[0-9a-f]+")


class Ended(StrEnum):
    """How the run of a request or a candidate ended.

    STOPPED: after the first case that decided. COLD: a live process cannot take the change. ERROR: nothing could be
    run. INVALID: the change cannot be placed in its file. KNOWN: the same program was tried before.
    """

    DONE = "done"
    STOPPED = "stopped"
    TIMEOUT = "timeout"
    DIED = "died"
    MEMORY = "memory"
    COLD = "cold"
    ERROR = "error"
    INVALID = "invalid"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one test.

    `status` is `passed`, `failed` (the call), `error` (set-up or tear-down), `skipped`, `xfailed`, `xpassed`, or how
    the run was cut short: `timeout`, `steps` (the step budget ran out), `memory`, `died` (the process ended).
    `path` and `line` say where it failed, `steps` counts loop turns and calls of the code in scope. `ran` are the
    numbers of the functions that ran, in the reply that has this outcome; None where that is not known. `score` is
    what a metric said of a case, None for a test.
    """

    id: str
    status: str
    message: str = ""
    path: str = ""
    line: int = 0
    seconds: float = 0.0
    steps: int = 0
    ran: tuple[int, ...] | None = None
    score: float | None = None

    @property
    def failed(self) -> bool:
        """True unless the test passed, was skipped or failed as expected."""
        return self.status not in ("passed", "skipped", "xfailed", "xpassed")

    @property
    def worth(self) -> float:
        """The score, higher is better; of a test, 1 where it did not fail, else 0."""
        if self.score is not None:
            return self.score
        return 0.0 if self.failed else 1.0

    @property
    def endless(self) -> bool:
        """True where the run was cut short by its steps or by the clock."""
        return self.status in ("steps", "timeout")


def without_addresses(text: str) -> str:
    """A message without what differs from process to process."""
    return _ADDRESS.sub("0x..", text) if "0x" in text else text
