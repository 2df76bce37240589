"""The proposer of OPTO, TEXTGRAD and SEMANTIC: feedback flows back, then a model writes what it reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.asking import Only, Writer, view_of
from tracec.optimizers.llm.backward.critic import Critic
from tracec.optimizers.llm.questioner import Drafter
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.edits import about
from tracec.passes.nouns.target import Target
from tracec.passes.propagate.backward.flow import Grouping
from tracec.passes.propose.llm.sees.prompt import prompt, shown_targets
from tracec.work.work import Work


class Backward(Drafter):
    """Each round: feedback of some failing runs flows back, and a model is asked to write what it reached.

    With `each` it is asked once for each target, and all that it writes is one candidate; else once for all of them.
    With `parts` what was written for each target is a candidate of its own too: that costs no call.
    """

    def __init__(
        self, work: Work, *, grouping: Grouping, each: bool, parts: bool = False, write: Writer = prompt
    ) -> None:
        super().__init__(work, write=write)
        self._each, self._parts, self._critic = each, parts, Critic(work, grouping)
        self._rounds: dict[Parent, int] = {}

    def _asked(self, parent: Parent, credit: Mapping[str, Credit]) -> list[Candidate]:
        """Propagate, ask, read."""
        number = self._rounds.get(parent, 0)
        self._rounds[parent] = number + 1
        situation = self.asker.situation(parent, credit, remember=False)
        view = view_of(self.work.job.config)
        known = self._critic.credit(situation, number, len(shown_targets(situation, view)) if self._each else 1)
        groups = self._groups(shown_targets(replace(situation, credits=known), view), known)
        asked = [self.asker.ask(parent, known, remember=True, only=only) for only in groups]
        found = [self.asker.candidates(parent, one, known) for one in asked]
        candidates = self._together(groups, found)
        self._counted(parent, candidates)
        return candidates

    def _groups(self, free: Sequence[Target], credit: Mapping[str, Credit]) -> list[Only]:
        """The targets of each question: those that may be written and that feedback reached; all if none."""
        reached = [target.id for target in free if target.id in credit and credit[target.id].feedback]
        if not reached:
            return [None]
        return [frozenset([name]) for name in reached] if self._each else [frozenset(reached)]

    def _together(self, groups: Sequence[Only], found: Sequence[Sequence[Candidate]]) -> list[Candidate]:
        """All that was written as one change, for each way to fill its holes; then the parts of it alone."""
        parts, used = [*chain.from_iterable(found)], [(only, some) for only, some in zip(groups, found) if some]
        if len(used) < 2:
            return parts
        whole = []
        for at in range(max(len(some) for _, some in used)):
            whole.append(_joined([(only, some[min(at, len(some) - 1)]) for only, some in used]))
        return whole + parts * self._parts


def _joined(some: Sequence[tuple[Only, Candidate]]) -> Candidate:
    """Changes as one. Of a target that several change, the one counts that was asked for it."""
    made = [(only, edit) for only, one in some for edit in one.edits]
    edits = {about(edit): edit for _, edit in made}
    edits |= {about(edit): edit for only, edit in made if only is not None and about(edit)[1] in only}
    why = "; ".join(dict.fromkeys(one.why for _, one in some))
    return Candidate(tuple(edits.values()), some[0][1].operator, why)
