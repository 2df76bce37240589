"""GEPA: reflection on a few cases, a Pareto front by case, and merging of two programs without a call.

Agrawal et al. 2025, arXiv 2507.19457; release gepa 0.1.4. Not copied of it: a budget that is checked only between
turns, a resumed run that differs from one that was not cut off, records that belong to another part of the same
signature, a run that spends its budget on programs that raise, as these give no record, and caches without traces.
What a few cases say of the parent is known already, so only the child is run on them. Functions are changed together,
as they call each other, and texts one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.populations.pool import best_of, progress_of, score
from tracec.optimizers.llm.questioner import Questioner
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain, ParetoArchive
from tracec.passes.accept.verdict import Verdict
from tracec.passes.archive import pareto
from tracec.passes.archive.batches import batch
from tracec.passes.archive.merging import merged
from tracec.passes.nouns.candidate import Attempt, Candidate, set_target
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.score import score_on, values_of
from tracec.passes.nouns.target import Target
from tracec.passes.propagate import sbfl
from tracec.passes.propose.llm.sees.situation import FUNCTIONS
from tracec.passes.propose.llm.told.brief import Brief
from tracec.passes.propose.llm.told.reflection import brief
from tracec.recording.trace_cases import sample
from tracec.runtime.outcome import Ended
from tracec.strategy import Strategy
from tracec.work.work import Work

BATCH = 3  # cases of one reflection, as in the release
GATED = 2  # times BATCH: with no more cases than that a child is run on all of them at once; chosen
MERGES = 20  # merges of a run; chosen: they cost no call


class Somewhere(Gain):
    """As Gain; and what is better on some case is kept too, as it may be on the front."""

    def __call__(self, parent: Parent, attempt: Attempt) -> Verdict:
        """BETTER too where the score is not, but that of some case is."""
        verdict = super().__call__(parent, attempt)
        if verdict not in (Verdict.WORSE, Verdict.SAME) or attempt.ended == Ended.INVALID:
            return verdict
        before, after = values_of(parent.panel.judging()), values_of(attempt.outcomes)
        rises = any(_more(after.get(case), value) for case, value in before.items())
        return Verdict.BETTER if rises else verdict


class Front(ParetoArchive):
    """The Pareto front by case. Two programs of it that come from a third are merged, once, before more is asked."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._work = work
        self._paired: set[frozenset[Parent]] = set()
        self._merges = 0

    def select(self) -> Parent | None:
        """The better one of two to be merged, with the other beside it; else the next of the front."""
        pair = next(self._pairs(), None) if self._merges < MERGES else None
        if pair is not None:
            self._merges += 1
            pair[0].beside = pair[1:]
            return pair[0]
        chosen = super().select()
        if chosen is not None:
            chosen.beside = ()
        return chosen

    def best(self) -> Parent | None:
        """The program with the highest score that breaks no test, unless it is the user's."""
        return best_of(self._work, self._pool)

    def progress(self) -> tuple[int, int]:
        """Cases that pass in the best program, and all of them."""
        return progress_of(self._work, self.best())

    def _pairs(self) -> Iterator[tuple[Parent, Parent]]:
        """Pairs of the front that were not merged, of which something new comes."""
        numbers = pareto.front([self._values(parent) for parent in self._pool], self._cases)
        front = [self._pool[n] for n in numbers]
        for at, one in enumerate(front):
            for other in front[at + 1 :]:
                if frozenset((one, other)) not in self._paired:
                    self._paired.add(frozenset((one, other)))
                    weaker = score(self._work, one) < score(self._work, other)
                    pair = (other, one) if weaker else (one, other)
                    if merger(*pair) is not None:
                        yield pair


