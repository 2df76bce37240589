"""SAMPLE, REWRITE and AUTO: the baselines that ask a model, and the search that asks one where it stalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.proposers import ModelProposer
from tracec.optimizers.policies import FirstSolution, Gain, Head, Strict
from tracec.optimizers.search.strategy import DOUBTFUL, SEARCH, RivalsFound
from tracec.passes.accept.doubts import total
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.propagate import sbfl
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy
from tracec.work.pricing import Pricing
from tracec.work.work import Work

DRAWS = 4  # questions at once where they do not depend on each other; chosen
SEARCHED = 0.4  # of the seconds left that search has before a model is asked; chosen
ENOUGH = 3_000  # candidates after which search has tried what is likely; chosen, docs/real-bugs.md
SOLUTIONS = 4  # changes that reach the goal, after which no further one is asked for; chosen


class Sound:
    """Stops at a change that reaches the goal and that nothing in its text speaks against, or after a few others."""

    def __init__(self, work: Work) -> None:
        self._pricing = Pricing(work)

    def __call__(self, solutions: Sequence[tuple[Parent, Attempt]]) -> bool:
        """True once one stands, or SOLUTIONS were found."""
        sound = (total(self._pricing.doubts(*one)) < DOUBTFUL for one in solutions)
        return len(solutions) >= SOLUTIONS or any(sound)


class Stalled(RivalsFound):
    """As for search alone; and where nothing was found in its share of the time or candidates, it is over too."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._most = work.ledger.share("searching", SEARCHED)
        self._began = work.ledger.seconds()

    def __call__(self, solutions: Sequence[tuple[Parent, Attempt]]) -> bool:
        """True once enough was tried."""
        ledger = self._ledger
        stalled = ledger.candidates >= ENOUGH or self._late()
        return super().__call__(solutions) or (not solutions and stalled)

    def _late(self) -> bool:
        """Whether its time is over; a run that goes on is told what it was then."""
        left = self._ledger.share(f"stalled {self._ledger.candidates}", 1.0)
        return left < self._most * (1 - SEARCHED) / SEARCHED


ON_METRIC = Strategy(
    sample, sbfl.propagate, partial(ModelProposer, remember=True), Gain, Head, FirstSolution, needs_model=True
)
REWRITE = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
SAMPLE = replace(
    REWRITE,
    proposer=partial(ModelProposer, remember=False, calls=DRAWS),
    on_metric=replace(ON_METRIC, proposer=partial(ModelProposer, remember=False, calls=DRAWS)),
)
ASKING = replace(REWRITE, acceptance=Strict, complete=False, screened=True)
AUTO = replace(SEARCH, stop=Stalled, then=ASKING, on_metric=ON_METRIC, needs_model=True)
