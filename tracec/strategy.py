"""Strategy: the policies that make an optimizer out of the one loop. Another optimizer is another row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.frontier import Frontier
from tracec.passes.propagate import none, sbfl
from tracec.passes.propagate.observe import Observation
from tracec.passes.propose import random, search
from tracec.passes.target import Candidate, Credit, Target
from tracec.runtime.feedback import Outcome
from tracec.witness import choose

Sampler = Callable[[Sequence[Outcome], Mapping[str, str], int], list[str]]
Propagator = Callable[[Sequence[Target], Sequence[Observation], Collection[str]], dict[str, Credit]]
Proposer = Callable[..., Iterator[Candidate]]


@dataclass(frozen=True, slots=True)
class Strategy:
    """One policy for each step.

    `sample` chooses the tests to trace, from outcomes, files and a seed; where it chooses none, nothing is traced.
    `propagate` makes credits of what was observed and of the ids of failing tests. `propose` makes candidates of
    targets, credits and the text of each file, with `shown` and `seed`, the likeliest first. `archive` holds the
    programs to go on from: it says which attempts make another one (acceptance), and which is the best at the end.
    The search stops when all tests pass, when the archive is empty, or when the ledger has nothing left.
    """

    sample: Sampler
    propagate: Propagator
    propose: Proposer
    archive: type[Frontier] = Frontier


def _none(before: Sequence[Outcome], files: Mapping[str, str], seed: int) -> list[str]:
    return []


STRATEGIES = {
    "search": Strategy(choose, sbfl.propagate, search.propose),
    "random": Strategy(_none, none.propagate, random.propose),
}
