"""Questioner: a proposer that asks one question after the other; a strategy says what each tells besides."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.asking import Asker, Writer
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.propose.llm.sees.prompt import prompt
from tracec.passes.propose.llm.told.brief import PLAIN, Brief
from tracec.runtime.outcome import Ended
from tracec.work.work import Work

FRUITLESS = 8  # replies in a row of no use, after which a program is left; chosen


class Questioner:
    """Asks about a program until a reply can be used, and gives out what it proposes.

    Strategies override `brief`, what is told besides; `fit`, which candidates of a reply are worth a run; and `heard`,
    what is kept of a reply. A reply that is used and of which nothing is fit ends the turn, so that another program may
    be selected. `draws` questions are asked at once, which with `remember` tell what was tried before. After `patience`
    replies in a row that lead to no new program, a program is left.
    """

    lookahead = 32  # candidates of one turn; chosen: fillings of holes are many

    def __init__(
        self,
        work: Work,
        draws: int = 1,
        patience: int = FRUITLESS,
        *,
        remember: bool = True,
        write: Writer = prompt,
    ) -> None:
        self.work, self.asker = work, Asker(work, write)
        self._draws, self._patience, self._remember = draws, patience, remember
        self._waiting: dict[Parent, deque[Candidate]] = {}
        self._fruitless: dict[Parent, int] = {}

    def brief(self, parent: Parent, credit: Mapping[str, Credit]) -> Brief:
        """What the next question tells besides."""
        return PLAIN

    def fit(self, parent: Parent, found: Sequence[Candidate]) -> Sequence[Candidate]:
        """Those of a reply's candidates that are worth a run."""
        return found

    def heard(self, parent: Parent, said: str) -> None:
        """Keep something of a reply."""

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate] | None:
        """What the next reply proposes; () where the budget for models is spent, or nothing can be used."""
        waiting = self._waiting.setdefault(parent, deque())
        while not waiting and self._fruitless.get(parent, 0) < self._patience and not self.work.ledger.late():
            found = [] if self.asker.spent else self._asked(parent, credit)
            if self.asker.spent and not found:
                return ()
            waiting.extend(self.fit(parent, found))
            if found and not waiting:
                return None
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """What came of the last candidates is told in the next question."""
        self.asker.note(parent, attempts)
        if any(attempt.ended != Ended.KNOWN for attempt in attempts):
            self._fruitless[parent] = 0

    def _asked(self, parent: Parent, credit: Mapping[str, Credit]) -> list[Candidate]:
        told = self.brief(parent, credit)
        asked = [self.asker.ask(parent, credit, remember=self._remember, brief=told) for _ in range(self._draws)]
        candidates = list[Candidate]()
        for one in asked:
            found = self.asker.candidates(parent, one, credit)
            self._counted(parent, found)
            candidates += found
            self.heard(parent, self.asker.said)
            if self.asker.spent:
                break
        return candidates

    def _counted(self, parent: Parent, found: Sequence[Candidate]) -> None:
        """A reply is of no use until a program that it proposes turns out to be new."""
        self._fruitless[parent] = self._fruitless.get(parent, 0) + 1


class Drafter(Questioner):
    """Asks for drafts: a reply is of use where anything of it can be read, though it may be what was tried before."""

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """What came of the last candidates is told in the next question."""
        self.asker.note(parent, attempts)

    def _counted(self, parent: Parent, found: Sequence[Candidate]) -> None:
        self._fruitless[parent] = 0 if found else self._fruitless.get(parent, 0) + 1
