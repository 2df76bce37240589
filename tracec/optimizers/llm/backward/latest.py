"""Latest: an archive that goes on from the newest program, and from the one before where that is worse."""

from __future__ import annotations

from tracec.evaluate.panel import Parent
from tracec.passes.accept.verdict import RISES, Verdict
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.score import Score, score_on
from tracec.runtime.outcome import Ended
from tracec.work.work import Work

TAKEN = (Verdict.SAME, *RISES)


class Latest:
    """A step that is not worse is taken, else reverted; with `always` every one that could be run is taken."""

    def __init__(self, work: Work, *, always: bool = False) -> None:
        self._always, self._root = always, work.root
        self._cases = work.root.panel.comparable()
        self._best = self._latest = work.root
        self._dropped: set[Parent] = set()

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """Go on from an attempt, or not; the best so far is remembered."""
        if attempt.ended != Ended.DONE or not (self._always or verdict in TAKEN):
            return
        self._latest = parent.child(attempt)
        if verdict in RISES and self._score(self._best) < self._score(self._latest):
            self._best = self._latest

    def select(self) -> Parent | None:
        """The newest program; the best where nothing more is to be had from that."""
        return next((one for one in (self._latest, self._best) if one not in self._dropped), None)

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program."""
        self._dropped.add(parent)

    def best(self) -> Parent | None:
        """The best program, unless it is the user's."""
        return None if self._best is self._root else self._best

    def progress(self) -> tuple[int, int]:
        """Cases that pass in the best program, and all of them."""
        judging = self._best.panel.judging()
        return sum(not o.failed for o in judging), len(judging)

    def _score(self, parent: Parent) -> Score:
        return score_on(self._cases, parent.panel.before)
