"""Outcome: what a test said. Both ends of its format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one test.

    `status` is `passed`, `failed` (the call), `error` (set-up or tear-down), `skipped`, `xfailed`, `xpassed`, or how
    the run was cut short: `timeout`, `steps` (the step budget ran out), `memory`, `died` (the process ended).
    `path` and `line` say where it failed, `steps` counts loop turns and calls of the code in scope. `score` is what a
    metric said of a case, None for a test.
    """

    id: str
    status: str
    message: str = ""
    path: str = ""
    line: int = 0
    seconds: float = 0.0
    steps: int = 0
    score: float | None = None

    @property
    def failed(self) -> bool:
        """True unless the test passed, was skipped or failed as expected."""
        return self.status not in ("passed", "skipped", "xfailed", "xpassed")

    @staticmethod
    def from_dict(data: dict[str, object]) -> Outcome:
        """From the fields by name; TypeError on unknown or missing ones."""
        return Outcome(**data)  # type: ignore[arg-type]
