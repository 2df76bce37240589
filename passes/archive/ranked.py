"""Attempts -> those to go on from."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tracec.passes.nouns.candidate import Attempt


def best(attempts: Iterable[Attempt], goals: Collection[str], count: int) -> list[Attempt]:
    """Choose the `count` attempts that pass most of `goals` (test ids), at least one; of equals the likelier first."""
    useful = [(a, len(a.passed() & set(goals))) for a in attempts]
    ranked = sorted((pair for pair in useful if pair[1]), key=lambda pair: (-pair[1], pair[0].candidate.bits))
    return [attempt for attempt, _ in ranked[:count]]
