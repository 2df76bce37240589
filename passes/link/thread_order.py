"""The streams of several threads -> the order in which they ran."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def turns(streams: Sequence[tuple[int, Sequence[Any]]]) -> list[tuple[int, Sequence[Any], int, int]]:
    """Cut streams into (thread, events, first, last) in the order in which they happened.

    Where a thread goes on after another one, its stream has an event (number,) * 3: numbers grow over all threads.
    """
    found: list[tuple[int, int, Sequence[Any], int, int]] = []
    for thread, events in streams:
        places = [n for n, event in enumerate(events) if type(event) is tuple and len(event) == 3]
        numbers = [0, *(events[n][0] for n in places)]
        pieces = zip([-1, *places], [*places, len(events)])
        found += [(number, thread, events, a + 1, b) for number, (a, b) in zip(numbers, pieces)]
    return [turn[1:] for turn in sorted(found, key=lambda turn: turn[0])]
