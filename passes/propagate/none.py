"""Targets -> Credit without looking at any trace: the baseline that every propagator has to beat."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import Target
from tracec.passes.propagate.observe import Observation


def propagate(
    targets: Sequence[Target], observations: Sequence[Observation] = (), failed: Collection[str] = ()
) -> dict[str, Credit]:
    """Give the same credit to each target, and no evidence."""
    return {target.id: Credit(target.id, 1.0) for target in targets}
