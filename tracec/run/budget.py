"""Budget: what a run may spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits; None is none.

    `seconds` is wall time from the ledger's start, `evals` counts candidates evaluated; `calls`, `tokens` and `usd` are
    of models.
    """

    seconds: float | None = None
    evals: int | None = None
    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None
