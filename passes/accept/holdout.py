"""Tests -> the held-out ones, which do not choose among candidates but judge the one that was chosen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

ENOUGH = 8  # failing tests from which on some are held out: with fewer, each says too much; chosen
SHARE = 0.25  # of the failing tests, and of the passing ones, that is held out; chosen


def held_out(failing: Sequence[str], passing: Sequence[str], seed: int) -> frozenset[str]:
    """Draw a part of the tests, by id and by `seed`; none where fewer than ENOUGH fail.

    Of a parametrised test that fails, at least one case goes on choosing.
    """
    if len(failing) < ENOUGH:
        return frozenset()
    left = Counter(map(function_of, failing))
    many = {name for name, count in left.items() if count > 1}
    chosen: list[str] = []
    for test in _shuffled(failing, seed):
        name = function_of(test)
        if len(chosen) < int(SHARE * len(failing)) and (name not in many or left[name] > 1):
            left[name] -= 1
            chosen.append(test)
    return frozenset([*chosen, *_shuffled(passing, seed)[: int(SHARE * len(passing))]])


def function_of(test: str) -> str:
    """Drop the parameters of a test id: `test_a.py::test_b[3]` -> `test_a.py::test_b`."""
    return test.partition("[")[0]


def _shuffled(tests: Sequence[str], seed: int) -> list[str]:
    """In an order that says nothing, and is the same whatever else there is."""
    return sorted(tests, key=lambda test: hashlib.sha256(f"{seed} {test}".encode()).digest())
