"""Panel and Parent: what candidates are held to, and the program that they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracec.passes.nouns.candidate import Attempt, Candidate, followed
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.runs import TracedRun
from tracec.project.program import Program
from tracec.runtime.outcome import Ended, Outcome, Status

SLOW_STEPS = 20_000  # steps of a passing test from which on it is run after the others; chosen
WAITING = 0.25  # seconds of a test that does something else than run code: it comes last; chosen
LEAST_STEPS = 200_000  # what a failing test may use at least: nobody knows what it needs once it is repaired; chosen
SLACK = 10  # how many times the steps of the unchanged program a candidate may use; chosen
USUAL = 0.9  # the share of the tests that ended which use no more than the usual steps; chosen
PROTECTED = 8  # regression tests at the head of the order, which none is moved in front of; chosen


@dataclass(slots=True)
class Panel:
    """The cases that a program and its candidates are compared on, with the program's own outcomes `before`.

    `failing_tests` must pass; `regression_tests` must end as they did, those that catch most first. `unconfined_only`
    pass only outside the confinement and `held_out` do not choose: neither judges a candidate. `reach` has, for each
    target, the failing tests that were seen to run it. `complete`: all cases are run for every candidate, whatever
    comes of each. `scored`: they are a metric's, which is complete.
    """

    before: tuple[Outcome, ...]
    files: Mapping[str, str]  # case -> its file
    unconfined_only: frozenset[str] = frozenset()
    held_out: frozenset[str] = frozenset()
    complete: bool = False
    scored: bool = False
    failing_tests: tuple[str, ...] = ()
    regression_tests: list[str] = field(default_factory=list)
    expect: dict[str, tuple[Status, ...]] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    reach: dict[str, frozenset[str]] = field(default_factory=dict)

    def judging(self) -> tuple[Outcome, ...]:
        """The outcomes that candidates are compared with."""
        return tuple(o for o in self.before if o.id not in self.unconfined_only | self.held_out)

    def comparable(self) -> tuple[str, ...]:
        """The cases that programs are compared on, those held out too: what is not known of one is as it was."""
        return tuple(o.id for o in self.before if o.id not in self.unconfined_only)

    def failed(self) -> list[Outcome]:
        """The outcomes of the failing tests."""
        wanted = set(self.failing_tests)
        return [o for o in self.before if o.id in wanted]

    def hold_to(self, failing: Iterable[str]) -> None:
        """Fix what candidates are held to: `failing` must pass, every test that did not fail must end as it did."""
        known = {o.id: o for o in self.before}
        wanted = set(failing) - self.held_out
        first = [o for o in self.before if o.id in wanted]
        first.sort(key=lambda o: (not o.raised, o.seconds > WAITING, o.steps))
        self.failing_tests = tuple(o.id for o in first)
        files = {self.files.get(name) for name in self.failing_tests}
        rest = [o for o in self.judging() if not o.failed]
        slow = {o.id for o in rest if o.steps > SLOW_STEPS or o.seconds > WAITING}
        rest.sort(key=lambda o: (o.id in slow, self.files.get(o.id) not in files))
        self.regression_tests = [o.id for o in rest]
        self.expect = {o.id: (Status.PASSED,) if o.failed else (o.status,) for o in (*first, *rest)}
        least = max(LEAST_STEPS, SLACK * self.most_steps())
        self.steps = {o.id: least if known[o.id].failed else max(LEAST_STEPS, SLACK * o.steps) for o in self.before}

    def hold_out(self, tests: frozenset[str]) -> None:
        """Keep some tests out of the choice among candidates."""
        self.held_out = tests
        self.hold_to(self.failing_tests)

    def rebased(self, outcomes: Sequence[Outcome]) -> Panel:
        """The panel for the candidates of a changed program with these outcomes."""
        new = {o.id: o for o in outcomes}
        before = tuple(new.get(o.id, o) for o in self.before)
        panel = replace(self, before=before, held_out=self.held_out - new.keys())
        if self.scored:  # the limits are those of the user's program
            panel.failing_tests = tuple(o.id for o in before if o.failed)
        else:
            panel.hold_to(o.id for o in outcomes if o.failed)
        return panel

    def unknown(self, candidate: Candidate) -> tuple[str, ...]:
        """The cases that judge a candidate, less those of which it knows the outcome."""
        known = {o.id for o in candidate.known}
        return tuple(o.id for o in self.judging() if o.id not in known)

    def ended(self) -> list[Outcome]:
        """Of the tests that judge, those that came to an end by themselves."""
        return [o for o in self.judging() if o.status in (Status.PASSED, Status.FAILED)]

    def seconds(self) -> float:
        """The seconds that the tests took which came to an end."""
        return sum(o.seconds for o in self.ended())

    def most_steps(self) -> int:
        """The steps of the longest test that came to its end."""
        return max((o.steps for o in self.ended()), default=0)

    def usual_steps(self) -> int:
        """The steps that nine in ten of those tests do not exceed."""
        steps = sorted(o.steps for o in self.ended())
        return steps[int(USUAL * len(steps))] if steps else 0

    def move_up(self, attempt: Attempt) -> None:
        """A test that refused a candidate goes first among the regression tests next time."""
        last = attempt.outcomes[-1].id if attempt.outcomes and attempt.ended == Ended.STOPPED else ""
        if last in self.regression_tests[PROTECTED:]:
            self.regression_tests.remove(last)
            self.regression_tests.insert(0, last)

    def share(self, attempt: Attempt) -> float:
        """The part, 0 to 1, of the failing tests that run what was changed which pass now."""
        reached = [self.reach.get(name, frozenset(self.failing_tests)) for name in attempt.candidate.values]
        tests = frozenset[str]().union(*reached) if reached else frozenset(self.failing_tests)
        return len(attempt.passed() & tests) / max(1, len(tests))

    def solved_by(self, attempt: Attempt) -> bool:
        """True where every test asked for ended as it should."""
        said = {o.id: o.status for o in attempt.outcomes}
        return attempt.ended == Ended.DONE and all(said.get(name) in wanted for name, wanted in self.expect.items())

    def holdout_agrees(self, attempt: Attempt) -> bool:
        """True where the tests held out that failed pass, and the others ended as before."""
        said = {o.id: o.status for o in attempt.outcomes}
        held = [o for o in self.before if o.id in self.held_out]
        return all(said.get(o.id) == (Status.PASSED if o.failed else o.status) for o in held)


@dataclass(slots=True, eq=False)
class Parent:
    """A program to go on from.

    `changes` led to it, `made_by` is the last of them with the outcomes of all tests, None for the user's program. With
    `retrace` its own runs are traced; else the credit is taken over from `origin`. `beside` are programs that an
    archive gives along with it, for the next change to draw on.
    """

    panel: Panel
    given: Program | None = None  # at first; others are made when they are needed
    changes: tuple[Candidate, ...] = ()
    made_by: Attempt | None = None
    origin: Parent | None = None
    retrace: bool = True
    credit: Mapping[str, Credit] | None = None
    runs: tuple[TracedRun, ...] = ()  # its own, where a model is to see them
    beside: tuple[Parent, ...] = ()

    @property
    def program(self) -> Program:
        """The program with all its changes."""
        if self.given is None:
            assert self.origin is not None
            assert self.made_by is not None
            self.given = self.origin.program.advanced(self.made_by.candidate)
        return self.given

    def child(self, attempt: Attempt) -> Parent:
        """The parent that an attempt at changing this one makes."""
        panel = self.panel.rebased(attempt.outcomes)
        return Parent(panel, None, followed(self.changes, attempt.candidate), attempt, self)

    def passed(self) -> frozenset[str]:
        """The tests that pass in this program."""
        return self.made_by.passed() if self.made_by else frozenset()
