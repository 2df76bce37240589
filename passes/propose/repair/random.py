"""Targets -> Candidates: the same edits as those of the search, drawn without an order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import Target
from tracec.passes.propose.repair.search import propose as search

POOL = 4_000  # edits to draw from; chosen


def propose(
    targets: Sequence[Target],
    credits: Mapping[str, Credit],
    sources: Mapping[str, str],
    *,
    seed: int = 0,
    **options: Any,
) -> Iterator[Candidate]:
    """Yield the cheapest candidates of the search, which takes the same `options`, in random order.

    With credits that say nothing this is the baseline; with those of the search, it shows what its ranking is worth.
    """
    pool = list(itertools.islice(search(targets, credits, sources, seed=seed, **options), POOL))
    random.Random(seed).shuffle(pool)
    yield from pool
