"""Outcomes -> what running a test costs, and an order in which failing ones tell most soonest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracec.evaluate.panel import WAITING
from tracec.runtime.outcome import Outcome, Status

DEAR = 10  # a failing test that costs so many times all cheaper ones together waits until these pass; chosen
A_SECOND = 6_000_000  # steps that a second is worth; measured on this project's own tests, 2026-11-22


def work(outcome: Outcome) -> int:
    """What a test costs, in steps; where the clock ended it, as many as its time is worth."""
    return int(outcome.seconds * A_SECOND) if outcome.status == Status.TIMEOUT else outcome.steps


def spread(failing: Sequence[Outcome], order: Sequence[str]) -> tuple[str, ...]:
    """Failing tests are reordered: distinct places of failure first, tests that wait last; else in the order given."""
    turn: Counter[tuple[str, int]] = Counter()
    places = {o.id: (o.path, o.line) for o in failing}
    waits = {o.id: o.seconds > WAITING for o in failing}
    turns: dict[str, tuple[bool, int]] = {}
    for name in order:
        turns[name] = waits[name], turn[places[name]]
        turn[places[name]] += 1
    return tuple(sorted(order, key=turns.__getitem__))


def dear(failing: Sequence[Outcome]) -> frozenset[str]:
    """The failing tests that are run only where all cheaper ones pass: one of them costs far more than these."""
    found, cheaper = set[str](), 0
    for outcome in sorted(failing, key=work):
        if cheaper and work(outcome) > DEAR * cheaper:
            found.add(outcome.id)
        else:
            cheaper += work(outcome)
    return frozenset(found)
