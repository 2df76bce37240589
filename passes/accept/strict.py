"""Outcomes before + after -> verdict: whether a change may be kept."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.runtime.outcome import Outcome, Status


def verdict(before: Sequence[Outcome], after: Sequence[Outcome]) -> str:
    """Judge a change: `solved`, `improved` or `worse`.

    It is solved if the same tests ran, all that failed pass and every other one ended as before; improved if only some
    that failed pass. A test that vanished, was skipped or came anew makes it worse.
    """
    if harms(before, after):
        return "worse"
    new = {o.id: o for o in after}
    gained = [new[o.id].passed for o in before if o.failed]
    return "solved" if all(gained) and gained else "improved" if any(gained) else "worse"


def harms(before: Sequence[Outcome], after: Sequence[Outcome]) -> bool:
    """Return True unless the same tests ran, those that failed pass or fail, and every other one ended as before."""
    broken = broken_by(before, after)
    return broken is None or broken > 0


def broken_by(before: Sequence[Outcome], after: Sequence[Outcome]) -> int | None:
    """Count the tests that passed and now fail; None where a test vanished, came anew or is skipped now."""
    old = {o.id: o for o in before}
    new = {o.id: o for o in after}
    if old.keys() != new.keys() or len(before) != len(after):
        return None
    differing = [(o.status, new[name].status) for name, o in old.items() if o.status != new[name].status]
    if any(status not in (Status.PASSED, *FAILING) for pair in differing for status in pair):
        return None
    return sum(status == Status.PASSED for status, _ in differing)


FAILING = (Status.FAILED, Status.ERROR, Status.TIMEOUT, Status.STEPS, Status.MEMORY, Status.DIED)
