"""OPRO: a list of what was tried with its scores, the best last, from which a model writes what scores higher.

Yang et al. 2024, arXiv 2309.03409; release google-deepmind/opro (HEAD). Its 20 entries are kept. Not copied: eight
draws of every prompt, where the first that reaches the goal makes the others waste; scores on a few per cent of the
cases that are held against scores on others; and candidates that are dropped for their length or for a word in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.populations.pool import best_of, progress_of
from tracec.optimizers.llm.questioner import Questioner
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain, Head
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.score import score_on
from tracec.passes.propagate import sbfl
from tracec.passes.propose.llm.told.brief import Brief
from tracec.passes.propose.llm.told.programs import changed_in, standing
from tracec.passes.propose.llm.told.scored_list import Entry, brief
from tracec.recording.trace_cases import sample
from tracec.runtime.outcome import Ended
from tracec.strategy import Strategy
from tracec.work.work import Work

DRAWS = 4  # answers to one prompt where a metric decides; chosen: the release has 8, and hundreds of calls


class Lister(Questioner):
    """Keeps every program that ran with its score. What changed is told in full, against the user's program."""

    def __init__(self, work: Work, draws: int = 1) -> None:
        super().__init__(work, draws)
        root = work.root
        self._origin = {target.id: target for target in root.program.targets}
        self._texts = {name: target.value for name, target in self._origin.items()}
        self._cases = [o.id for o in root.panel.judging()]
        self._entries = [Entry({}, score_on(self._cases, root.panel.before), standing(root.panel.judging()))]

    def brief(self, parent: Parent, credit: Mapping[str, Credit]) -> Brief:
        """The list."""
        return brief(self._entries, self._origin)

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """What ran goes into the list; beside it nothing is told of what was tried."""
        wrong = (Ended.INVALID, Ended.ERROR, Ended.KNOWN)
        super().learn(parent, [attempt for attempt in attempts if attempt.ended in wrong])
        for attempt in attempts:
            if attempt.ended not in wrong:
                self._fruitless[parent] = 0
                self._entries.append(self._entry(parent, attempt))

    def _entry(self, parent: Parent, attempt: Attempt) -> Entry:
        before = changed_in(parent.program.targets, self._texts)
        ran = {o.id: o for o in attempt.outcomes}
        known = [ran[name] for name in self._cases if name in ran]
        return Entry({**before, **attempt.candidate.values}, score_on(self._cases, known), standing(known))


class SoundHead(Head):
    """As Head; what is given out in the end breaks no test."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._work = work

    def best(self) -> Parent | None:
        """The best program on the way that breaks none."""
        lineage, at = list[Parent](), super().best()
        while at is not None:
            lineage, at = [*lineage, at], at.origin
        return best_of(self._work, lineage)

    def progress(self) -> tuple[int, int]:
        """Cases that pass in the best program, and all of them."""
        return progress_of(self._work, self._best)


ON_METRIC = Strategy(
    sample, sbfl.propagate, partial(Lister, draws=DRAWS), Gain, SoundHead, FirstSolution, needs_model=True
)
OPRO = replace(ON_METRIC, proposer=Lister, stop=Sound, on_metric=ON_METRIC, complete=True)
