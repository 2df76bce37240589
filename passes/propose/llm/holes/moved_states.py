"""Traced states -> others like them, so that expressions which agree by chance alone are told apart.

In a loop that does not end `n` may be 1 in all that was recorded, and then `n - 1` looks like `0`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

MOST_MOVED = 8  # states that are moved; chosen
# By what numbers are moved, each variable by another: little, so that an index stays one; the other way; far. Chosen.
MOVES = ((1, -1, 2, 0, -2, 3), (-1, 1, 0, 2, 1, -1), (7, -11, 13, 601, 19, -23))


def moved(states: Sequence[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Each of the first states with other numbers, in another order where there are several; once for each move."""
    for steps in MOVES:
        for state in states[:MOST_MOVED]:
            yield {name: _moved(state[name], steps[at % len(steps)]) for at, name in enumerate(sorted(state))}


def _moved(value: object, by: int) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return value + by
    if isinstance(value, str):
        return value[::-1] + "zyx"[by % 3]
    if isinstance(value, (list, tuple)):
        return type(value)(_moved(part, by * (at % 3) - 1) for at, part in enumerate(reversed(value)))
    return value
