"""Outcomes -> what running a test costs, and an order in which failing ones tell most soonest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracec.evaluate.evaluator import WAITING
from tracec.runtime.outcome import Outcome

A_SECOND = 6_000_000  # steps


def work(outcome: Outcome) -> int:
    """The steps of a test; where the clock ended it, as many as its time is worth."""
    return int(outcome.seconds * A_SECOND) if outcome.status == "timeout" else outcome.steps


def mixed(failing: Sequence[Outcome], order: Sequence[str]) -> tuple[str, ...]:
    """Tests in an order, but such that the first ones failed at different places, and none of them waits."""
    turn: Counter[tuple[str, int]] = Counter()
    places = {o.id: (o.path, o.line) for o in failing}
    waits = {o.id: o.seconds > WAITING for o in failing}
    turns: dict[str, tuple[bool, int]] = {}
    for name in order:
        turns[name] = waits[name], turn[places[name]]
        turn[places[name]] += 1
    return tuple(sorted(order, key=turns.__getitem__))