class Reflector(Questioner):
    """Asks about the next few cases that could be better, and about one part of the program at a time."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._turns = Counter[Parent]()
        self._batch: Sequence[str] = ()

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate] | None:
        """A merge where the archive gives two programs, else what the next reply proposes."""
        if parent.beside:
            (other,), parent.beside = parent.beside, ()
            made = merger(parent, other)
            return [made] if made else None
        return super().propose(parent, credit, most)

    def brief(self, parent: Parent, credit: Mapping[str, Credit]) -> Brief:
        """The cases and the part whose turn it is."""
        turn, parts = self._turns[parent], parts_of(parent.program.targets, credit)
        self._turns[parent] += 1
        self._batch = batch(wanting(parent), BATCH, turn, self.work.job.config.seed)
        return brief(self._batch, parts[turn % len(parts)] if parts else ())

    def fit(self, parent: Parent, found: Sequence[Candidate]) -> Sequence[Candidate]:
        """Those that score higher than the parent on these few cases, with what is known of them."""
        if not self._batch or len(parent.panel.judging()) <= GATED * BATCH:
            return found
        gated = [self._gated(parent, candidate) for candidate in found]
        return [candidate for candidate in gated if candidate is not None]

    def _gated(self, parent: Parent, candidate: Candidate) -> Candidate | None:
        ledger, cases = self.work.ledger, self._batch
        if not ledger.reserve():
            return None
        ledger.evaluations += 1
        attempt = self.work.evaluator.evaluate(parent, Question(candidate, cases))
        if score_on(cases, parent.panel.before) < score_on(cases, attempt.outcomes):
            return replace(candidate, known=attempt.outcomes)
        self.asker.note(parent, [attempt], cases)
        return None


def parts_of(targets: Sequence[Target], credit: Mapping[str, Credit]) -> list[tuple[str, ...]]:
    """What is changed at one time: the functions together, and each text; of texts first what is suspected more."""
    code = tuple(target.id for target in targets if target.kind == "code")
    texts = [target for target in targets if target.kind == "text"]
    weights = {t.id: credit[t.id].weight if t.id in credit else 0.0 for t in targets}
    texts.sort(key=lambda target: -weights[target.id])
    heavy = max((weights[name] for name in code), default=0.0)
    parts = [(target.id,) for target in texts[: 2 * FUNCTIONS]]
    first = heavy > max((weights[t.id] for t in texts), default=0.0)
    return ([code] if code and first else []) + parts + ([code] if code and not first else [])


def wanting(parent: Parent) -> list[str]:
    """Failing cases; of a metric those that score lower than the best one, all where they are alike."""
    judging = parent.panel.judging()
    if not parent.panel.scored:
        return [o.id for o in judging if o.failed]
    most = max((o.worth for o in judging if not o.failed), default=0.0)
    lower = [o.id for o in judging if o.failed or o.worth < most]
    return lower or [o.id for o in judging]


def merger(one: Parent, other: Parent) -> Candidate | None:
    """The change that gives `one` what `other` has beyond the program that both come from; None where there is none."""
    lineage = [*_lineage(one)]
    origin = next((parent for parent in _lineage(other) if parent in lineage), None)
    if origin is None or origin in (one, other):
        return None
    texts = [{target.id: target.value for target in parent.program.targets} for parent in (origin, one, other)]
    taken = merged(*texts)
    if not taken:
        return None
    targets = {target.id: target for target in one.program.targets}
    added = tuple(edit for edit in other.program.added if edit not in one.program.added)
    edits = (*added, *(set_target(targets[name], text) for name, text in taken.items()))
    made = tuple(parent.made_by.candidate.id for parent in (one, other) if parent.made_by)
    return Candidate(edits, "merge", f"takes over {', '.join(targets[name].qualname for name in taken)}", parents=made)


def _lineage(parent: Parent | None) -> Iterator[Parent]:
    while parent is not None:
        yield parent
        parent = parent.origin


def _more(new: float | None, old: float | None) -> bool:
    return new is not None and (old is None or new > old)


ON_METRIC = Strategy(sample, sbfl.propagate, Reflector, Somewhere, Front, FirstSolution, needs_model=True, name="gepa")
GEPA = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
