"""The baseline: the same edits as the search, drawn without looking at any feedback."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

from tracec.passes.propose.definition import Place
from tracec.passes.propose.search import propose as search
from tracec.passes.target import Candidate, Credit, Target

POOL = 4_000  # edits to draw from


def propose(
    targets: Sequence[Target],
    credits: Mapping[str, Credit],
    sources: Mapping[str, str],
    *,
    shown: Sequence[str] = (),
    seed: int = 0,
    max_cost: float = 26.0,
    favours: Mapping[Place, float] | None = None,
) -> Iterator[Candidate]:
    """Candidates in random order, each once; `credits` and `favours` are ignored."""
    blank = {target.id: Credit(target.id, 1.0) for target in targets}
    return shuffled(targets, blank, sources, shown=shown, seed=seed, max_cost=max_cost)


def shuffled(
    targets: Sequence[Target],
    credits: Mapping[str, Credit],
    sources: Mapping[str, str],
    *,
    shown: Sequence[str] = (),
    seed: int = 0,
    max_cost: float = 26.0,
    favours: Mapping[Place, float] | None = None,
) -> Iterator[Candidate]:
    """The cheapest candidates of the search in random order: what its ranking is worth is seen against this."""
    ranked = search(targets, credits, sources, shown=shown, seed=seed, max_cost=max_cost, favours=favours)
    pool = list(itertools.islice(ranked, POOL))
    random.Random(seed).shuffle(pool)
    yield from pool
