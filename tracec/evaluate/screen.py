"""Screening: many candidates are tried one after another in one process, and only those that stand it are evaluated.

Screening can only refuse a candidate. What stands it is evaluated with all tests in a process of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracec.evaluate.case_cost import dear, spread, work
from tracec.evaluate.cold_looks import COLD_SHARE, ColdLooks
from tracec.evaluate.evaluator import Question, invalid
from tracec.evaluate.local_evaluator import LEAST_SECONDS, LocalEvaluator
from tracec.evaluate.panel import Parent
from tracec.evaluate.step_limited import StepLimited
from tracec.evaluate.trials import Group, outcomes_of, seen
from tracec.guests.protocol import Reply, Request, Trial
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt, Candidate
from tracec.passes.nouns.errors import Unplaceable
from tracec.passes.nouns.target import VALUES
from tracec.runtime.guest.screening import EARLY
from tracec.runtime.outcome import Ended, Outcome, Status

FEW = 4  # candidates of the first group: the likeliest are among them; it doubles from group to group; chosen
MANY = 32  # candidates of a group at most; docs/decisions/2026-11-22-first-look.md
AHEAD = 4  # groups that are asked for before the first of them is read, however many run at once; chosen
FAILING = 12  # failing tests that screening runs; chosen
PASSING = 8  # passing tests that it runs; chosen
MOST_FAILING = 48  # failing tests that it chooses from; chosen
GROUP_SECONDS = 0.5  # wall seconds of one candidate, besides what its tests took before; chosen
COMPARED_SECONDS = 5.0  # wall seconds, at least, of the unchanged program, once: a loaded machine is no reason; chosen
SLOWER = 5  # and besides so many times the time of the slowest of them; chosen
WHOLE_SECONDS = 2.0  # wall seconds for the whole suite, besides SLOWEST times what it took before; chosen
SLOWEST = 3  # see above; chosen
STEPS = 1_500  # steps of a test, at least; chosen
SLACK = 10  # times the steps that a test took before; chosen
ENDLESS_STEPS = 20_000  # steps of a test that came to no end before: what it needs is not known; chosen
LEAKS = 1  # screenings whose closing check failed, as state leaked between candidates: so many are put up with; chosen
LEAKY = 0.2  # and besides this share of all; after more, each process screens one candidate; chosen
EVERY = 100  # candidates after which those that ran out of steps get their share of the work; chosen
AGAIN_SHARE = 0.3  # that share; chosen
GROUP_WORK = 50_000  # steps that screening one candidate is worth; measured on toy suites, 2026-11-22


class Screen:
    """The screening of one parent's candidates.

    Each group ends with the unchanged program, which must fail as it did before: where it does not, each candidate is
    screened again in a process of its own; where that happens often, every group has one candidate from then on.

    What no live process can take, or runs nowhere but on import, costs as much as dozens of others: it waits until the
    others took their share of the work. What is tried in which order follows from the candidates and what came of them,
    not from time.
    """

    def __init__(self, inner: LocalEvaluator, parent: Parent) -> None:
        self._inner, self._parent, self._panel = inner, parent, parent.panel
        self._base = parent.program.content(NO_CHANGE)[:12]
        self._failing = spread(self._panel.failed(), self._panel.failing_tests)[:MOST_FAILING]
        self._alone_worth = {*self._panel.failing_tests} - dear(self._panel.failed())  # though others fail
        usual = max(STEPS, SLACK * self._panel.usual_steps())
        before = self._panel.before
        own = {o.id: ENDLESS_STEPS if o.endless else max(STEPS, SLACK * o.steps) for o in before}
        self._steps = {o.id: max(own[o.id], usual) if o.failed else own[o.id] for o in before}
        self._seconds = {o.id: o.seconds for o in self._panel.ended()}
        self._limited = StepLimited(inner, parent, self._base)
        self._buffer: list[Candidate] = []
        self._groups: deque[Group] = deque()
        self._size = FEW
        self._read_groups = self._leaks = self._tried = 0
        self._work = 0  # steps
        self._cold = ColdLooks(inner.ledger, len(inner.suite.ids), self._base)
        self._late: set[str] = set()  # candidates that took too long once
        self._rest: Iterator[Attempt] | None = None
        self.unchanged: dict[str, Outcome] = {}
        self.one_per_process = False
        self.off = inner.needs_overlay or not self._comparable()

    def room(self) -> int:
        """Candidates that fill the groups which may be asked for now."""
        free = AHEAD - len(self._groups)
        if self.off or self.one_per_process:
            return max(0, free - len(self._buffer))
        return max(0, sum(min(MANY, self._size << step) for step in range(free)) - len(self._buffer))

    def submit(self, candidate: Candidate) -> None:
        """Take a candidate; a full group is asked for."""
        self._buffer.append(candidate)
        if len(self._buffer) >= self._group_size():
            self._ask()

    def results(self, last: bool) -> list[Attempt]:
        """The attempts of the oldest group; at the end what was put off, one at a time."""
        if self._buffer and (last or not self._groups):
            self._ask()
        while self._groups:
            group = self._groups.popleft()
            reply = self._inner.suite.wait_for(group.number)
            found = [attempt for one in self._read(group, reply) for attempt in self._noted(one)]
            found += [a for one in self._cold_turn(COLD_SHARE * self._work) for a in self._noted(one)]
            if found or not last:  # nothing at the end means that nothing is left
                return found
        if not last:
            return []
        if self._rest is None:
            self._rest = self._put_off()
        attempt = next(self._rest, None)
        if attempt is None:
            self._rest = None  # more may be put off before the end is asked for again
        return [attempt] if attempt else []

    def _put_off(self) -> Iterator[Attempt]:
        for attempt in self._cold_turn(float("inf")):
            yield from self._noted(attempt)
        yield from self._limited.again(float("inf"))

    def _noted(self, attempt: Attempt) -> Iterator[Attempt]:
        """An attempt, and further ones of the same candidate where it ran out of steps."""
        self._tried += 1
        self._panel.move_up(attempt)
        self._inner.ledger.note(attempt, self._base)
        self._work += GROUP_WORK + sum(map(work, attempt.outcomes))
        yield attempt
        if attempt.outcomes and attempt.outcomes[-1].status == Status.STEPS:
            yield from self._limited.take(attempt)
        if self._tried % EVERY == 0:
            yield from self._limited.again(AGAIN_SHARE * self._work)

    def _group_size(self) -> int:
        return 1 if self.off or self.one_per_process else self._size

    def _ask(self) -> None:
        """Ask for what waits in the buffer."""
        group, self._buffer = self._buffer, []
        self._size = min(MANY, 2 * self._size)
        asked = self._alone(group[0]) if self.off else self._trials(group)
        if asked is not None:
            self._groups.append(Group(group, asked, self._inner.suite.submit(asked)))

    def _alone(self, candidate: Candidate) -> Request | None:
        """Where nothing is screened: one candidate with all tests; None, and it waits, where it cannot be placed."""
        try:
            return self._inner.request(self._parent, Question(candidate))
        except Unplaceable:
            self._cold.put(candidate)  # its turn comes, and says why
            return None

    def _cold_turn(self, most: float) -> Iterator[Attempt]:
        """The cheapest of those that wait, as long as all such attempts took less than `most` steps."""

        def look(candidate: Candidate) -> Attempt:
            return self._inner.evaluate(self._parent, Question(candidate))

        return self._cold.turn(look, most, self._tried, self._work)

    def _trials(self, group: Sequence[Candidate]) -> Request:
        """What to ask for a group; its last trial is the unchanged program."""
        program = self._parent.program
        closing = () if self.one_per_process else self._failing[:EARLY] if group else self._failing
        picked = [*map(self._picked, group), closing]
        tests = tuple(dict.fromkeys(name for names in picked for name in names))
        places = {name: place for place, name in enumerate(tests)}
        took = [[self._seconds.get(name, 0.0) for name in names] for names in picked]
        most = GROUP_SECONDS + max(sum(seconds) + SLOWER * max(seconds, default=0.0) for seconds in took)
        return Request(
            tests,
            expect=dict.fromkeys((name for name in tests if name not in self._alone_worth), (Status.PASSED,)),
            stop=True,
            steps={name: self._steps[name] for name in tests},
            seconds=max(LEAST_SECONDS, min(self._inner.ledger.left(), most * len(picked))),
            test_seconds=most,
            trials=tuple(program.swaps(candidate) or () for candidate in (*group, NO_CHANGE)),
            picks=tuple(tuple(places[name] for name in names) for names in picked),
            known={o.id: (o.status, o.message) for o in self.unchanged.values()},
        )

    def _of_all(self, group: Sequence[Candidate], tests: Sequence[str]) -> Request:
        """A group that runs all of some tests, whatever comes of each."""
        steps = {name: self._steps[name] for name in tests}
        picks = (*[tuple(range(len(tests)))] * len(group), ())
        return replace(self._trials(group), tests=tuple(tests), expect={}, stop=False, steps=steps, picks=picks)

    def _picked(self, candidate: Candidate) -> tuple[str, ...]:
        """Failing and passing tests, of those that the candidate can touch; none where it can touch no failing one."""
        if self._parent.program.swaps(candidate) is None:
            return ()
        others = [name for name in self._panel.regression_tests if Status.PASSED in self._panel.expect[name]]
        touched = self._inner.reached(self._parent, candidate, (*self._failing, *others))
        failing, others = ([n for n in names if touched is None or n in touched] for names in (self._failing, others))
        return (*failing[:FAILING], *others[:PASSING]) if failing else ()

    def _read(self, group: Group, reply: Reply) -> Iterator[Attempt]:
        """What came of a group; those that the process did not come to are asked again."""
        if not group.asked.trials:
            yield self._inner.answer(self._parent, Question(group.candidates[0]), reply)
            return
        self._read_groups += 1
        candidates = group.candidates
        shared = len(candidates) > 1 and not self.one_per_process
        if reply.ended == Ended.DONE and shared and not self._as_before(reply.tried[-1]):
            return self._part(candidates)
        tests = [[group.asked.tests[place] for place in places] for places in group.asked.picks]
        yield from self._evaluated([*map(self._screened, candidates, tests, reply.tried)])
        rest = candidates[len(reply.tried) :]
        if rest and reply.ended == Ended.TIMEOUT:  # the first of them, or the machine had other things to do
            if rest[0].id in self._late:
                yield Attempt(rest[0], (Outcome(group.asked.tests[0], Status.STEPS),), Ended.STOPPED)
                rest = rest[1:]
            else:
                self._late.add(rest[0].id)
        elif rest:  # it ended the process
            yield self._inner.evaluate(self._parent, Question(rest[0]))
            rest = rest[1:]
        if rest:
            asked = self._trials(rest)
            yield from self._read(Group(rest, asked, -1), self._inner.suite.run(asked))

    def _part(self, candidates: Sequence[Candidate]) -> None:
        """State leaked between candidates: each is asked for again, alone and before all others, and read by itself."""
        self._leaks += 1
        self.one_per_process = self._leaks > LEAKS + LEAKY * self._read_groups
        alone = [([candidate], self._trials([candidate])) for candidate in candidates]
        groups = [Group(one, asked, self._inner.suite.submit(asked, first=True)) for one, asked in alone]
        self._groups.extendleft(reversed(groups))

    def _screened(self, candidate: Candidate, tests: Sequence[str], said: Trial) -> Candidate | Attempt | None:
        """The attempt of a candidate that is refused; the candidate where it stands; None where it was put aside."""
        program = self._parent.program
        if not said or (candidate.edits and program.swaps(candidate) is None):
            self._work += GROUP_WORK
            self._cold.put(candidate)
            return None
        if not tests:  # no failing test runs what is changed, nor did an import
            unseen = Attempt(candidate, (next(iter(self.unchanged.values())),), Ended.STOPPED)
            return candidate if self._inner.unnoted(self._panel, candidate) else unseen
        outcomes = outcomes_of(tests, said)
        stands = len(outcomes) == len(tests) and not any(o.failed for o in outcomes)
        return candidate if stands else Attempt(candidate, outcomes, Ended.STOPPED)

    def _evaluated(self, some: Sequence[Candidate | Attempt | None]) -> Iterator[Attempt]:
        """The candidates among some attempts are evaluated, all at once; the order stays."""
        numbers: dict[int, int | Attempt] = {}
        for place, one in enumerate(some):
            if isinstance(one, Candidate):
                numbers[place] = self._sent(one)
        for place, one in enumerate(some):
            if isinstance(one, Candidate):
                number = numbers[place]
                if isinstance(number, Attempt):
                    yield number
                else:
                    yield self._inner.answer(self._parent, Question(one), self._inner.suite.wait_for(number))
            elif one is not None:
                yield one

    def _sent(self, candidate: Candidate) -> int | Attempt:
        try:
            asked = self._inner.request(self._parent, Question(candidate))
        except Unplaceable as error:
            return invalid(candidate, error)
        return self._inner.suite.submit(asked, first=True)

    def _comparable(self) -> bool:
        """True where screening sees the failing tests fail; keeps what it saw."""
        if any(target.kind in VALUES for target in self._parent.program.targets) or self._parent.program.added:
            return False
        asked = self._trials(())
        asked = replace(asked, seconds=max(asked.seconds, COMPARED_SECONDS))
        reply = self._inner.suite.run(asked)
        self.unchanged = {o.id: o for o in outcomes_of(asked.tests, reply.tried[-1] if reply.tried else ())}
        return bool(self.unchanged) and all(o.failed for o in self.unchanged.values())

    def _as_before(self, said: Trial) -> bool:
        known = [(o.status, o.message) for o in self.unchanged.values()]
        return [(status, text) for status, text, _ in said] == known[:EARLY]

    def touched(self, candidate: Candidate) -> tuple[str, ...]:
        """All tests that judge and that a candidate can touch."""
        judging = tuple(o.id for o in self._panel.judging())
        touched = self._inner.reached(self._parent, candidate, judging)
        return tuple(name for name in judging if touched is None or name in touched)

    def passing(self, candidates: Sequence[Candidate], tests: Sequence[str]) -> list[frozenset[str]]:
        """Which of some failing tests pass with each candidate, by screening; none where that is not to be had."""
        found = [frozenset[str]()] * len(candidates)
        ledger, at = self._inner.ledger, 0
        while not self.off and at < len(candidates):
            some = [candidate for candidate in candidates[at:] if ledger.reserve()]
            if not some:
                break
            ledger.evaluations += len(some)
            reply = self._inner.suite.run(self._of_all(some, tests))
            for number, said in zip(range(at, at + len(some)), reply.tried):
                found[number] = frozenset(o.id for o in outcomes_of(tests, said) if o.passed)
            at += len(some) if reply.ended == Ended.DONE else len(reply.tried) + 1  # the next one ended the process
        return found

    def whole(self, candidate: Candidate) -> Attempt:
        """A candidate and every test that judges, whatever comes of each; those it cannot touch are as they were."""
        known, tests = {o.id: o for o in self._panel.judging()}, self.touched(candidate)
        said: dict[str, Outcome] = {}
        if not self.off and self._parent.program.swaps(candidate) is not None:
            most = WHOLE_SECONDS + SLOWEST * self._panel.seconds()
            most = max(LEAST_SECONDS, min(self._inner.ledger.left(), most))
            asked = replace(self._of_all([candidate], tests), seconds=most, test_seconds=most)
            reply = self._inner.suite.run(asked)
            if reply.ended == Ended.DONE and len(reply.tried[0]) == len(tests):
                said = {o.id: seen(known[o.id], o) for o in outcomes_of(tests, reply.tried[0])}
        ended = Ended.DONE
        if not said:
            attempt = self._inner.evaluate(self._parent, Question(candidate, tests))
            said, ended = {o.id: o for o in attempt.outcomes}, attempt.ended
        whole = [said.get(name, o) for name, o in known.items() if name in said or name not in tests]
        return Attempt(candidate, tuple(whole), ended)
