"""Traced states -> others like them, so that expressions which agree by chance alone are told apart.

In a loop that does not end `n` may be 1 in all that was recorded, and then `n - 1` looks like `0`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

MOST_MOVED = 6  # states that are moved; chosen
MOVES = (1, 2)  # how far
STEPS = (7, 11, 13, 17, 19, 23, 29, 31)  # what numbers are moved by, each variable by another: primes, so no two agree


def moved(states: Sequence[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Each of the first states with other numbers and longer texts and lists, twice."""
    for far in MOVES:
        for state in states[:MOST_MOVED]:
            names = sorted(state)
            yield {name: _moved(state[name], far * STEPS[at % len(STEPS)]) for at, name in enumerate(names)}


def _moved(value: object, by: int) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return value + by if by % 2 else by - value
    if isinstance(value, str):
        return value + "zyxw"[by % 4]
    if isinstance(value, (list, tuple)):
        more = [_moved(value[0], by)] if value else [by]
        return type(value)([*value, *more, *value[: by % 3]])
    return value
