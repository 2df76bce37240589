"""SEARCH and RANDOM: the strategies that need no model and know nothing but edits; and search without a part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from tracec.evaluate.panel import Parent
from tracec.optimizers.policies import Gain, ParetoArchive, Strict, no_credit, no_sample
from tracec.optimizers.search.program_archive import ProgramArchive
from tracec.optimizers.search.proposer import RepairProposer
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.passes.propagate import ablation, sbfl
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy
from tracec.work.work import Work

DEARER = 2.5  # bits more than the first solution, up to which others are looked for; chosen
FEWEST = 32  # candidates that are looked at for others, at least; chosen
MOST = 400  # and at most; chosen
SHARE = 3  # between these, one for so many candidates that the first solution took; chosen
RIVALS = 6  # solutions that are held against each other; chosen


class RivalsFound:
    """Stops some candidates after the first solution, so that it does not win for being the first."""

    def __init__(self, work: Work) -> None:
        self._ledger = work.ledger
        self._until = 0
        self._reached = 0.0

    def __call__(self, solutions: Sequence[tuple[Parent, Attempt]]) -> bool:
        """True once enough candidates were looked at, or those that come are much less likely than the first."""
        if not solutions:
            return False
        first, seen, now = solutions[0][1].candidate.bits, self._ledger.candidates, self._ledger.last_bits
        self._until = self._until or seen + max(FEWEST, min(MOST, seen // SHARE))
        falls = now < self._reached  # candidates are evaluated again, which may take long
        self._reached = max(self._reached, now)
        return falls or seen >= self._until or len(solutions) >= RIVALS or now > first + DEARER


ON_METRIC = Strategy(sample, sbfl.propagate, partial(RepairProposer, forces=False), Gain, ParetoArchive, RivalsFound)
SEARCH = Strategy(
    sample, sbfl.propagate, RepairProposer, Strict, ProgramArchive, RivalsFound, on_metric=ON_METRIC, screened=True
)
RANDOM = Strategy(
    no_sample,
    no_credit,
    partial(RepairProposer, forces=False, shuffled=True),
    Strict,
    ProgramArchive,
    RivalsFound,
    on_metric=replace(ON_METRIC, sampler=no_sample, propagator=no_credit),
    screened=True,
)


def ablated(strategy: Strategy, parts: Collection[str]) -> Strategy:
    """A search without a part of what it goes by: blame, slice, synthesis or ranking. For measurements."""

    def propagate(targets: Sequence[Target], runs: Sequence[TracedRun]) -> dict[str, Credit]:
        return ablation.ablated(strategy.propagator(targets, runs), parts)

    proposer = partial(RepairProposer, forces="synthesis" not in parts, shuffled="ranking" in parts)
    return replace(strategy, propagator=propagate, proposer=proposer)
