"""Policies that strategies share: acceptance, archives and stopping for tests and for metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.passes.accept.gain import gain_in_errors
from tracec.passes.accept.verdict import RISES, Verdict
from tracec.passes.archive import pareto, ranked
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.score import Score, score_on, values_of
from tracec.passes.nouns.target import Target
from tracec.passes.propagate import none
from tracec.runtime.outcome import Ended, Outcome
from tracec.work.metric_panel import MORE_REPEATS, PLAIN, REPEATS, SURE, repeated
from tracec.work.work import Work

Solutions = Sequence[tuple[Parent, Attempt]]


class Strict:
    """Accepts what makes every failing test pass and no other end differently, and does not memorise."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, parent: Parent, attempt: Attempt) -> Verdict:
        """Compare an attempt with what the parent's panel asks for, then with the tests that are held out."""
        panel = parent.panel
        if not panel.solved_by(attempt):
            passed = attempt.passed() & frozenset(panel.failing_tests)
            return Verdict.BETTER if passed and attempt.ended != Ended.INVALID else Verdict.WORSE
        if self._work.honesty.memorises(parent.program, attempt.candidate):
            return Verdict.MEMORISES
        return Verdict.SOLVED if panel.holdout_agrees(attempt) else Verdict.REFUSED


class Gain:
    """Accepts what scores higher than its parent, over all cases of the panel."""

    def __init__(self, work: Work) -> None:
        self._work, self._strict = work, Strict(work)
        self._again: dict[Parent, Sequence[Outcome]] = {}  # more runs of programs that a noisy gain was near to

    def __call__(self, parent: Parent, attempt: Attempt) -> Verdict:
        """Compare scores: fewer failing cases first, then the mean. With tests, all of them passing is the goal."""
        cases = [o.id for o in parent.panel.judging()]
        before, after = score_on(cases, parent.panel.before), score_on(cases, attempt.outcomes)
        if attempt.ended == Ended.INVALID or after < before:
            return Verdict.WORSE
        if self._work.metric is None and parent.panel.solved_by(attempt):
            return self._strict(parent, attempt)
        if not before < after or (self._work.noise.noisy and not self._sure(parent, attempt)):
            return Verdict.SAME
        gate = self._work.gate
        return Verdict.BETTER if gate is None or gate(parent.program, attempt.candidate) else Verdict.WORSE

    def _sure(self, parent: Parent, attempt: Attempt) -> bool:
        """True where a gain is more than noise: both programs are run again, case by case, where it is near."""
        cases = [o.id for o in parent.panel.before]
        first = gain_in_errors(cases, parent.panel.before, attempt.outcomes)
        if not 0 < first <= PLAIN:
            return first > 0
        if parent not in self._again:
            self._again[parent] = self._more(parent, NO_CHANGE)
        more = repeated(cases, REPEATS, MORE_REPEATS)
        return gain_in_errors(more, self._again[parent], self._more(parent, attempt.candidate)) > SURE

    def _more(self, parent: Parent, candidate: Candidate) -> Sequence[Outcome]:
        """Further runs of each case; none where the budget has none left."""
        ledger, cases = self._work.ledger, [o.id for o in parent.panel.before]
        if not ledger.reserve():
            return ()
        ledger.evaluations += 1
        asked = Question(candidate, repeated(cases, REPEATS, MORE_REPEATS))
        return self._work.evaluator.evaluate(parent, asked).outcomes


class Head:
    """Goes on from the best program only."""

    def __init__(self, work: Work) -> None:
        self._root = self._best = work.root
        self._cases = work.root.panel.comparable()
        self._open = True

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """What is better than its parent, and than the best, takes its place."""
        child = parent.child(attempt) if verdict in RISES else self._best
        if self._score(self._best) < self._score(child):
            self._best, self._open = child, True

    def select(self) -> Parent | None:
        """The best program, until it is dropped."""
        return self._best if self._open else None

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program."""
        self._open = self._open and parent is not self._best

    def best(self) -> Parent | None:
        """The best program, unless it is the user's."""
        return None if self._best is self._root else self._best

    def progress(self) -> tuple[int, int]:
        """Cases that pass in the best program, and all of them."""
        judging = self._best.panel.judging()
        return sum(not o.failed for o in judging), len(judging)

    def _score(self, parent: Parent) -> Score:
        return score_on(self._cases, parent.panel.before)


class ParetoArchive:
    """Keeps every program that is best on some case (GEPA: Agrawal et al. 2025, arXiv 2507.19457, algorithm 2).

    Parents are taken in turn, those first that are best on the most cases and were taken the least. A program that is
    best nowhere, or only where another of the front is as good and better elsewhere, is no parent.
    """

    def __init__(self, work: Work) -> None:
        self._root = work.root
        self._cases = work.root.panel.comparable()
        self._pool = [work.root]
        self._taken: dict[Parent, int] = {}
        self._dropped: set[Parent] = set()

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """Keep an attempt that is not worse than its parent everywhere it was evaluated in full."""
        if verdict in RISES:
            self._pool.append(parent.child(attempt))

    def select(self) -> Parent | None:
        """The program of the front that was taken least, of equals the one that is best on most cases."""
        wins = pareto.front([self._values(parent) for parent in self._pool], self._cases)
        front = [(self._taken.get(self._pool[n], 0), -count, n) for n, count in wins.items()]
        open_ = [row for row in sorted(front) if self._pool[row[2]] not in self._dropped]
        if not open_:
            return None
        chosen = self._pool[open_[0][2]]
        self._taken[chosen] = self._taken.get(chosen, 0) + 1
        return chosen

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program."""
        self._dropped.add(parent)

    def best(self) -> Parent | None:
        """The program with the highest score over all cases, unless it is the user's; of equals the first."""
        best = self._root
        for parent in self._pool:
            if score_on(self._cases, best.panel.before) < score_on(self._cases, parent.panel.before):
                best = parent
        return None if best is self._root else best

    def progress(self) -> tuple[int, int]:
        """Cases that pass in the best program, and all of them."""
        best = self.best() or self._root
        judging = best.panel.judging()
        return sum(not o.failed for o in judging), len(judging)

    def _values(self, parent: Parent) -> Mapping[str, float | None]:
        return values_of(parent.panel.before)


class FirstSolution:
    """Stops as soon as a program reaches the goal."""

    def __init__(self, work: Work) -> None:
        pass

    def __call__(self, solutions: Solutions) -> bool:
        """True once there is a solution."""
        return bool(solutions)


def no_sample(panel: object, seed: int) -> list[str]:
    """Nothing is traced."""
    return []


def no_credit(targets: Sequence[Target], runs: Sequence[TracedRun]) -> dict[str, Credit]:
    """Every target is as likely as any."""
    return none.propagate(targets, runs)


def most_passing(parents: Sequence[Parent], tests: Sequence[str]) -> Parent | None:
    """The program that passes most of some tests, at least one; of equals the likelier, then the first."""
    made = [parent.made_by for parent in parents if parent.made_by]
    first = ranked.best(made, tests, 1)
    return next((parent for parent in parents if parent.made_by in first), None)
