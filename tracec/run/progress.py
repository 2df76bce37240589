"""Progress: how far a search is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What a search did up to now. As text it is one line.

    `best` of `goals` is what the best program reaches; `tier` is the last candidate's cost in whole bits, None where it
    has none; `left` are the seconds of `limit` that are left, None without a limit. `asked` are calls of models that
    were paid, `why` says what the last candidate was.
    """

    candidates: int
    best: int
    goals: int
    engine: str = ""
    tier: int | None = None
    left: float | None = None
    limit: float | None = None
    asked: int = 0
    why: str = ""

    def __str__(self) -> str:
        return f"{', '.join(self.parts())}: {self.why}"

    def parts(self) -> list[str]:
        """The same without what the last candidate was, in pieces."""
        found = [f"{self.candidates:,} candidates"]
        found += [self.engine] * bool(self.engine)
        found += [f"tier {self.tier}"] * (self.tier is not None)
        found += [f"{self.asked:,} calls of models"] * bool(self.asked)
        left = "no limit" if self.left is None else f"{max(0.0, self.left):.0f} s left"
        return [*found, f"best {self.best} of {self.goals}", left]
