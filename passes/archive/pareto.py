"""Values by case of several programs -> the Pareto front by case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LEAST = float("-inf")  # what a case is worth that failed or was not run


def front(values: Sequence[Mapping[str, float | None]], cases: Sequence[str]) -> dict[int, int]:
    """Program number -> on how many cases it is best, of those that no other program makes needless.

    A program is needless where on every case on which it is best another one of the front is as good. Programs are
    taken away in the order of how seldom they are best, the later ones first among equals.
    """
    best = {case: max((_value(row, case) for row in values), default=LEAST) for case in cases}
    winners = {case: {n for n, row in enumerate(values) if _value(row, case) == best[case]} for case in cases}
    wins = {n: sum(n in found for found in winners.values()) for n in range(len(values))}
    kept = {n for n, count in wins.items() if count}
    for number in sorted(kept, key=lambda n: (wins[n], -n)):
        if all(found & (kept - {number}) for found in winners.values() if number in found):
            kept.remove(number)
    return {number: wins[number] for number in sorted(kept)}


def _value(row: Mapping[str, float | None], case: str) -> float:
    value = row.get(case)
    return LEAST if value is None else value
