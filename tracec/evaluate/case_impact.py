"""CaseImpact: which tests a change can touch, by the functions that each was seen to run."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from tracec.guests.protocol import Reply
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.span import Span
from tracec.project.program import Program
from tracec.runtime.outcome import Outcome

AUDITED = 0.05  # of the tests that a change cannot touch: they are run all the same; chosen
Place = tuple[str, int]  # path as seen from the root, first line


@dataclass(slots=True)
class CaseImpact:
    """A test that runs no function of which the text changes ends as it did, unless tests share a state.

    So some are run all the same; once one of them ends in another way, every test counts as touched.
    """

    seed: int = 0
    ran: dict[str, frozenset[Place]] = field(default_factory=dict)  # test -> functions, where that is known
    run: int = 0  # tests, for candidates
    left_out: int = 0
    audited: int = 0
    wrong: list[str] = field(default_factory=list)  # tests
    _met: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)  # targets on disk -> tests that run one

    def learn(self, reply: Reply) -> None:
        """Which functions the tests of a reply ran."""
        known = [(o.id, o.ran) for o in reply.outcomes if o.ran is not None]
        self.ran.update({name: frozenset(reply.functions[number] for number in ran) for name, ran in known})
        self._met.clear()

    def touched(self, program: Program, candidate: Candidate, tests: Iterable[str]) -> frozenset[str] | None:
        """Those of some tests that a candidate, or what was changed before it, can touch; None for all."""
        origins = [program.origins[name] for name in {**program.changed, **candidate.values}]
        more = program.added or candidate.additions
        if more or self.wrong or not self.ran or any(origin.kind != "code" for origin in origins):
            return None
        key = frozenset(origin.id for origin in origins)
        if key not in self._met:
            spans = [origin.span for origin in origins]
            self._met[key] = frozenset(name for name, ran in self.ran.items() if meets(ran, spans))
        return frozenset(name for name in tests if name not in self.ran or name in self._met[key])

    def sample(self, candidate: Candidate, tests: Iterable[str]) -> frozenset[str]:
        """Some of the tests that a candidate cannot touch, to be run all the same."""
        draw = random.Random(f"{self.seed} {candidate.id}")
        return frozenset(name for name in tests if draw.random() < AUDITED)

    def audit(self, before: Iterable[Outcome], attempt: Attempt, touched: Collection[str]) -> None:
        """Hold tests that a change cannot touch, and that were run, against what they were."""
        known = {o.id: o.status for o in before}
        untouched = [o for o in attempt.outcomes if o.id not in touched]
        self.audited += len(untouched)
        self.wrong += [o.id for o in untouched if o.status != known[o.id]]


def meets(ran: Collection[Place], spans: Collection[Span]) -> bool:
    """True where a function that ran begins within a span."""
    return any(path == span.path and span.line <= line <= span.end_line for span in spans for path, line in ran)
