"""Traced states -> others like them, so that expressions which agree by chance alone are told apart.

In a loop that does not end `n` may be 1 in all that was recorded, and then `n - 1` looks like `0`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

MOST_MOVED = 12  # states that are moved; chosen
MOVES = (3, 3, 3, 40)  # by how much numbers are moved at most, in each of several ways: an index stays one; chosen


def moved(states: Sequence[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Each of the first states with other numbers, and in another order where there are several; once for each move."""
    for number, most in enumerate(MOVES):
        for at, state in enumerate(states[:MOST_MOVED]):
            draw = random.Random(1_000 * number + at)
            yield {name: _moved(state[name], most, draw) for name in sorted(state)}


def _moved(value: object, most: int, draw: random.Random) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return abs(value + draw.randint(-most, most)) if value >= 0 else value + draw.randint(-most, most)
    if isinstance(value, str):
        return "".join(draw.sample(value, len(value))) + draw.choice("zyx")
    if isinstance(value, (list, tuple)):
        return type(value)(_moved(part, most, draw) for part in draw.sample(value, len(value)))
    return value
