"""Proposers that ask a model for the next change: independent draws, and rewriting the best with what was tried."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.asking import Asker
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.work.work import Work

FRUITLESS = 8  # replies in a row of which nothing can be used, after which a program is left; chosen


class ModelProposer:
    """Asks `calls` questions at once about a program, and gives out what the replies propose.

    With `remember` a question tells what was tried before, else all are alike. Candidates of one reply that differ in
    how its holes are filled come one turn after the other, the cheapest first.
    """

    lookahead = 32  # candidates of one turn; chosen: fillings of holes are many, and screened

    def __init__(self, work: Work, *, remember: bool, calls: int = 1) -> None:
        self._work, self._remember, self._calls = work, remember, calls
        self._asker = Asker(work)
        self._waiting: dict[Parent, deque[Candidate]] = {}
        self._fruitless: dict[Parent, int] = {}

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate]:
        """What the next replies propose; none where the budget for models is spent, or nothing can be used."""
        waiting = self._waiting.setdefault(parent, deque())
        while not waiting and self._fruitless.get(parent, 0) < FRUITLESS and not self._work.ledger.late():
            if not self._asked(parent, credit, waiting):
                break
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """What came of the last candidates is told in the next question."""
        self._asker.note(parent, attempts)

    def _asked(self, parent: Parent, credit: Mapping[str, Credit], waiting: deque[Candidate]) -> bool:
        """Ask once more; False where the budget for models is spent."""
        asked = [self._asker.ask(parent, credit, remember=self._remember) for _ in range(self._calls)]
        for one in asked:
            found = self._asker.candidates(parent, one, credit)
            self._fruitless[parent] = 0 if found else self._fruitless.get(parent, 0) + 1
            waiting.extend(found)
        return not self._asker.spent
