"""AUTO: search and tuning first, a model where they stall, and another engine wherever one comes to a plateau.

With tests: search, a model that rewrites, search from what the model left half done, a tree of programs by the model.
With a metric: values are tuned, code is searched, a model rewrites, then reflects (GEPA). What one engine leaves half
done the next one goes on from. That switching breaks plateaus is what gepa's engines in sequence were reported to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.handed import PLATEAU, FromModel, Handed, HandedFront, Rising
from tracec.optimizers.llm.populations.gepa import GEPA
from tracec.optimizers.llm.populations.tree import TREE
from tracec.optimizers.llm.questioner import Questioner
from tracec.optimizers.llm.strategy import ON_METRIC as REWRITE_ON_METRIC
from tracec.optimizers.llm.strategy import REWRITE
from tracec.optimizers.policies import Strict
from tracec.optimizers.search.strategy import ON_METRIC as SEARCH_ON_METRIC
from tracec.optimizers.search.strategy import SEARCH, RivalsFound
from tracec.optimizers.tune.proposer import TuneProposer
from tracec.optimizers.tune.strategy import TUNE
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import TUNED
from tracec.work.work import Work

SEARCHED = 0.4  # of the seconds left that search has before another engine goes on; chosen
ENOUGH = 3_000  # candidates after which search has tried what is likely; chosen, docs/real-bugs.md
SURE = 0.5  # bits: a model is asked where any reason speaks against what search found; chosen
PATIENCE = 2  # useless replies in a row about a program, after which another one is asked about; chosen


class Stalled(RivalsFound):
    """As for search alone; and after its share of the time or candidates it is over, sound or not."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._most = work.ledger.share("searching", SEARCHED)
        self._before = work.ledger.candidates

    def __call__(self, solutions: Sequence[tuple[Parent, Attempt]]) -> bool:
        """True once enough was tried."""
        stalled = self._ledger.candidates - self._before >= ENOUGH or self._late()
        return super().__call__(solutions) or stalled

    def _late(self) -> bool:
        """Whether its time is over; a run that goes on is told what it was then."""
        left = self._ledger.share(f"stalled {self._ledger.candidates}", 1.0)
        return left < self._most * (1 - SEARCHED) / SEARCHED


class ValuesTuned:
    """The tuner where there are numbers or choices to set; nothing where there are none."""

    lookahead = TuneProposer.lookahead

    def __init__(self, work: Work) -> None:
        self._tuner = TuneProposer(work) if any(t.kind in TUNED for t in work.root.program.targets) else None

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate]:
        """What the tuner wants next."""
        return self._tuner.propose(parent, credit, most) if self._tuner else ()

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """What came of it."""
        if self._tuner:
            self._tuner.learn(parent, attempts)


AGAIN = replace(SEARCH, archive=FromModel, stop=Stalled, needs_model=True, then=TREE)
ASKING = replace(
    REWRITE,
    proposer=partial(Questioner, patience=PATIENCE),
    acceptance=Strict,
    archive=Handed,
    complete=False,
    screened=True,
    then=AGAIN,
)
REFLECTING = replace(GEPA, stop=REWRITE_ON_METRIC.stop, archive=HandedFront)
REWRITING = replace(
    REWRITE_ON_METRIC,
    proposer=partial(Questioner, patience=PATIENCE),
    archive=partial(Rising, most=PLATEAU),
    then=REFLECTING,
)
SEARCHING = replace(SEARCH_ON_METRIC, archive=Rising, stop=Stalled, needs_model=True, then=REWRITING)
ON_METRIC = replace(TUNE, proposer=ValuesTuned, values=False, needs_model=True, then=SEARCHING)
AUTO = replace(SEARCH, stop=Stalled, then=ASKING, on_metric=ON_METRIC, needs_model=True, sure=SURE)
