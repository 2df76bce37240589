"""Result: what came of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracec.evaluate.case_impact import CaseImpact
from tracec.passes.nouns.candidate import Candidate
from tracec.project.program import Program
from tracec.runtime.outcome import Outcome
from tracec.work.selection import Chosen


@dataclass(slots=True)
class Result:
    """`texts` are the files that change, by path; `after` is from a fresh run with them.

    `status` is solved, improved, unchanged or worse. `left_out` are tests that were not run at all: `before` and
    `after` have nothing of them, and no change is taken before they are run. `scores` are a metric's, before and after,
    for `--json` as they are; empty where tests decide.
    """

    status: str
    program: Program
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    texts: dict[str, str] = field(default_factory=dict)
    changes: list[Candidate] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unconfined_only: frozenset[str] = frozenset()  # tests that pass only outside the confinement
    impact: CaseImpact = field(default_factory=CaseImpact)  # which tests were left out for candidates
    interrupted: bool = False
    left_out: tuple[str, ...] = ()
    recorded: tuple[Outcome, ...] = ()  # of all tests, from the run that told which of them to leave out
    chosen: Chosen = field(default_factory=Chosen)
    scores: dict[str, object] = field(default_factory=dict)

    def warn(self, text: str) -> None:
        """Say something once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def take(self, program: Program, changes: tuple[Candidate, ...], texts: Mapping[str, str]) -> None:
        """A program becomes the result."""
        self.program, self.changes, self.texts = program, [*changes], dict(texts)

    def drop(self, why: str) -> None:
        """Nothing is changed after all."""
        self.warn(why)
        self.unchanged()

    def unchanged(self) -> None:
        """The program stays as it is."""
        self.status, self.texts, self.changes, self.after = "unchanged", {}, [], self.before
