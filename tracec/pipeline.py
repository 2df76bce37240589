"""The loop, on one screen: programs are traced, credited and changed; attempts are accepted; the best is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tracec.evaluate.evaluator import Question, with_holdout
from tracec.evaluate.panel import Parent
from tracec.evaluate.step_limited import HASTY
from tracec.models.desk import ModelsGone
from tracec.passes.accept.doubts import total
from tracec.passes.accept.verdict import Verdict
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt, Candidate
from tracec.project.program import Program
from tracec.proofs.confirm import confirmed
from tracec.proofs.other_tests import OtherTests
from tracec.proofs.patch_selection import PatchSelector
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.run.progress import Progress
from tracec.runtime.outcome import Ended, Outcome, Status
from tracec.strategy import ENDLESS, Acceptance, Archive, Proposer, Stop, Strategy, strategy_of
from tracec.work.crediting import credit_of
from tracec.work.opening import arrange, opened
from tracec.work.ranking import Rows, ranking
from tracec.work.result import Result
from tracec.work.told import tell_kept, tell_program
from tracec.work.work import Work


def improve(job: Job, ledger: Ledger, strategy: Strategy) -> Result:
    """Improve a program until its goal is reached, or nothing is left to try or to spend. No user's file is changed."""
    s = strategy
    flags = {"screened": s.screened, "complete": s.complete, "values": s.values, "asks": s.needs_model}
    with opened(job, ledger, events=s.events, **flags) as work:
        found = engines(work, strategy) if work.wanting else None
        while not confirmed(work, found):
            found = engines(work, strategy)
        return work.result


def engines(work: Work, strategy: Strategy) -> Parent | None:
    """What a strategy finds, and where that is nothing, or something speaks against it, those that go on after it.

    Each is given the best program of those before it to go on from.
    """
    work.partials.clear()
    arrange(work, screened=strategy.screened, complete=strategy.complete)
    loop = Loop.of(work, strategy)
    found = loop.run()
    while (then := loop.strategy.then) and not (loop.sound or work.result.interrupted or work.ledger.late()):
        loop.drain()
        hand_on(work, loop, then)
        loop = Loop.of(work, then, loop)
        found = loop.run() or found
    return found


def hand_on(work: Work, loop: Loop, then: Strategy) -> None:
    """What the next engine is given: the best program so far, and credit of its own kind."""
    best = loop.archive.best()
    if best is not None and best not in work.partials:
        work.partials.append(best)
    arrange(work, screened=then.screened, complete=then.complete)
    if then.propagator is not loop.strategy.propagator:
        for parent in (work.root, *work.partials):
            parent.credit = None


def blame(job: Job, ledger: Ledger) -> tuple[Program, Rows, tuple[Outcome, ...], tuple[str, ...]]:
    """The program, the places that explain its failing tests, how these ended, and warnings."""
    strategy = strategy_of("search")
    with opened(job, ledger, events=strategy.events, changes=False) as work:
        credit = credit_of(work, work.root, strategy) if work.wanting else {}
        return (
            work.root.program,
            ranking(work.root.program, credit),
            (*work.root.panel.failed(),),
            (*work.result.warnings,),
        )


