"""Gate: the tests that must keep passing while a metric is raised."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracec.evaluate.baseline import run_all
from tracec.evaluate.panel import Panel
from tracec.guests.replaying import ReplayingSuite
from tracec.passes.accept.strict import harms
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.errors import Unplaceable
from tracec.project.program import Program
from tracec.run.ledger import Ledger


@dataclass(slots=True)
class Gate:
    """Knows what the tests said of the user's program, and asks them about others, each once."""

    suite: ReplayingSuite
    panel: Panel
    ledger: Ledger
    known: dict[str, bool] = field(default_factory=dict)

    def __call__(self, program: Program, candidate: Candidate) -> bool:
        """True where every test ends at least as well as before."""
        content = program.content(candidate)
        if content not in self.known:
            before = self.panel.judging()
            try:
                overlay = program.texts(candidate)
            except Unplaceable:
                return False
            after = run_all(self.suite, [o.id for o in before], 0, self.ledger.to_the_end(), 0.0, overlay)
            self.known[content] = not harms(before, after)
        return self.known[content]
