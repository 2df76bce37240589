"""Credit -> Credit without a part of what it says, to measure what that part is worth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from tracec.passes.nouns.credit import Credit


def ablated(credits: Mapping[str, Credit], parts: Collection[str]) -> dict[str, Credit]:
    """Leave parts out: of `blame`, all executed places weigh the same; of `slice`, no failure depends on anything."""
    return {name: _less(credit, parts) for name, credit in credits.items()}


def _less(credit: Credit, parts: Collection[str]) -> Credit:
    pieces = credit.evidence
    if "blame" in parts:
        pieces = tuple(replace(piece, weight=1.0) for piece in pieces)
    if "slice" in parts:
        pieces = tuple(replace(piece, in_slice=False, near=-1) for piece in pieces)
    return replace(credit, evidence=pieces)
