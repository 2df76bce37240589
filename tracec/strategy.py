"""Strategy: the policies that make an optimizer out of the one loop. Another optimizer is another row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracec.optimizers.search.program_archive import Frontier
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import Target
from tracec.passes.propagate import none, sbfl
from tracec.passes.propagate.ablation import ablated
from tracec.passes.propagate.observe import Observation
from tracec.passes.propose.repair import random, search
from tracec.recording.trace_cases import choose
from tracec.runtime.outcome import Outcome

Sampler = Callable[[Sequence[Outcome], Mapping[str, str], int], list[str]]
Propagator = Callable[[Sequence[Target], Sequence[Observation], Collection[str]], dict[str, Credit]]
Proposer = Callable[..., Iterator[Candidate]]


@dataclass(frozen=True, slots=True)
class Strategy:
    """One policy for each step.

    `sample` chooses the tests to trace, from outcomes, files and a seed; where it chooses none, nothing is traced.
    `propagate` makes credits of what was observed and of the ids of failing tests. `propose` makes candidates of
    targets, credits and the text of each file, with `clues` and `seed`, the likeliest first. `archive` holds the
    programs to go on from: it says which attempts make another one (acceptance), and which is the best at the end.
    The search stops when all tests pass, when the archive is empty, or when the ledger has nothing left.

    With `forces`, values are forced into suspect places where the likeliest candidates fail (`angelic.py`).
    """

    sample: Sampler
    propagate: Propagator
    propose: Proposer
    archive: type[Frontier] = Frontier
    forces: bool = False


def _none(before: Sequence[Outcome], files: Mapping[str, str], seed: int) -> list[str]:
    return []


STRATEGIES = {
    "search": Strategy(choose, sbfl.propagate, search.propose, forces=True),
    "random": Strategy(_none, none.propagate, random.propose),
}


def strategy_of(name: str, less: Collection[str] = ()) -> Strategy:
    """A strategy by its name; for measurements, `less` of what it goes by: blame, slice, synthesis, ranking."""
    whole = STRATEGIES[name]

    def propagate(
        targets: Sequence[Target], seen: Sequence[Observation], failing: Collection[str]
    ) -> dict[str, Credit]:
        return ablated(whole.propagate(targets, seen, failing), less)

    propose = random.propose if "ranking" in less else whole.propose
    forces = whole.forces and "synthesis" not in less
    return replace(whole, propagate=propagate, propose=propose, forces=forces) if less else whole
