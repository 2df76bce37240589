"""Purse: what models cost, reserved before a call and booked after it, so that no limit is ever passed."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from tracec.run.budget import Budget

CENT = 1e-9  # USD that sums of prices may be wrong by: rounding of floats


@dataclass(frozen=True, slots=True)
class Spend:
    """Calls, tokens of prompts and answers, and USD; `priced` is False where some of it has no known price."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    priced: bool = True

    def __add__(self, other: Spend) -> Spend:
        return Spend(
            self.calls + other.calls, self.tokens + other.tokens, self.usd + other.usd, self.priced and other.priced
        )

    def __sub__(self, other: Spend) -> Spend:
        return Spend(self.calls - other.calls, self.tokens - other.tokens, self.usd - other.usd, self.priced)


NOTHING = Spend()


class Purse:
    """Limits on models, for any number of threads. `spent` is booked; what is held may come to that at most."""

    def __init__(self, budget: Budget) -> None:
        self._limits = budget
        self._lock = threading.Lock()
        self.spent = NOTHING
        self._held = NOTHING

    def hold(self, most: Spend) -> str:
        """Reserve what a call can cost at most; the name of the limit that forbids it, "" where it is held."""
        with self._lock:
            would = self.spent + self._held + most
            limits = self._limits
            if limits.calls is not None and would.calls > limits.calls:
                return "budget-calls"
            if limits.tokens is not None and would.tokens > limits.tokens:
                return "budget-tokens"
            if limits.usd is not None and would.usd > limits.usd + CENT:
                return "budget-usd"
            self._held += most
            return ""

    def book(self, spent: Spend, held: Spend = NOTHING) -> None:
        """What was spent, and what had been held for it."""
        with self._lock:
            self._held -= held
            self.spent += spent
