"""Candidates -> Attempts, in the same order: a first look at many in one process, then one for each that stands it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from tracec.judge import Judge
from tracec.ledger import Ledger
from tracec.passes.target import Attempt, Candidate
from tracec.program import Program
from tracec.run import Reply, Request
from tracec.runtime.feedback import Outcome

FEW, MANY = 4, 32  # candidates of one first look: a few at first, as the likeliest are among them
FIRST_GOALS, FIRST_OTHERS = 12, 8  # failing and passing tests that a first look runs
FIRST_SECONDS, LOOK_SECONDS = 0.5, 2.0  # for all of them; for the whole suite, besides what it took before
FIRST_STEPS = 1_500  # steps of a test in a first look, at least
NOTHING = Candidate(())
ADDRESS = re.compile(r"0x[0-9a-f]+")
PATIENT = 25  # how many times more steps a candidate gets that ran out of them, when it is looked at again
NEARLY, NEARLY_SHARE = 4, 0.15  # candidates that pass most goals and then run out of steps: of the time left for each
EVERY, SECOND_SHARE = 100, 0.15  # after so many candidates they are looked at again, for this share of the time


class Attempts:
    """The attempts at changing one program. An attempt that fails its first look ends as `stopped`.

    Trials in one process may leave something behind. Each first look ends with the unchanged program, which must fail
    as it did before: where it does not, every candidate gets a process of its own from then on.
    """

    def __init__(self, judge: Judge, program: Program, ledger: Ledger, jobs: int) -> None:
        self._judge, self._program, self._ledger, self._jobs = judge, program, ledger, jobs
        self._goals = judge.goals[:FIRST_GOALS]
        most = max([o.steps for o in judge.before if o.status in ("passed", "failed")], default=0)
        self._steps = max(FIRST_STEPS, 10 * most)
        slowest = max([o.seconds for o in judge.before if o.status in ("passed", "failed")], default=0.0)
        self._seconds = FIRST_SECONDS + 10 * slowest
        self._runaways: list[tuple[int, Attempt]] = []  # with the patience of their next look
        self._size, self._spent, self._nearly = FEW, 0.0, NEARLY
        self.unchanged: dict[str, Outcome] = {}
        self._alone = judge.lazy or not self._comparable()

    def of(self, candidates: Iterable[Candidate]) -> Iterator[Attempt]:
        """One attempt for each candidate, further ones for those that ran out of steps; ends with the budget."""
        for attempt in self._looks(iter(candidates)):
            self._judge.learn(attempt)
            self._ledger.candidates += 1
            yield attempt
            if attempt.outcomes and attempt.outcomes[-1].status == "steps":
                if self._nearly and self._judge.repairs_its_share(attempt):
                    self._nearly -= 1
                    yield from self._again(attempt, 0, NEARLY_SHARE)
                else:
                    self._runaways.append((1, attempt))
            if self._ledger.candidates % EVERY == 0:
                yield from self._second_looks(SECOND_SHARE * self._ledger.seconds())
        yield from self._second_looks(float("inf"))

    def _looks(self, candidates: Iterator[Candidate]) -> Iterator[Attempt]:
        """First looks, some under way while candidates are made."""
        waiting: deque[tuple[int, list[Candidate], Request]] = deque()
        while True:
            while len(waiting) < self._jobs:
                group = list(islice(self._reserved(candidates), 1 if self._alone else self._size))
                if not group:
                    break
                self._size = min(MANY, 2 * self._size)
                asked = self._request(group)
                waiting.append((self._judge.suite.submit(asked), group, asked))
            if not waiting:
                return
            number, group, asked = waiting.popleft()
            reply = self._judge.wait_for(number)
            if asked.trials:
                yield from self._read(group, asked, reply)
            else:
                yield self._judge.answer(self._program, group[0], reply)

    def _reserved(self, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
        while self._ledger.reserve():
            candidate = next(candidates, None)
            if candidate is None:
                self._ledger.release()
                return
            yield candidate

    def _request(self, group: Sequence[Candidate]) -> Request:
        if self._alone:
            return self._judge.request(self._program, group[0], most=self._ledger.left())
        return self._trials(group)

    def _trials(self, group: Sequence[Candidate]) -> Request:
        left = self._ledger.left()
        trials = [self._program.swaps(candidate) or () for candidate in (*group, NOTHING)]
        others = [name for name in self._judge.others if "passed" in self._judge.expect[name]][:FIRST_OTHERS]
        return Request(
            (*self._goals, *others),
            expect=dict.fromkeys(others, ("passed",)),
            stop=True,
            steps=self._steps,
            seconds=max(1.0, min(left, self._seconds * len(trials))),
            test_seconds=self._seconds,
            trials=tuple(trials),
        )

    def _read(self, group: Sequence[Candidate], asked: Request, reply: Reply) -> Iterator[Attempt]:
        """What came of a group; those that the process did not come to are asked again."""
        if reply.ended == "done" and not self._as_before(reply.tried[-1]):
            self._alone = True
            yield from map(self._whole, group)
            return
        for candidate, said in zip(group, reply.tried):
            yield self._first(candidate, asked.tests, said)
        rest = group[len(reply.tried) :]
        if rest and reply.ended == "timeout":  # the first of them
            yield Attempt(rest[0], (Outcome(asked.tests[0], "steps"),), "stopped")
        elif rest:  # it ended the process
            yield self._whole(rest[0])
        if rest[1:]:
            asked = self._trials(rest[1:])
            yield from self._read(rest[1:], asked, self._judge.suite.run(asked))

    def _first(self, candidate: Candidate, tests: Sequence[str], said: Sequence[tuple[str, str]]) -> Attempt:
        if not said:
            return self._whole(candidate)
        outcomes = _outcomes(tests, said)
        stands = len(outcomes) == len(tests) and not any(o.failed for o in outcomes)
        return self._whole(candidate) if stands else Attempt(candidate, outcomes, "stopped")

    def _whole(self, candidate: Candidate) -> Attempt:
        """A candidate in a process of its own."""
        asked = self._judge.request(self._program, candidate, most=self._ledger.left())
        return self._judge.answer(self._program, candidate, self._judge.suite.run(asked))

    def _comparable(self) -> bool:
        """True where a first look sees the goals fail; keeps what it saw."""
        if any(target.kind != "code" for target in self._program.targets):
            return False
        asked = self._trials(())
        reply = self._judge.suite.run(asked)
        self.unchanged = {o.id: o for o in _outcomes(asked.tests, reply.tried[-1] if reply.tried else ())}
        return bool(self.unchanged) and all(o.failed for o in self.unchanged.values())

    def _as_before(self, said: Sequence[tuple[str, str]]) -> bool:
        return [(status, ADDRESS.sub("", text)) for status, text in said] == [
            (o.status, ADDRESS.sub("", o.message)) for o in self.unchanged.values()
        ]

    def passing(self, candidates: Sequence[Candidate], tests: Sequence[str]) -> list[frozenset[str]]:
        """Which of some failing tests pass with each candidate, by a first look; none where that is not to be had."""
        found = [frozenset[str]()] * len(candidates)
        at = 0
        while not self._alone and at < len(candidates):
            some = [candidate for candidate in candidates[at:] if self._ledger.reserve()]
            if not some:
                break
            asked = replace(self._trials(some), tests=tuple(tests), expect={}, stop=False)
            reply = self._judge.suite.run(asked)
            for number, said in zip(range(at, at + len(some)), reply.tried):
                found[number] = frozenset(o.id for o in _outcomes(tests, said) if o.status == "passed")
            at += len(some) if reply.ended == "done" else len(reply.tried) + 1  # the next one ended the process
        return found

    def look(self, candidate: Candidate) -> Attempt:
        """A candidate and every test that judges, whatever comes of each."""
        known = {o.id: o for o in self._judge.judging()}
        tests = tuple(known)
        if not self._alone:
            most = max(1.0, min(self._ledger.left(), LOOK_SECONDS + 3 * self._judge.seconds()))
            asked = self._trials([candidate])
            asked = replace(asked, tests=tests, expect={}, stop=False, seconds=most, test_seconds=most)
            reply = self._judge.suite.run(asked)
            if reply.ended == "done" and len(reply.tried[0]) == len(tests):
                said = _outcomes(tests, reply.tried[0])  # what each cost was not measured
                return Attempt(candidate, tuple(replace(known[o.id], status=o.status, message=o.message) for o in said))
        return self._judge.tried(self._program, candidate, tests)

    def _second_looks(self, most: float) -> Iterator[Attempt]:
        """Candidates that ran out of steps get more, as a right one may on a test that never came to its end before.

        The likeliest first, as long as all second looks took less than `most` seconds.
        """
        self._runaways.sort(key=lambda pair: (pair[0], -len(pair[1].passed()), pair[1].candidate.cost))
        while self._runaways and self._spent < most and self._ledger.left() > 0:
            patience, first = self._runaways.pop(0)
            for attempt in self._again(first, patience):
                if attempt.outcomes and attempt.outcomes[-1].status == "steps" and patience < PATIENT:
                    self._runaways.append((PATIENT, attempt))
                yield attempt

    def _again(self, attempt: Attempt, patience: int, share: float = 1.0) -> Iterator[Attempt]:
        """One candidate with more steps, or with no limit but the time of a test, if the budget allows it.

        It may take `share` of the time that is left.
        """
        if self._ledger.reserve():
            began = self._ledger.seconds()
            most = share * self._ledger.left()
            asked = self._judge.request(self._program, attempt.candidate, most=most, patience=patience)
            again = self._judge.answer(self._program, attempt.candidate, self._judge.suite.run(asked))
            self._spent += self._ledger.seconds() - began
            yield again


def _outcomes(tests: Sequence[str], said: Sequence[tuple[str, str]]) -> tuple[Outcome, ...]:
    return tuple(Outcome(name, status, text) for name, (status, text) in zip(tests, said))
