"""Candidates -> Attempts: a first look at many in one process, then a process for each that stands it."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from tracec.evaluate.case_cost import mixed, work
from tracec.evaluate.evaluator import Judge
from tracec.evaluate.step_limited import Runaways
from tracec.guests.protocol import Reply, Request, Trial
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.project.program import Program
from tracec.run.ledger import Ledger
from tracec.runtime.guest.screening import EARLY
from tracec.runtime.outcome import Outcome

FEW, MANY = 4, 32  # candidates of one first look: a few at first, as the likeliest are among them
AHEAD = 4  # first looks that are asked for before the first of them is read, however many run at once
FIRST_GOALS, FIRST_OTHERS = 12, 8  # failing and passing tests that a first look runs
MOST_GOALS = 48  # failing tests that it chooses from
FIRST_SECONDS, SLOWER = 0.5, 5  # for all of them, besides what they took before, one of them so many times that
LOOK_SECONDS = 2.0  # for the whole suite, besides what it took before
FIRST_STEPS = 1_500  # steps of a test in a first look, at least
FOR_ENDLESS = 20_000  # and of one that came to no end before: what it needs is not known
LEAKS, LEAKY = 1, 0.2  # first looks that left something behind: so many, and this share of all, are put up with
NOTHING = Candidate(())
EVERY, SECOND_SHARE = 100, 0.3  # after so many candidates, those that ran out of steps may take this share of the work
COLD_SHARE = 0.5  # of the work, for candidates that need a process which collects anew to be looked at at all
COLD_WORK, COLLECTING = 300_000, 10_000  # what such a process costs, and what each test of the suite adds to it
LOOK_WORK = 50_000  # what a first look costs, in steps


class Attempts:
    """The attempts at changing one program. An attempt that fails its first look ends as `stopped`.

    Trials in one process may leave something behind. Each first look ends with the unchanged program, which must fail
    as it did before: where it does not, each candidate is tried again in a process of its own; where that happens
    often, every first look is at one candidate from then on.

    What no live process can take, or runs nowhere but on import, costs as much as dozens of others: it waits until the
    others took their share of the work.

    What is tried and in which order follows from the candidates and what came of them, not from time. `seen` are the
    programs that were tried: none is tried twice.
    """

    def __init__(self, judge: Judge, program: Program, ledger: Ledger, seen: set[str] | None = None) -> None:
        self._judge, self._program, self._ledger = judge, program, ledger
        self._base, self._seen = program.content(NOTHING)[:12], set[str]() if seen is None else seen
        self._goals = mixed([o for o in judge.before if o.id in judge.goals], judge.goals)[:MOST_GOALS]
        usual = max(FIRST_STEPS, 10 * judge.usual_steps())
        own = {o.id: FOR_ENDLESS if o.endless else max(FIRST_STEPS, 10 * o.steps) for o in judge.before}
        self._steps = {o.id: max(own[o.id], usual) if o.failed else own[o.id] for o in judge.before}
        self._seconds = {o.id: o.seconds for o in judge.ended()}
        self._runaways = Runaways(judge, program, ledger, self._base)
        self._size = FEW
        self._groups, self._leaks = 0, 0
        self._work = 0  # steps of first looks
        self._cold: list[tuple[float, int, Candidate]] = []
        self._cold_work, self._colds = 0, 0
        self.unchanged: dict[str, Outcome] = {}
        self._late = set[str]()  # candidates that took too long once
        self._single = False  # first looks are at one candidate each
        self._alone = judge.lazy or not self._comparable()  # none are taken

    def of(self, candidates: Iterable[Candidate]) -> Iterator[Attempt]:
        """One attempt for each candidate, further ones for those that ran out of steps; ends with the budget."""
        for tried, attempt in enumerate(self._looks(iter(candidates)), 1):
            self._judge.learn(attempt)
            self._ledger.note(attempt, self._base)
            self._work += LOOK_WORK + sum(map(work, attempt.outcomes))
            yield attempt
            if attempt.outcomes and attempt.outcomes[-1].status == "steps":
                yield from self._runaways.take(attempt)
            if tried % EVERY == 0:
                yield from self._runaways.again(SECOND_SHARE * self._work)
        yield from self._runaways.again(float("inf"))

    def _looks(self, candidates: Iterator[Candidate]) -> Iterator[Attempt]:
        """First looks, some under way while candidates are made."""
        waiting: deque[tuple[int, list[Candidate], Request]] = deque()
        while not self._ledger.late():
            while len(waiting) < AHEAD:
                group = list(islice(self._reserved(candidates), 1 if self._alone or self._single else self._size))
                if not group:
                    break
                self._size = min(MANY, 2 * self._size)
                asked = self._request(group)
                waiting.append((self._judge.suite.submit(asked), group, asked))
            if not waiting:
                yield from self._cold_looks(float("inf"))
                return
            number, group, asked = waiting.popleft()
            reply = self._judge.suite.wait_for(number)
            if asked.trials:
                yield from self._read(group, asked, reply)
            else:
                yield self._judge.answer(self._program, group[0], reply)
            yield from self._cold_looks(COLD_SHARE * self._work)

    def _cold_looks(self, most: float) -> Iterator[Attempt]:
        """The cheapest of those that wait, as long as all such looks took less than `most` steps."""
        while self._cold and self._cold_work < most and not self._ledger.late():
            self._cold_work += COLD_WORK + COLLECTING * len(self._judge.suite.ids)
            yield self._whole(heapq.heappop(self._cold)[2])

    def _reserved(self, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
        """Those that make a program which was not tried, as long as they can be paid for."""
        for candidate in candidates:
            content = self._program.content(candidate)
            if content in self._seen:
                self._ledger.known += 1
                continue
            if not self._ledger.reserve():
                return
            self._seen.add(content)
            yield candidate

    def _request(self, group: Sequence[Candidate]) -> Request:
        if self._alone:
            return self._judge.request(self._program, group[0], most=self._ledger.left())
        return self._trials(group)

    def _trials(self, group: Sequence[Candidate]) -> Request:
        closing = () if self._single else self._goals[:EARLY] if group else self._goals
        picked = [*map(self._picked, group), closing]
        tests = tuple(dict.fromkeys(name for names in picked for name in names))
        places = {name: place for place, name in enumerate(tests)}
        took = [[self._seconds.get(name, 0.0) for name in names] for names in picked]
        most = FIRST_SECONDS + max(sum(seconds) + SLOWER * max(seconds, default=0.0) for seconds in took)
        return Request(
            tests,
            expect=dict.fromkeys((name for name in tests if name not in self._judge.goals), ("passed",)),
            stop=True,
            steps={name: self._steps[name] for name in tests},
            seconds=max(1.0, min(self._ledger.left(), most * len(picked))),
            test_seconds=most,
            trials=tuple(self._program.swaps(candidate) or () for candidate in (*group, NOTHING)),
            picks=tuple(tuple(places[name] for name in names) for names in picked),
            known={o.id: (o.status, o.message) for o in self.unchanged.values()},
        )

    def _of_all(self, group: Sequence[Candidate], tests: Sequence[str]) -> Request:
        """A first look at candidates that runs all of some tests, whatever comes of each."""
        steps = {name: self._steps[name] for name in tests}
        picks = (*[tuple(range(len(tests)))] * len(group), ())
        return replace(self._trials(group), tests=tuple(tests), expect={}, stop=False, steps=steps, picks=picks)

    def _picked(self, candidate: Candidate) -> tuple[str, ...]:
        """Goals and passing tests, of those that the candidate can touch; none where it can touch no goal."""
        others = [name for name in self._judge.others if "passed" in self._judge.expect[name]]
        touched = self._judge.reached(self._program, candidate, (*self._goals, *others))
        goals, others = ([n for n in names if touched is None or n in touched] for names in (self._goals, others))
        return (*goals[:FIRST_GOALS], *others[:FIRST_OTHERS]) if goals else ()

    def _read(self, group: Sequence[Candidate], asked: Request, reply: Reply) -> Iterator[Attempt]:
        """What came of a group; those that the process did not come to are asked again."""
        self._groups += 1
        if reply.ended == "done" and not self._single and not self._as_before(reply.tried[-1]):
            self._leaks += 1
            self._single = self._leaks > LEAKS + LEAKY * self._groups
            yield from map(self._whole, group)
            return
        tests = [[asked.tests[place] for place in places] for places in asked.picks]
        for candidate, names, said in zip(group, tests, reply.tried):
            if said:
                yield self._first(candidate, names, said)
            else:
                self._colds += 1
                self._work += LOOK_WORK
                heapq.heappush(self._cold, (candidate.cost, self._colds, candidate))
        rest = group[len(reply.tried) :]
        if rest and reply.ended == "timeout":  # the first of them, or the machine had other things to do
            if rest[0].id in self._late:
                yield Attempt(rest[0], (Outcome(asked.tests[0], "steps"),), "stopped")
                rest = rest[1:]
            else:
                self._late.add(rest[0].id)
        elif rest:  # it ended the process
            yield self._whole(rest[0])
            rest = rest[1:]
        if rest:
            asked = self._trials(rest)
            yield from self._read(rest, asked, self._judge.suite.run(asked))

    def _first(self, candidate: Candidate, tests: Sequence[str], said: Trial) -> Attempt:
        if not tests:  # no goal runs what is changed, nor did an import
            unseen = Attempt(candidate, (next(iter(self.unchanged.values())),), "stopped")
            return self._whole(candidate) if self._judge.unnoted(candidate) else unseen
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

    def _as_before(self, said: Trial) -> bool:
        known = [(o.status, o.message) for o in self.unchanged.values()]
        return [(status, text) for status, text, _ in said] == known[:EARLY]

    def to_look_at(self, candidate: Candidate) -> tuple[str, ...]:
        """All tests that judge and that a candidate can touch."""
        judging = tuple(o.id for o in self._judge.judging())
        touched = self._judge.reached(self._program, candidate, judging)
        return tuple(name for name in judging if touched is None or name in touched)

    def passing(self, candidates: Sequence[Candidate], tests: Sequence[str]) -> list[frozenset[str]]:
        """Which of some failing tests pass with each candidate, by a first look; none where that is not to be had."""
        found = [frozenset[str]()] * len(candidates)
        at = 0
        while not self._alone and at < len(candidates):
            some = [candidate for candidate in candidates[at:] if self._ledger.reserve()]
            if not some:
                break
            self._ledger.evaluations += len(some)
            reply = self._judge.suite.run(self._of_all(some, tests))
            for number, said in zip(range(at, at + len(some)), reply.tried):
                found[number] = frozenset(o.id for o in _outcomes(tests, said) if o.status == "passed")
            at += len(some) if reply.ended == "done" else len(reply.tried) + 1  # the next one ended the process
        return found

    def look(self, candidate: Candidate) -> Attempt:
        """A candidate and every test that judges, whatever comes of each; those it cannot touch are as they were."""
        known, tests = {o.id: o for o in self._judge.judging()}, self.to_look_at(candidate)
        said: dict[str, Outcome] = {}
        if not self._alone:
            most = max(1.0, min(self._ledger.left(), LOOK_SECONDS + 3 * self._judge.seconds()))
            asked = replace(self._of_all([candidate], tests), seconds=most, test_seconds=most)
            reply = self._judge.suite.run(asked)
            if reply.ended == "done" and len(reply.tried[0]) == len(tests):
                said = {o.id: _looked(known[o.id], o) for o in _outcomes(tests, reply.tried[0])}
        ended = "done"
        if not said:
            attempt = self._judge.tried(self._program, candidate, tests)
            said, ended = {o.id: o for o in attempt.outcomes}, attempt.ended
        whole = [said.get(name, o) for name, o in known.items() if name in said or name not in tests]
        return Attempt(candidate, tuple(whole), ended)


def _looked(before: Outcome, now: Outcome) -> Outcome:
    """What a first look saw of a test. It does not say what the test costs: that is taken to be what it was."""
    if before.endless and not now.endless:
        return replace(before, status=now.status, message=now.message, steps=now.steps, seconds=0.0)
    return replace(before, status=now.status, message=now.message)


def _outcomes(tests: Sequence[str], said: Trial) -> tuple[Outcome, ...]:
    return tuple(Outcome(name, status, text, steps=steps) for name, (status, text, steps) in zip(tests, said))
