"""Terms: how many calls are under way at once, how long one may take; Patience: how often it is tried."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tracec.models.reply import AGAIN, Failure, Outcome


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses double from `first` seconds up to `longest`; a service that asks for more than `most` is given up on."""

    tries: int = 6  # with 31 s of pauses; chosen: below 5 s services are not back (dspy #1753)
    lost_tries: int = 2  # of requests that may have been billed though nothing came; chosen
    first: float = 1.0  # seconds; chosen
    longest: float = 60.0  # seconds; chosen
    most: float = 300.0  # seconds; chosen

    def pause(self, outcome: Outcome, attempt: int, seed: str) -> float | None:
        """Seconds until the next try after try number `attempt`, from 1; None where there shall be none.

        What the service asks for is kept to, and a little more, so that not all calls come back at once.
        """
        if not isinstance(outcome, Failure) or outcome.kind not in AGAIN:
            return None
        if attempt >= (self.lost_tries if outcome.lost else self.tries):
            return None
        jitter = random.Random(f"{seed} {attempt}").random()
        own = min(self.longest, self.first * 2.0 ** (attempt - 1))
        if outcome.pause is None:
            return own * (0.5 + 0.5 * jitter)
        return outcome.pause + 0.1 * own * jitter if outcome.pause <= self.most else None


@dataclass(frozen=True, slots=True)
class Terms:
    """`width` calls at once, each request over after `seconds` of wall time; `seed` is that of the pauses."""

    width: int
    seconds: float
    seed: int = 0
    patience: Patience = Patience()