@dataclass(slots=True)
class Loop:
    """The one loop, with one policy for each step."""

    work: Work
    strategy: Strategy
    proposer: Proposer
    accept: Acceptance
    archive: Archive
    stop: Stop
    solutions: list[tuple[Parent, Attempt]] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)  # the programs that were evaluated
    waiting: dict[Parent, int] = field(default_factory=dict)
    patiences: tuple[int, ...] = (*HASTY, 0)  # for tests that are held out
    earlier: Sequence[tuple[Parent, Attempt]] = ()  # solutions of the loops before
    others: OtherTests | None = None  # while it runs
    kept: int = 0  # attempts that were noted for the page of the run

    @staticmethod
    def of(work: Work, strategy: Strategy, before: Loop | None = None) -> Loop:
        """Make the policies that keep a state. What the loop `before` found counts beside what this one finds."""
        s = strategy
        loop = Loop(work, s, s.proposer(work), s.acceptance(work), s.archive(work), s.stop(work))
        if before:
            loop.tried, loop.earlier = before.tried, [*before.earlier, *before.solutions]
            loop.kept = before.kept
        work.ledger.engine = s.name or work.job.config.with_
        return loop

    @property
    def sound(self) -> bool:
        """True where a change reaches the goal, of this loop or of those before, and little speaks against it."""
        return bool(self.solutions or self.earlier) and total(self.work.result.chosen.doubts) <= self.strategy.sure

    def run(self) -> Parent | None:
        """The program that reaches the goal, else the best there is; None where none is better than the user's."""
        with OtherTests(self.work) as others:
            self.others = others
            while self.search():
                if not self.strategy.needs_model:  # else each was judged as it came
                    self.solutions = [one for one in self.solutions if self.stands(*one)]
                if self.solutions:
                    return PatchSelector(self.work, others.doubts()).select([*self.solutions, *self.earlier])
            if self.earlier:
                return PatchSelector(self.work, others.doubts()).select(self.earlier)
        return self.honest(self.archive.best())

    def stands(self, parent: Parent, attempt: Attempt) -> bool:
        """True unless it breaks a test of the project that was not named, which is said, to a model too."""
        broken = self.others.broken(parent.program.advanced(attempt.candidate)) if self.others else ""
        if broken:
            self.work.result.warn(f"a change that passes the tests named breaks {broken}, so it is dropped")
            if self.strategy.needs_model:
                failed = Outcome(broken, Status.FAILED, "it is not among the tests named, and passed before")
                self.proposer.learn(parent, [replace(attempt, outcomes=(*attempt.outcomes, failed))])
        return not broken

    def search(self) -> bool:
        """Go on until enough is found, or nothing is left to try or to spend; True where a change reaches the goal."""
        try:
            while not self.work.ledger.late() and not self.stop(self.solutions):
                parent = self.archive.select()
                if parent is None:
                    break
                self.turn(parent)
            if self.strategy.then is not None and not self.solutions:
                self.finish()
        except ModelsGone as error:
            if not self.solutions and self.archive.best() is None:
                raise
            self.work.result.warn(f"{error}; this is the best so far")
        except KeyboardInterrupt:
            if self.work.desk:
                self.work.desk.stop()
            self.work.result.interrupted = True
            self.work.result.warn("interrupted: this is the best so far")
            self.work.job.tell("interrupted: proving the best change found so far; interrupt once more to leave")
        return bool(self.solutions)

    def finish(self) -> None:
        """What is under way is settled, before another engine asks about the same programs."""
        for parent, count in self.waiting.items():
            while count and not self.work.ledger.late() and self.settled(parent):
                count = self.waiting[parent]

    def drain(self) -> None:
        """What is still under way once enough was found is run out and forgotten: another engine waits for its own."""
        for parent, count in self.waiting.items():
            while count > 0 and not self.work.ledger.late() and (ended := self.work.evaluator.results(parent)):
                count -= len(ended)

    def turn(self, parent: Parent) -> None:
        """Trace -> credit -> propose -> evaluate -> learn -> accept -> archive, for one program."""
        if parent.credit is None:
            tell_program(self.work.ledger, parent)
        credit = credit_of(self.work, parent, self.strategy)
        if not parent.panel.failing_tests and not parent.panel.scored:  # none of them runs what may change
            return self.archive.drop(parent)
        together = self.proposer.lookahead < ENDLESS
        room = self.proposer.lookahead - self.waiting.get(parent, 0)
        room = room if together else min(room, self.work.evaluator.room(parent))
        proposed = self.proposer.propose(parent, credit, room) if room > 0 else None
        for candidate in self.admitted(parent, proposed or ()):
            self.work.evaluator.submit(parent, Question(candidate))
        last = proposed is not None and (not proposed or self.work.ledger.spent)
        done = self.settled(parent, last=last)
        while together and self.waiting.get(parent, 0) and not self.work.ledger.late():
            if not (self.settled(parent) or self.settled(parent, last=True)):  # what was put off has its turn now
                break
        if last and not done:
            self.archive.drop(parent)

    def settled(self, parent: Parent, *, last: bool = False) -> bool:
        """The next attempts at changing a program are learnt from, accepted or not, and archived; False for none."""
        attempts = self.work.evaluator.results(parent, last=last)
        self.waiting[parent] = max(0, self.waiting.get(parent, 0) - len(attempts))
        self.proposer.learn(parent, attempts)
        for attempt in attempts:
            self.settle(parent, attempt)
        return bool(attempts)

    def admitted(self, parent: Parent, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        """Those that make a program which was not tried, as long as they can be paid for.

        One of which all is known costs nothing; one of which some is known may be tried again, as more is known of it.
        """
        ledger, known = self.work.ledger, list[Attempt]()
        for candidate in candidates:
            content = parent.program.content(candidate)
            if content in self.tried and not candidate.known:
                ledger.known += 1
                known.append(Attempt(candidate, (), Ended.KNOWN))
            elif (candidate.known and not parent.panel.unknown(candidate)) or ledger.reserve():
                self.tried.add(content)
                self.waiting[parent] = self.waiting.get(parent, 0) + 1
                yield candidate
            else:
                break
        if known:
            self.proposer.learn(parent, known)

    def settle(self, parent: Parent, attempt: Attempt) -> None:
        """One attempt: the tests that are held out have their say, it is accepted or not, and archived."""
        work = self.work
        if attempt.ended == Ended.DONE and parent.panel.held_out and parent.panel.solved_by(attempt):
            attempt = with_holdout(work.evaluator, parent, attempt, work.ledger.left(), self.patiences)
            if any(o.endless for o in attempt.outcomes if o.id in parent.panel.held_out):
                self.patiences = HASTY  # such a test waited for its end once
        verdict = self.accept(parent, attempt)
        if verdict == Verdict.SOLVED and self.strategy.needs_model and not self.stands(parent, attempt):
            verdict = Verdict.BREAKS
        work.result.chosen.count(verdict)
        self.kept = tell_kept(work.ledger, self.kept, parent, attempt, verdict)
        if verdict == Verdict.SOLVED:
            self.solutions.append((parent, attempt))
        self.archive.add(parent, attempt, verdict)
        work.job.tell.live(self.progress(attempt))

    def honest(self, parent: Parent | None) -> Parent | None:
        """A program that passes only some tests, if its changes do not memorise these.

        One that passes all was judged as a solution, and is none.
        """
        if parent is None or not (parent.panel.scored or parent.panel.failing_tests):
            return None
        if not self.work.honesty.memorises(parent.program, NO_CHANGE):
            return parent
        self.work.result.chosen.count(Verdict.MEMORISES)
        return None

    def progress(self, attempt: Attempt) -> Progress:
        """How far the search is."""
        ledger, (best, goals), prior = self.work.ledger, self.archive.progress(), attempt.candidate.prior
        best = goals if self.solutions or self.earlier else best
        limit, tier = ledger.budget.seconds, None if prior is None else int(prior)
        left, asked = ledger.left() if limit is not None else None, ledger.purse.spent.calls
        return Progress(ledger.candidates, best, goals, ledger.engine, tier, left, limit, asked, attempt.candidate.why)
