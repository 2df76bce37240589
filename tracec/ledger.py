"""Ledger: hard budgets, reserved before they are spent, and what was spent."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits; None is none. `seconds` is wall time from the ledger's start, `evals` counts candidates tested."""

    seconds: float | None = None
    evals: int | None = None


@dataclass(slots=True)
class Ledger:
    """What a run may spend and has spent."""

    budget: Budget
    began: float = field(default_factory=time.monotonic)
    evaluations: int = 0
    candidates: int = 0
    hold: float = 0.0  # seconds of the budget kept back for proofs at the end

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    def left(self) -> float:
        """Seconds that may be spent on candidates; infinity without a limit."""
        return float("inf") if self.budget.seconds is None else self.budget.seconds - self.seconds() - self.hold

    def to_the_end(self) -> float:
        """Seconds left for proofs: all of them."""
        return self.left() + self.hold

    def reserve(self) -> bool:
        """Take one evaluation out of the budget, before it runs; False where there is none left."""
        if self.left() <= 0 or (self.budget.evals is not None and self.evaluations >= self.budget.evals):
            return False
        self.evaluations += 1
        return True

    def release(self) -> None:
        """Give back an evaluation that was reserved and not run."""
        self.evaluations -= 1
