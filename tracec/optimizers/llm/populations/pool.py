"""What archives of programs share: which is the best, how far it is, and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.evaluate.panel import Parent
from tracec.passes.accept.strict import harms
from tracec.passes.nouns.candidate import NO_CHANGE
from tracec.passes.nouns.score import Score, score_on
from tracec.work.work import Work


def score(work: Work, parent: Parent) -> Score:
    """The score of a program."""
    return score_on(work.root.panel.comparable(), parent.panel.before)


def best_first(work: Work, parents: Sequence[Parent]) -> list[Parent]:
    """Programs by their scores; of equals the earlier first."""
    scores = [score(work, parent) for parent in parents]
    order = sorted(range(len(parents)), key=lambda n: (scores[n].failing, -scores[n].mean, n))
    return [parents[n] for n in order]


def best_of(work: Work, parents: Sequence[Parent]) -> Parent | None:
    """The best program that is better than the user's and breaks no test; None where there is none."""
    least = score(work, work.root)
    better = (parent for parent in best_first(work, parents) if least < score(work, parent))
    return next((parent for parent in better if sound(work, parent)), None)


def sound(work: Work, parent: Parent) -> bool:
    """True where no test ends worse than in the user's program."""
    if work.metric is not None:
        return work.gate is None or work.gate(parent.program, NO_CHANGE)
    ids = frozenset(work.root.panel.comparable())
    before, after = ([o for o in panel.before if o.id in ids] for panel in (work.root.panel, parent.panel))
    return not harms(before, after)


def progress_of(work: Work, best: Parent | None) -> tuple[int, int]:
    """Cases that pass in the best program, and all of them."""
    cases = len(work.root.panel.comparable())
    return cases - score(work, best or work.root).failing, cases


class Pool:
    """What archives have in common that keep many programs: which were dropped, which is the best."""

    def __init__(self, work: Work, programs: Sequence[Parent]) -> None:
        self._work, self._pool = work, [*programs]
        self._dropped: set[Parent] = set()

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program."""
        self._dropped.add(parent)

    def best(self) -> Parent | None:
        """The best program that breaks no test, unless it is the user's."""
        return best_of(self._work, self._pool)

    def progress(self) -> tuple[int, int]:
        """Cases that pass in the best program, and all of them."""
        return progress_of(self._work, self.best())
