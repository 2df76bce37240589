"""LocalEvaluator: candidates are run in the guests of a suite on this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tracec.evaluate.case_impact import CaseImpact
from tracec.evaluate.evaluator import Question, Tracer, invalid
from tracec.evaluate.panel import SLACK, Panel, Parent
from tracec.guests.protocol import Reply, Request
from tracec.guests.replaying import ReplayingSuite
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt, Candidate
from tracec.passes.nouns.edits import ReplaceDefinition
from tracec.passes.nouns.errors import Unplaceable
from tracec.passes.nouns.runs import TracedRun
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Ended, Outcome, Status

LEAST_SECONDS = 1.0  # wall seconds that a request has at least; chosen
REQUEST_SECONDS = 20.0  # wall seconds of a request besides what its tests took before, SLACK times; chosen
TEST_SECONDS = 2.0  # the same for one test; chosen
AHEAD = 2  # evaluations asked for, for each that runs at once; chosen


@dataclass(slots=True)
class _Asked:
    """An evaluation under way: the number of its request, or the attempt where none was needed.

    `runs` are those that were traced, `known` outcomes that are there already.
    """

    question: Question
    number: int = -1
    attempt: Attempt | None = None
    known: tuple[Outcome, ...] = ()
    runs: tuple[TracedRun, ...] = ()

    @property
    def free(self) -> bool:
        """True where all was known before."""
        return self.attempt is not None and bool(self.known) and not self.runs


@dataclass(slots=True)
class LocalEvaluator:
    """Evaluates in the guests of a suite on this machine.

    A test that a candidate cannot touch keeps its outcome (`impact`); some are run all the same, to see whether that is
    right. A change that live functions cannot take is collected anew. `needs_overlay`: a file is imported only while a
    test runs, so its changed text goes along with every request.
    """

    suite: ReplayingSuite
    ledger: Ledger
    width: int
    test_seconds: float
    impact: CaseImpact
    needs_overlay: bool = False
    tracer: Tracer = field(init=False)
    _asked: dict[Parent, deque[_Asked]] = field(default_factory=dict)

    def room(self, parent: Parent) -> int:
        """Enough to keep every process busy while results are read."""
        return max(0, AHEAD * self.width - len(self._asked.get(parent, ())))

    def submit(self, parent: Parent, question: Question) -> None:
        """Send the candidate to a guest; one that cannot be placed goes nowhere."""
        asked, candidate = _Asked(question), question.candidate
        try:
            if question.trace:
                asked.attempt = self._traced(parent, question)
            elif question.cases or not (candidate.known or candidate.trace):
                asked.number = self.suite.submit(self.request(parent, question))
            else:
                self._ask_unknown(parent, asked)
        except Unplaceable as error:
            asked.attempt = invalid(candidate, error)
        self._asked.setdefault(parent, deque()).append(asked)

    def results(self, parent: Parent, *, last: bool = False) -> list[Attempt]:
        """The oldest evaluation under way; [] where there is none."""
        waiting = self._asked.get(parent)
        if not waiting:
            return []
        asked = waiting.popleft()
        attempt = asked.attempt
        if attempt is None:
            attempt = self.answer(parent, asked.question, self.suite.wait_for(asked.number))
            attempt = replace(attempt, outcomes=(*asked.known, *attempt.outcomes), runs=asked.runs)
        self.ledger.note(attempt, parent.program.content(NO_CHANGE)[:12], free=asked.free)
        return [attempt]

    def _ask_unknown(self, parent: Parent, asked: _Asked) -> None:
        """Ask for the cases that a candidate does not know; where it is to be traced, first with recording on.

        What recording leaves open is run as it is. Recorded cases say nothing of what they cost.
        """
        candidate, panel = asked.question.candidate, parent.panel
        cases, asked.known = panel.unknown(candidate), candidate.known
        self.impact.left_out += len(candidate.known)
        if candidate.trace and cases:
            usual = {o.id: o for o in panel.before}
            said = self._traced(parent, Question(candidate, cases)).runs
            ended = (Status.PASSED, Status.FAILED)
            asked.runs = tuple(run for run in said if not run.trace.lost and run.outcome.status in ended)
            seen = (replace(usual[r.case], **_told(r.outcome)) for r in asked.runs)
            asked.known = (*candidate.known, *seen)
            cases = tuple(name for name in cases if name not in {run.case for run in asked.runs})
        asked.question = replace(asked.question, cases=cases)
        if cases:
            asked.number = self.suite.submit(self.request(parent, asked.question))
        else:
            asked.attempt = Attempt(candidate, asked.known, runs=asked.runs)

    def evaluate(self, parent: Parent, question: Question) -> Attempt:
        """Ask a guest at once, before the requests that wait."""
        try:
            if question.trace:
                return self._traced(parent, question)
            reply = self.suite.run(self.request(parent, question))
        except Unplaceable as error:
            return invalid(question.candidate, error)
        return self.answer(parent, question, reply)

    def request(self, parent: Parent, question: Question) -> Request:
        """What to ask of a guest for one candidate. Unplaceable where it cannot be placed."""
        panel, program = parent.panel, parent.program
        candidate, cases, limits = question.candidate, question.cases, question.limits
        if candidate.prior is None and any(isinstance(edit, ReplaceDefinition) for edit in candidate.edits):
            program.texts(candidate)  # what was written freely may be no definition at all, or another one's
        swaps = program.swaps(candidate)
        overlay = program.texts(candidate) if swaps is None or self.needs_overlay else {}
        whole = panel.scored and not cases
        tests = tuple(cases) or (tuple(o.id for o in panel.before) if whole else self.affected(parent, candidate))
        slowest = TEST_SECONDS + SLACK * max((o.seconds for o in panel.ended()), default=0.0)
        most = min(limits.seconds, self.ledger.left())
        return Request(
            tests,
            swaps or (),
            overlay,
            panel.expect,
            not cases and not panel.complete,
            {name: steps * limits.patience for name, steps in panel.steps.items()},
            seconds=max(LEAST_SECONDS, min(most, REQUEST_SECONDS + SLACK * panel.seconds())),
            test_seconds=min(self.test_seconds or slowest, slowest) if limits.patience else self.test_seconds,
        )

    def affected(self, parent: Parent, candidate: Candidate) -> tuple[str, ...]:
        """The tests that a candidate can touch, and some passing ones to see whether that is right.

        A failing test comes first, even where the candidate can touch none: then it refuses the candidate at once.
        """
        panel = parent.panel
        tests = *panel.failing_tests, *panel.regression_tests
        touched = self.reached(parent, candidate, tests)
        if touched is None:
            return tests
        more = self.impact.sample(candidate, [name for name in panel.regression_tests if name not in touched])
        head = () if touched.intersection(panel.failing_tests) else panel.failing_tests[:1]
        return (*head, *(name for name in tests if name in touched or name in more))

    def reached(self, parent: Parent, candidate: Candidate, tests: Sequence[str]) -> frozenset[str] | None:
        """Those of some tests that a candidate can touch; None for all."""
        return None if self.needs_overlay else self.impact.touched(parent.program, candidate, tests)

    def unnoted(self, panel: Panel, candidate: Candidate) -> bool:
        """True where a failing test runs what is changed, of which it is not known which functions it runs."""
        seen = frozenset[str]().union(*(panel.reach.get(name, frozenset()) for name in candidate.values))
        return any(not self.impact.ran.get(name) for name in seen)

    def answer(self, parent: Parent, question: Question, reply: Reply) -> Attempt:
        """A reply becomes an attempt. Tests that the change cannot touch keep their outcome.

        A change that live functions cannot take is asked again with the changed files, and of all tests.
        """
        panel, candidate = parent.panel, question.candidate
        cold = reply.ended == Ended.COLD
        if cold:
            self.needs_overlay = self.needs_overlay or "no live function" in reply.detail
            try:
                anew = self._collected_anew(parent, question)
            except Unplaceable as error:
                return invalid(candidate, error)
            reply = self.suite.run(anew)
        self.impact.run += len(reply.outcomes)
        if panel.complete and reply.ended in (Ended.DIED, Ended.MEMORY):
            reply = self._all_run(parent, question, reply)
        if question.cases or panel.scored:
            return Attempt(candidate, reply.outcomes, reply.ended, reply.detail)
        if not cold:
            self._audit(parent, Attempt(candidate, reply.outcomes))
        if reply.ended != Ended.DONE:
            return Attempt(candidate, reply.outcomes, reply.ended, reply.detail)
        said = {o.id for o in reply.outcomes}
        left_out = tuple(o for o in panel.judging() if o.id in panel.expect and o.id not in said)
        self.impact.left_out += len(left_out)
        return Attempt(candidate, (*reply.outcomes, *left_out))

    def _all_run(self, parent: Parent, question: Question, reply: Reply) -> Reply:
        """The reply with the cases after one that ended its process, in another process."""
        wanted = question.cases or self.request(parent, question).tests
        said = {o.id: o for o in reply.outcomes}
        while (rest := [name for name in wanted if name not in said]) and not self.ledger.late():
            more = self.suite.run(self.request(parent, Question(question.candidate, rest)))
            self.impact.run += len(more.outcomes)
            said |= {o.id: o for o in more.outcomes or (Outcome(rest[0], Status.DIED, more.detail),)}
        return replace(reply, outcomes=tuple(said.values()), ended=Ended.DONE)

    def _collected_anew(self, parent: Parent, question: Question) -> Request:
        panel, candidate = parent.panel, question.candidate
        cases = question.cases or (*panel.failing_tests, *panel.regression_tests)
        asked = self.request(parent, Question(candidate, cases))
        return replace(asked, overlay=parent.program.texts(candidate), stop=not question.cases and not panel.complete)

    def _audit(self, parent: Parent, attempt: Attempt) -> None:
        touched = self.reached(parent, attempt.candidate, [o.id for o in attempt.outcomes])
        if touched is not None:
            self.impact.audit(parent.panel.before, attempt, touched)

    def _traced(self, parent: Parent, question: Question) -> Attempt:
        attempt = self.tracer(parent, question.candidate, question.cases)
        self.impact.run += len(attempt.outcomes)
        return attempt


def _told(outcome: Outcome) -> dict[str, Any]:
    """What a case ended with, without what it cost."""
    names = ("status", "message", "path", "line", "score")
    return {name: getattr(outcome, name) for name in names}
