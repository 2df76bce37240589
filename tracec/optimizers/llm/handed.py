"""Archives that begin with what engines before left: partial repairs of search for a model, and the other way."""

from __future__ import annotations

from collections import Counter

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.populations.gepa import Front
from tracec.optimizers.llm.populations.pool import Pool, best_first, best_of
from tracec.optimizers.policies import ParetoArchive
from tracec.optimizers.search.program_archive import ProgramArchive, Standing
from tracec.passes.accept.strict import broken_by
from tracec.passes.accept.verdict import Verdict
from tracec.passes.messages.nearness import moves_on
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.propose.llm.holes.fill import OPERATOR
from tracec.work.work import Work

PLATEAU = 4  # questions in a row that bring no better program, after which another engine goes on; chosen
WORTH = 2  # failing tests that a partial repair mends for each one that it breaks, at least; as search has it
BARREN = 150  # candidates in a row of which none scores higher, after which a model is asked; chosen


class Handed(Pool):
    """The user's program first, then the best partial repair, of any engine; each the less the more it was taken.

    A program in which another fault has come to light has its turn before those that score the same.
    """

    def __init__(self, work: Work) -> None:
        super().__init__(work, [work.root, *work.partials])
        self._taken = Counter[Parent]()
        self._ahead = set[Parent]()  # in these a test fails for another reason than in the program that they came from
        self._barren = 0

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """Keep a partial repair that holds against all tests, and what only brings another fault to light."""
        moved = verdict == Verdict.WORSE and moves_on(parent.panel.failed(), attempt.outcomes)
        if verdict == Verdict.SOLVED:
            self._barren = 0
        if verdict == Verdict.REFUSED:  # all tests had their say
            whole, ran = attempt, {o.id for o in attempt.outcomes}
            judging = tuple(o for o in parent.panel.before if o.id in ran)
        elif (verdict == Verdict.BETTER or moved) and self._work.ledger.reserve():
            self._work.ledger.evaluations += 1
            judging = parent.panel.judging()
            whole = self._work.evaluator.evaluate(parent, Question(attempt.candidate, [o.id for o in judging]))
        else:
            return
        broken = broken_by(judging, whole.outcomes)
        if broken is not None and WORTH * broken <= len(whole.passed() & frozenset(parent.panel.failing_tests)):
            self._pool.append(parent.child(whole))
            self._ahead |= {self._pool[-1]} if moved else set()
            self._barren = 0

    def select(self) -> Parent | None:
        """The one whose turn it is; None once nothing better has come for a while."""
        ranked = [parent for parent in best_first(self._work, self._pool) if parent not in self._dropped]
        if not ranked or self._barren >= PLATEAU:
            return None
        self._barren += 1
        turns = {parent: at + self._taken[parent] - (parent in self._ahead) for at, parent in enumerate(ranked)}
        fresh = self._work.root in turns and not self._taken[self._work.root]
        chosen = self._work.root if fresh else min(ranked, key=turns.__getitem__)
        self._taken[chosen] += 1
        return chosen


class FromModel(ProgramArchive):
    """Search from what a model left half done; nothing where it left nothing. The user's was searched before."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._open = {parent: Standing() for parent in work.partials if by_model(parent)}
        self._made = {parent: Standing() for parent in work.partials}


class Rising(ParetoArchive):
    """The Pareto front by case, with what engines before left; over once nothing better has come for a while."""

    def __init__(self, work: Work, most: int = BARREN) -> None:
        super().__init__(work)
        self._work, self._most, self._barren = work, most, 0
        self._pool += work.partials

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """Keep an attempt that is better than its parent; count those that are not."""
        super().add(parent, attempt, verdict)
        self._barren = 0 if verdict in (Verdict.BETTER, Verdict.SOLVED) else self._barren + 1

    def select(self) -> Parent | None:
        """The next of the front; None once nothing better has come for a while."""
        return super().select() if self._barren < self._most else None

    def best(self) -> Parent | None:
        """The program with the highest score that breaks no test, unless it is the user's."""
        return best_of(self._work, self._pool)


class HandedFront(Front):
    """As the front of GEPA, with what engines before left."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._pool += work.partials


def by_model(parent: Parent) -> bool:
    """Whether a model made the last change that led to a program."""
    return parent.made_by is not None and parent.made_by.candidate.operator == OPERATOR
