"""Cases + a turn -> the few that the turn looks at: every one comes once before any comes again."""

from __future__ import annotations

import random
from collections.abc import Sequence


def batch(cases: Sequence[str], size: int, turn: int, seed: int) -> list[str]:
    """The cases of a turn, counted from 0: those of each round in an order of its own, the last batch filled up."""
    if len(cases) <= size:
        return list(cases)
    rounds = -(-len(cases) // size)
    number, at = divmod(turn, rounds)
    order = list(cases)
    random.Random(f"{seed} {number}").shuffle(order)
    return order[at * size :][:size] if (at + 1) * size <= len(order) else order[-size:]
