"""Credits -> targets in the order in which they are suspected, and the lines of each that are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from tracec.passes.nouns.credit import Credit, rank
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.fit import short

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


def user_of(value: Target, shown: Sequence[Target], credits: Mapping[str, Credit]) -> int:
    """The number of the first function shown that names what a module or class of its file assigns.

    Where none does, one more than there are, and two more where no failure depends on it either.
    """
    for at, target in enumerate(shown):
        if target.span.path == value.span.path and short(value) in words(target.value):
            return at
    credit = credits.get(value.id)
    told = credit is not None and (bool(credit.feedback) or any(one.near >= 0 for one in credit.evidence))
    return len(shown) + (not told)


@lru_cache(maxsize=64)
def words(text: str) -> frozenset[str]:
    """The words of a text, the names of a program among them."""
    return frozenset(re.findall(r"\w+", text))


def suspect_lines(target: Target, credit: Credit | None, most: int = MOST_LINES) -> list[int]:
    """The lines of a target that are most suspect, in their order; none where no place stands out."""
    if credit is None:
        return []
    places = sorted((e for e in credit.evidence if e.span.line > target.span.line), key=rank)
    return sorted(list(dict.fromkeys(e.span.line for e in places))[:most])
