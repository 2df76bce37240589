"""Targets -> Credit without looking at any trace: the baseline that every propagator has to beat."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target


def propagate(targets: Sequence[Target], runs: Sequence[TracedRun]) -> dict[str, Credit]:
    """Every target gets the same credit, and no evidence."""
    return {target.id: Credit(target.id, 1.0) for target in targets}
