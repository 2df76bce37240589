"""Attempts -> the one to go on from."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tracec.passes.target import Attempt


def best(attempts: Iterable[Attempt], goals: Collection[str]) -> Attempt | None:
    """The attempt that passes most of `goals` (test ids), at least one; among equals the likeliest, then the first."""
    ranked = [(len(a.passed() & set(goals)), -a.candidate.cost, -n, a) for n, a in enumerate(attempts)]
    top = max(ranked, key=lambda row: row[:3], default=None)
    return top[3] if top is not None and top[0] > 0 else None
