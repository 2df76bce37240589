"""A proof that the clock ended: what it did not come to is no reason to drop a change, what it saw is."""

from __future__ import annotations

import pytest

from tracec.proofs.confirm import cut_short
from tracec.runtime.outcome import Outcome, Status

BEFORE = (Outcome("a", Status.FAILED), Outcome("b", Status.PASSED), Outcome("c", Status.PASSED))


@pytest.mark.parametrize(
    ("after", "unproven"),
    [
        ((Outcome("a", Status.PASSED),), ["b", "c"]),
        ((Outcome("a", Status.PASSED), Outcome("b", Status.TIMEOUT)), ["b", "c"]),
        ((), ["a", "b", "c"]),
        ((Outcome("a", Status.PASSED), Outcome("b", Status.FAILED)), []),
        ((Outcome("a", Status.PASSED), Outcome("b", Status.SKIPPED)), []),
        ((Outcome("a", Status.PASSED), Outcome("d", Status.PASSED)), []),
        ((Outcome("a", Status.PASSED), Outcome("b", Status.PASSED), Outcome("c", Status.PASSED)), []),
    ],
)
def test_what_a_proof_did_not_come_to(after: tuple[Outcome, ...], unproven: list[str]) -> None:
    assert cut_short(BEFORE, after) == unproven
