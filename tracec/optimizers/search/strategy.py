"""SEARCH and RANDOM: the strategies that need no model and know nothing but edits; and search without a part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from tracec.evaluate.panel import Parent
from tracec.optimizers.policies import Gain, ParetoArchive, Strict, no_credit, no_sample
from tracec.optimizers.search.program_archive import ProgramArchive
from tracec.optimizers.search.proposer import RepairProposer
from tracec.passes.accept.doubts import total
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.passes.propagate import ablation, sbfl
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy
from tracec.work.pricing import Pricing
from tracec.work.work import Work

DEARER = 2.5  # bits more than the likeliest solution, up to which others are looked for; chosen
FEWEST = 200  # candidates that are looked at for others, at least; chosen
MOST = 500  # and at most, where nothing speaks against the likeliest; chosen
DOUBTED = 5_000  # and at most where something does; chosen
DOUBTFUL = 2.0  # bits that speak against a solution, from which on others are looked for longer; chosen
SHARE = 3  # between the first two, one for so many candidates that the first solution took; chosen
PROVING = 0.4  # of the budget's seconds that are left for checks and proofs once there is a solution; chosen
CHECKS = 0.15  # of them, besides what the proofs take, for checks alone; chosen
RIVALS = 10  # solutions that are held against each other; chosen
ASKED = frozenset(("holes", "memory"))  # the parts of what asks a model


class RivalsFound:
    """Stops some candidates after the first solution, so that it does not win for being the first.

    Where something speaks against all solutions so far, the search goes on much longer for one that stands.
    """

    def __init__(self, work: Work) -> None:
        self._pricing, self._ledger = Pricing(work), work.ledger
        self._first = 0  # candidates up to the first solution
        self._reached = 0.0
        self._prices: dict[str, tuple[float, float]] = {}  # of each solution: its own bits, those against it

    def __call__(self, solutions: Sequence[tuple[Parent, Attempt]]) -> bool:
        """True once enough candidates were looked at, or those that come are much less likely than the likeliest."""
        if not solutions:
            self._first = 0  # all were refused
            return False
        prices = [self._price(*solution) for solution in solutions]
        self._first = self._first or self._ledger.candidates
        seen, now = self._ledger.candidates - self._first, self._ledger.last_bits
        falls = now < self._reached  # candidates are evaluated again, which may take long
        self._reached = max(self._reached, now)
        if self._must_prove():
            return True
        likeliest = min(own + against for own, against in prices)
        if min(against for _, against in prices) >= DOUBTFUL:
            return seen >= DOUBTED or now > likeliest + DEARER or len(solutions) >= 2 * RIVALS
        most = max(FEWEST, min(MOST, self._first // SHARE))
        return falls or seen >= most or len(solutions) >= RIVALS or now > likeliest + DEARER

    def _must_prove(self) -> bool:
        """Whether the time left is what checks and proofs need."""
        ledger = self._ledger
        if ledger.budget.seconds is None:
            return False
        left = ledger.share(f"rivals {ledger.candidates}", 1.0)
        more = CHECKS * ledger.budget.seconds + ledger.proofs - ledger.hold
        return left < max(PROVING * ledger.budget.seconds, more)

    def _price(self, parent: Parent, attempt: Attempt) -> tuple[float, float]:
        name, pricing = attempt.candidate.id, self._pricing
        if name not in self._prices:
            self._prices[name] = pricing.own(parent, attempt), total(pricing.doubts(parent, attempt))
        return self._prices[name]


ON_METRIC = Strategy(
    sample, sbfl.propagate, partial(RepairProposer, forces=False), Gain, ParetoArchive, RivalsFound, name="search"
)
SEARCH = Strategy(
    sample,
    sbfl.propagate,
    RepairProposer,
    Strict,
    ProgramArchive,
    RivalsFound,
    on_metric=ON_METRIC,
    screened=True,
    name="search",
)
RANDOM = Strategy(
    no_sample,
    no_credit,
    partial(RepairProposer, forces=False, shuffled=True),
    Strict,
    ProgramArchive,
    RivalsFound,
    on_metric=replace(ON_METRIC, sampler=no_sample, propagator=no_credit, name="random"),
    screened=True,
)


def ablated(strategy: Strategy, parts: Collection[str]) -> Strategy:
    """A strategy without a part of what it goes by. For measurements.

    TracecError where it has no such part: blame, slice, synthesis and ranking are parts of a search, and holes and
    memory of what asks a model, which sees to them itself.
    """
    searches = getattr(strategy.proposer, "func", strategy.proposer) is RepairProposer
    for part in parts:
        if not (strategy.needs_model if part in ASKED else searches):
            raise TracecError(f"without: there is no {part} in this optimizer", "leave the word out")
    if {*parts} <= ASKED:
        return strategy

    def propagate(targets: Sequence[Target], runs: Sequence[TracedRun]) -> dict[str, Credit]:
        return ablation.ablated(strategy.propagator(targets, runs), parts)

    proposer = partial(RepairProposer, forces="synthesis" not in parts, shuffled="ranking" in parts)
    return replace(strategy, propagator=propagate, proposer=proposer)
