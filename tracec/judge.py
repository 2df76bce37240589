"""Judge: what the tests say of the program as it is, and of candidates."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracec.passes.errors import TracecError
from tracec.passes.target import Attempt, Candidate
from tracec.program import Program
from tracec.remembered import Remembered
from tracec.request import Reply, Request
from tracec.runtime.feedback import Outcome
from tracec.runtime.limits import is_confined
from tracec.touched import Touched

FIRST_STEPS = 20_000  # loop turns and calls after which a test of the unchanged program is looked at again
MORE_STEPS, MORE_SECONDS = 1_000_000, 2.0  # and again
WAITING = 0.25  # seconds of a test that does something else than run code: it comes last
AGAIN_STEPS = 10_000_000  # and after which it counts as a hang
HANG_SHARE = 0.1  # of the time at hand that a test may take which used very many steps
LEAST_STEPS = 200_000  # what a failing test may use at least: nobody knows what it needs once it is repaired
LONGEST = 3600.0  # seconds of one request
SLACK = 10  # how many times the steps of the unchanged program a candidate may use


@dataclass(slots=True)
class Judge:
    """Runs requests on a suite. `before` are the outcomes of the unchanged program in the suite's order."""

    suite: Remembered
    test_seconds: float
    before: tuple[Outcome, ...] = ()
    goals: tuple[str, ...] = ()  # failing tests that can tell candidates apart, cheapest first
    others: list[str] = field(default_factory=list)  # tests that must end as before; those that catch most come first
    expect: dict[str, tuple[str, ...]] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    reach: dict[str, frozenset[str]] = field(default_factory=dict)  # target -> the goals that were seen to run it
    touched: Touched = field(default_factory=Touched)
    held: frozenset[str] = frozenset()  # tests that pass only without the confinement
    kept: frozenset[str] = frozenset()  # tests that are held out: they do not choose among candidates
    lazy: bool = False  # a file is imported only when a test runs: its changed text goes along with every request

    def baseline(self, seconds: float) -> tuple[Outcome, ...]:
        """Run every test once. One that uses very many steps gets more and at last very many; then it counts as a hang.

        TracecError where that takes longer than `seconds`.
        """
        first = self.all_outcomes(self.suite.ids, FIRST_STEPS, seconds, noting=True)
        if len(first) < len(self.suite.ids):
            what = f"{len(first)} of {len(self.suite.ids)} tests had run when the time was over"
            raise TracecError(what, "raise --budget-seconds, or name fewer tests")
        many = [o.id for o in first if o.status == "steps"]
        more = self.all_outcomes(many, MORE_STEPS, seconds, test_seconds=MORE_SECONDS, noting=True)
        long = tuple(o.id for o in more if o.endless)
        ends = dict.fromkeys(long, ("passed", "failed", "error"))
        asked = Request(
            long,
            expect=ends,
            stop=True,
            steps=AGAIN_STEPS,
            seconds=min(seconds, LONGEST),
            test_seconds=min(self.test_seconds or seconds, max(2.0, HANG_SHARE * seconds)),
        )
        again = self.suite.run(asked).outcomes if long else ()
        known = {o.id: o for o in [*first, *more, *again]}
        known.update(self.freed([o for o in known.values() if o.status in ("failed", "error")], seconds))
        self.before = tuple(known[name] for name in self.suite.ids)
        return self.before

    def freed(self, failing: Sequence[Outcome], seconds: float) -> dict[str, Outcome]:
        """Tests that fail only because of the confinement: they judge no candidate, but the program in the end."""
        if not failing or not is_confined(self.suite.confinement):
            return {}
        again = self.all_outcomes([o.id for o in failing], AGAIN_STEPS, seconds, free=True)
        passed = {o.id: o for o in again if o.status == "passed"}
        self.held = frozenset(passed)
        return passed

    def judging(self) -> tuple[Outcome, ...]:
        """The outcomes that candidates are compared with."""
        return tuple(o for o in self.before if o.id not in self.held | self.kept)

    def seconds(self) -> float:
        """What the tests took that came to an end."""
        return sum(o.seconds for o in self.ended())

    def all_outcomes(
        self,
        ids: Sequence[str],
        steps: int,
        seconds: float,
        overlay: Mapping[str, str] | None = None,
        *,
        free: bool = False,
        noting: bool = False,
        test_seconds: float = 0.0,
    ) -> list[Outcome]:
        """Outcomes of all tests, even where one of them kills the process they run in; those that `seconds` allow."""
        done: dict[str, Outcome] = {}
        end = time.monotonic() + seconds
        while len(done) < len(ids) and time.monotonic() < end:
            rest = tuple(name for name in ids if name not in done)
            left = min(end - time.monotonic(), LONGEST)
            limits = {"steps": steps, "seconds": left, "test_seconds": test_seconds or self.test_seconds}
            asked = Request(rest, overlay=overlay or {}, free=free, noting=noting, **limits)  # type: ignore[arg-type]
            reply = self.suite.run(asked)
            self.touched.learn(reply)
            done.update({o.id: o for o in reply.outcomes})
            if not reply.outcomes:
                status = reply.ended if reply.ended in ("timeout", "memory") else "died"
                done[rest[0]] = Outcome(rest[0], status, reply.detail)
        return [done[name] for name in ids if name in done]

    def rebased(self, outcomes: Sequence[Outcome]) -> Judge:
        """A judge of the changes of a program with these outcomes."""
        new = {o.id: o for o in outcomes}
        judge = replace(self, before=tuple(new.get(o.id, o) for o in self.before), kept=self.kept - new.keys())
        judge.prepare(o.id for o in outcomes if o.failed)
        return judge

    def prepare(self, goals: Iterable[str]) -> None:
        """Fix what candidates are held to: `goals` must pass, every test that did not fail must end as it did."""
        known = {o.id: o for o in self.before}
        wanted = set(goals) - self.kept
        failing = [o for o in self.before if o.id in wanted]
        failing.sort(key=lambda o: (o.status not in ("failed", "error"), o.seconds > WAITING, o.steps))
        self.goals = tuple(o.id for o in failing)
        files = {self.suite.files.get(name) for name in self.goals}
        rest = [o for o in self.judging() if not o.failed]
        slow = {o.id for o in rest if o.steps > FIRST_STEPS or o.seconds > WAITING}
        rest.sort(key=lambda o: (o.id in slow, self.suite.files.get(o.id) not in files))
        self.others = [o.id for o in rest]
        self.expect = {o.id: ("passed",) if o.failed else (o.status,) for o in (*failing, *rest)}
        least = max(LEAST_STEPS, SLACK * self.most_steps())
        self.steps = {o.id: least if known[o.id].failed else max(LEAST_STEPS, SLACK * o.steps) for o in self.before}

    def reached(self, program: Program, candidate: Candidate, tests: Iterable[str]) -> frozenset[str] | None:
        """Those of some tests that a candidate can touch; None for all."""
        return None if self.lazy else self.touched.by(program, candidate, tests)

    def unnoted(self, candidate: Candidate) -> bool:
        """True where a goal was seen to run what is changed, of which it is not known which functions it runs."""
        seen = frozenset[str]().union(*(self.reach.get(name, ()) for name, _ in candidate.changes))
        return any(not self.touched.ran.get(name) for name in seen)

    def affected(self, program: Program, candidate: Candidate) -> tuple[str, ...]:
        """The tests that a candidate can touch, and some passing ones to see whether that is right.

        A goal comes first, even where it can touch none: then it refuses the candidate at once.
        """
        tests = *self.goals, *self.others
        touched = self.reached(program, candidate, tests)
        if touched is None:
            return tests
        more = self.touched.sample(candidate, [name for name in self.others if name not in touched])
        head = () if touched.intersection(self.goals) else self.goals[:1]
        return (*head, *(name for name in tests if name in touched or name in more))

    def keep_back(self, tests: frozenset[str]) -> None:
        """Hold some tests out of the choice among candidates."""
        self.kept = tests
        self.prepare(self.goals)

    def last_word(self, program: Program, attempt: Attempt, most: float, patiences: Sequence[int]) -> Attempt:
        """An attempt with the outcomes of the tests that are held out, as far as they come in `most` seconds.

        Where one runs out of steps they get more, `patiences` times as many, 0 for as many as they need: the attempt
        has passed all else, some perhaps just so.
        """
        if not self.kept:
            return attempt
        tests = tuple(o.id for o in self.before if o.id in self.kept)
        for patience in patiences:
            asked = self.request(program, attempt.candidate, tests, most=most, patience=patience)
            said = self.answer(program, attempt.candidate, self.suite.run(asked), tests)
            if not any(o.status == "steps" for o in said.outcomes):
                break
        return replace(attempt, outcomes=(*attempt.outcomes, *said.outcomes))

    def agrees(self, attempt: Attempt) -> bool:
        """True where the tests held out that failed pass, and the others ended as before."""
        said = {o.id: o.status for o in attempt.outcomes}
        held = [o for o in self.before if o.id in self.kept]
        return all(said.get(o.id) == ("passed" if o.failed else o.status) for o in held)

    def request(
        self,
        program: Program,
        candidate: Candidate,
        tests: Sequence[str] = (),
        *,
        most: float = float("inf"),
        patience: int = 1,
    ) -> Request:
        """What to ask of the suite for one candidate: goals first, and no more than is needed to refuse it.

        With `tests`, all of them, whatever comes of each. `most` bounds the seconds; `patience` multiplies the steps,
        0 means no limit but the time of a test.
        """
        swaps = program.swaps(candidate)
        overlay = program.overlay(candidate) if swaps is None or self.lazy else {}
        slowest = 2.0 + SLACK * max((o.seconds for o in self.ended()), default=0.0)
        return Request(
            tuple(tests) or self.affected(program, candidate),
            swaps or (),
            overlay,
            self.expect,
            not tests,
            {name: steps * patience for name, steps in self.steps.items()},
            seconds=max(1.0, min(most, 20.0 + SLACK * self.seconds())),
            test_seconds=min(self.test_seconds or slowest, slowest) if patience else self.test_seconds,
        )

    def ended(self) -> list[Outcome]:
        """Of the tests that judge, those that came to an end by themselves."""
        return [o for o in self.judging() if o.status in ("passed", "failed")]

    def most_steps(self) -> int:
        """Of a test that came to its end."""
        return max((o.steps for o in self.ended()), default=0)

    def usual_steps(self) -> int:
        """Nine in ten of those tests use no more."""
        steps = sorted(o.steps for o in self.ended())
        return steps[int(0.9 * len(steps))] if steps else 0

    def tried(self, program: Program, candidate: Candidate, tests: Sequence[str]) -> Attempt:
        """One candidate and all of some tests."""
        return self.answer(program, candidate, self.suite.run(self.request(program, candidate, tests)), tests)

    def answer(self, program: Program, candidate: Candidate, reply: Reply, tests: Sequence[str] = ()) -> Attempt:
        """A reply -> Attempt. Tests that the change cannot touch have the outcome that they had.

        A change that live functions cannot take is asked again with the changed files, and of all tests.
        """
        cold = reply.ended == "cold"
        if cold:
            self.lazy = self.lazy or "no live function" in reply.detail
            asked = self.request(program, candidate, tests or (*self.goals, *self.others))
            reply = self.suite.run(replace(asked, overlay=program.overlay(candidate), stop=not tests))
        self.touched.run += len(reply.outcomes)
        if tests:
            return Attempt(candidate, reply.outcomes, reply.ended)
        if not cold:
            self._audit(program, Attempt(candidate, reply.outcomes))
        if reply.ended != "done":
            return Attempt(candidate, reply.outcomes, reply.ended)
        said = {o.id for o in reply.outcomes}
        left_out = tuple(o for o in self.judging() if o.id in self.expect and o.id not in said)
        self.touched.left_out += len(left_out)
        return Attempt(candidate, (*reply.outcomes, *left_out))

    def _audit(self, program: Program, attempt: Attempt) -> None:
        touched = self.reached(program, attempt.candidate, [o.id for o in attempt.outcomes])
        if touched is not None:
            self.touched.audit(self.before, attempt, touched)

    def learn(self, attempt: Attempt) -> None:
        """A test that refused a candidate goes first among the others next time."""
        last = attempt.outcomes[-1].id if attempt.outcomes and attempt.ended == "stopped" else ""
        if last in self.others[8:]:
            self.others.remove(last)
            self.others.insert(0, last)

    def repairs_its_share(self, attempt: Attempt) -> bool:
        """True where more than half of the goals that run what was changed pass: less looks like chance."""
        return self.share(attempt) > 0.5

    def share(self, attempt: Attempt) -> float:
        """The part of the goals that run what was changed which pass."""
        reached = [self.reach.get(name, frozenset(self.goals)) for name, _ in attempt.candidate.changes]
        goals = frozenset[str]().union(*reached)
        return len(attempt.passed() & goals) / max(1, len(goals))

    def solves(self, attempt: Attempt) -> bool:
        """True where every test asked for ended as it should."""
        said = {o.id: o.status for o in attempt.outcomes}
        return attempt.ended == "done" and all(said.get(name) in wanted for name, wanted in self.expect.items())
