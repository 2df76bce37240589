"""TREE: a search tree of programs; where it grows is decided by UCT, and each try is told of those beside it.

SWE-Search, Antoniades et al. 2024, arXiv 2410.20285; release moatless-tree-search 2025-01. Its tree and its feedback
from siblings are kept; what the cases say takes the place of a model that judges. Not copied: a node that counts for
its own reward instead of for all that came of it, fourteen terms in the choice, and a result that is the last finished
node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.populations.pool import Pool, best_first, score
from tracec.optimizers.llm.questioner import Questioner
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain
from tracec.passes.accept.verdict import UNFIT, Verdict
from tracec.passes.archive.uct import Grown, chosen
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt
from tracec.passes.nouns.credit import Credit
from tracec.passes.propagate import sbfl
from tracec.passes.propose.llm.sees.history_part import tried
from tracec.passes.propose.llm.sees.situation import Tried
from tracec.passes.propose.llm.told.branches import brief
from tracec.passes.propose.llm.told.brief import Brief
from tracec.recording.trace_cases import sample
from tracec.runtime.outcome import Ended
from tracec.strategy import Strategy
from tracec.work.work import Work

WIDTH = 2  # tries of a node before its children are gone to; chosen
EXPLORE = 0.7  # what doubt counts beside reward; chosen: half of the square root of two, as rewards are ranks
TOLD = 3  # children that a prompt shows in full; chosen


class Tree(Pool):
    """All programs that ran, as a tree. What each is worth is its rank among all: scores may have any range."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, [work.root, *work.partials])
        self._visits = Counter[Parent]()

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """A program that ran and that is another one than its parent becomes a child of it."""
        if attempt.ended == Ended.DONE and verdict not in UNFIT:
            self._pool.append(parent.child(attempt))

    def select(self) -> Parent | None:
        """The node that UCT chooses, with its children beside it, the best last."""
        rewards = self._rewards()
        numbers = {parent: n for n, parent in enumerate(self._pool)}
        grown = [
            Grown(self._above(parent, numbers), rewards[parent], parent not in self._dropped) for parent in self._pool
        ]
        at = chosen(grown, [self._visits[parent] for parent in self._pool], WIDTH, EXPLORE)
        if at is None:
            return None
        found = self._pool[at]
        self._visits[found] += 1
        children = [parent for parent in self._pool if parent.origin is found]
        found.beside = tuple(reversed(best_first(self._work, children)[:TOLD]))
        return found

    def _above(self, parent: Parent, numbers: Mapping[Parent, int]) -> int:
        """The node that a program came from; the user's program for one of another engine."""
        return -1 if parent is self._work.root else numbers.get(parent.origin or parent, 0)

    def _rewards(self) -> Mapping[Parent, float]:
        """The share of all nodes that each is better than; half of it for one that is as good."""
        scores = {parent: score(self._work, parent) for parent in self._pool}
        most = max(1, len(self._pool) - 1)
        return {
            parent: sum(1.0 if other < own else 0.5 * (other == own) for other in scores.values()) / most - 0.5 / most
            for parent, own in scores.items()
        }


class Climber(Questioner):
    """Asks for another change than a program's children have."""

    def brief(self, parent: Parent, credit: Mapping[str, Credit]) -> Brief:
        """The children that are followed up, as changes with what came of them."""
        return brief([_told(change_of(parent, child)) for child in parent.beside])


def change_of(parent: Parent, child: Parent) -> Tried:
    """The change that made a child, and what came of it."""
    made = child.made_by or Attempt(NO_CHANGE, ())
    return tried(made, parent.program.targets, parent.panel.before)


def _told(one: Tried) -> str:
    return f"```diff\n{one.change}\n```\n-> {one.outcome}"


ON_METRIC = Strategy(sample, sbfl.propagate, Climber, Gain, Tree, FirstSolution, needs_model=True, name="tree")
TREE = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
