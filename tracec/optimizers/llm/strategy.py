"""SAMPLE and REWRITE: the baselines that ask a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.questioner import Drafter
from tracec.optimizers.policies import FirstSolution, Gain, Head
from tracec.optimizers.search.strategy import DOUBTFUL
from tracec.passes.accept.doubts import total
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.propagate import sbfl
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy
from tracec.work.pricing import Pricing
from tracec.work.work import Work

DRAWS = 4  # questions at once where they do not depend on each other; chosen
SOLUTIONS = 4  # changes that reach the goal, after which no further one is asked for; chosen


class Sound:
    """Stops at a change that reaches the goal and that nothing in its text speaks against, or after a few others."""

    def __init__(self, work: Work) -> None:
        self._pricing = Pricing(work)

    def __call__(self, solutions: Sequence[tuple[Parent, Attempt]]) -> bool:
        """True once one stands, or SOLUTIONS were found."""
        sound = (total(self._pricing.doubts(*one)) < DOUBTFUL for one in solutions)
        return len(solutions) >= SOLUTIONS or any(sound)


ON_METRIC = Strategy(sample, sbfl.propagate, Drafter, Gain, Head, FirstSolution, needs_model=True, name="rewrite")
REWRITE = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
DRAFTS = partial(Drafter, draws=DRAWS, remember=False)
SAMPLE = replace(REWRITE, proposer=DRAFTS, on_metric=replace(ON_METRIC, proposer=DRAFTS, name="sample"), name="sample")
