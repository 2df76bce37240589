"""Credits -> targets in the order in which they are suspected, and the lines of each that are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tracec.passes.nouns.credit import Credit, rank
from tracec.passes.nouns.target import Target

MOST_LINES = 3  # suspect lines of a target that are told; chosen
LAST = (0.0, float("inf"), (0, 0))  # of what no failure speaks of


def by_blame(targets: Sequence[Target], credits: Mapping[str, Credit]) -> list[Target]:
    """Targets, the most suspect first: by their heaviest place that is more than that they were entered."""
    return sorted(targets, key=lambda target: _rank_of(target, credits))


def _rank_of(target: Target, credits: Mapping[str, Credit]) -> tuple[float, float, tuple[int, int]]:
    credit = credits.get(target.id)
    if credit is None:
        return LAST
    places = [e for e in credit.evidence if e.span.line > target.span.line or e.span.end_line > e.span.line]
    found = min(map(rank, places or credit.evidence), default=LAST)
    return min(found, (-credit.weight, float("inf"), (0, 0))) if credit.feedback else found


def concerns(value: Target, shown: Sequence[Target], credits: Mapping[str, Credit]) -> bool:
    """Whether a failure depends on what a module or class assigns, or a function that is shown names it."""
    credit, name = credits.get(value.id), value.qualname.rpartition(".")[2]
    told = credit is not None and (bool(credit.feedback) or any(one.near >= 0 for one in credit.evidence))
    own = (target.value for target in shown if target.span.path == value.span.path)
    return told or any(re.search(rf"\b{re.escape(name)}\b", text) for text in own)


def suspect_lines(target: Target, credit: Credit | None, most: int = MOST_LINES) -> list[int]:
    """The lines of a target that are most suspect, in their order; none where no place stands out."""
    if credit is None:
        return []
    places = sorted((e for e in credit.evidence if e.span.line > target.span.line), key=rank)
    return sorted(list(dict.fromkeys(e.span.line for e in places))[:most])
