"""The proposer of OPTO, TEXTGRAD and SEMANTIC: feedback flows back, then a model writes what it reached."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import chain

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.asking import Asker, Writer
from tracec.optimizers.llm.backward.critic import Critic
from tracec.optimizers.llm.proposers import FRUITLESS
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.propagate.backward.flow import Grouping
from tracec.passes.propose.llm.sees.prompt import prompt, shown_targets
from tracec.passes.propose.llm.sees.situation import Level, View
from tracec.work.work import Work


class Backward:
    """Each round: feedback of some failing runs flows back, and a model is asked to write what it reached.

    With `each` it is asked once for each target, and all that it writes is one candidate; else once for all of them.
    With `parts` what was written for each target is a candidate of its own too: that costs no call.
    """

    lookahead = 32  # candidates of one turn, as for other proposers that ask a model

    def __init__(
        self,
        work: Work,
        *,
        grouping: Grouping,
        each: bool,
        parts: bool = False,
        write: Writer = prompt,
        remember: bool = True,
    ) -> None:
        self._work, self._each, self._parts, self._remember = work, each, parts, remember
        self._asker, self._critic = Asker(work, write), Critic(work, grouping)
        self._waiting: dict[Parent, deque[Candidate]] = {}
        self._rounds: dict[Parent, int] = {}
        self._fruitless: dict[Parent, int] = {}

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate]:
        """What the next round writes; none where the budget for models is spent, or nothing can be used."""
        waiting = self._waiting.setdefault(parent, deque())
        while not waiting and self._fruitless.get(parent, 0) < FRUITLESS and not self._over():
            found = self._round(parent, credit)
            self._fruitless[parent] = 0 if found else self._fruitless.get(parent, 0) + 1
            waiting.extend(found)
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """What came of the last candidates is told in the next round."""
        self._asker.note(parent, attempts)

    def _over(self) -> bool:
        return self._asker.spent or self._work.ledger.late()

    def _round(self, parent: Parent, credit: Mapping[str, Credit]) -> list[Candidate]:
        """Propagate, ask, read."""
        number = self._rounds.get(parent, 0)
        self._rounds[parent] = number + 1
        free = self._free(parent, credit)
        situation = self._asker.situation(parent, credit, remember=False)
        known = self._critic.credit(situation, number, len(free) if self._each else 1)
        asked = [
            self._asker.ask(parent, known, remember=self._remember, only=only) for only in self._groups(parent, known)
        ]
        found = [self._asker.candidates(parent, one, known) for one in asked]
        return self._together([some for some in found if some])

    def _groups(self, parent: Parent, credit: Mapping[str, Credit]) -> list[frozenset[str] | None]:
        """The targets of each question: those that feedback reached, the most suspect first; all if none."""
        reached = [name for name in self._free(parent, credit) if name in credit and credit[name].feedback]
        if not reached:
            return [None]
        return [frozenset([name]) for name in reached] if self._each else [frozenset(reached)]

    def _free(self, parent: Parent, credit: Mapping[str, Credit]) -> list[str]:
        """The targets that a model may write, the most suspect ones."""
        situation = self._asker.situation(parent, credit, remember=False)
        return [target.id for target in shown_targets(situation, View(Level(self._work.job.config.evidence)))]

    def _together(self, found: Sequence[Sequence[Candidate]]) -> list[Candidate]:
        """All that was written as one change, for each way to fill its holes; then the parts of it alone."""
        if len(found) < 2:
            return [*chain.from_iterable(found)]
        whole = []
        for at in range(max(map(len, found))):
            some = [candidates[min(at, len(candidates) - 1)] for candidates in found]
            edits = dict.fromkeys(chain.from_iterable(one.edits for one in some))
            whole.append(Candidate(tuple(edits), some[0].operator, "; ".join(dict.fromkeys(one.why for one in some))))
        return whole + [*chain.from_iterable(found)] * self._parts
