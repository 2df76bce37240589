"""Angelic forcing: where cheap candidates fail, values are forced into suspect places; what helps guides the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import islice
from typing import Protocol

from tracec.evaluate.panel import Panel
from tracec.passes.messages.nearness import compared_values
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.propose.repair.definition import Known, SourcePlace
from tracec.passes.propose.synthesis.fill import examples, fill
from tracec.passes.propose.synthesis.forced import Forced, forced
from tracec.passes.propose.synthesis.holes import Hole, holes

Rounds = Sequence[tuple[int, int]]
# After so many candidates, so many evaluations are spent on forcing; docs/decisions/2026-11-22-synthesis.md
ROUNDS: Rounds = ((600, 300), (3_000, 900))
LATER_ROUNDS: Rounds = ((400, 200), (2_000, 600))  # where changes were made before, which repaired a part; chosen
OF_ONE = 40  # evaluations of one hole; chosen
AT_ONCE = 16  # evaluations of one request; chosen
SOONER = 4.0  # bits less for what agrees with all that is known, once the cheapest candidates have failed; chosen
# Bits by which a place is cheaper where a forced value made every test pass that runs it, else in part; chosen.
FAVOUR = 1.5
Passing = Callable[[Sequence[Candidate], Sequence[str]], Sequence[frozenset[str]]]  # which tests pass with each


class Stream(Protocol):
    """A proposer that was given all but what becomes known later."""

    def __call__(self, *, favours: Mapping[SourcePlace, float]) -> Iterator[Candidate]:
        """Candidates in order of cost."""


@dataclass(slots=True)
class Found:
    """What forcing showed: places that are cheaper from now on, and new candidates in order of cost."""

    favours: dict[SourcePlace, float] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)


def guided(make: Stream, explore: Callable[[int], Found], rounds: Rounds = ROUNDS) -> Iterator[Candidate]:
    """The candidates of `make`, each once; from the first round on also what `explore` finds, in order of cost."""
    done: set[str] = set()
    favours: dict[SourcePlace, float] = {}
    stream = make(favours=favours)
    for number, (until, evaluations) in enumerate(rounds):
        yield from _new(stream, done, until)
        found = explore(evaluations)
        agreeing = [replace(one, prior=max(0.0, one.bits - SOONER * number)) for one in found.candidates]
        if found.favours != favours:
            favours = dict(found.favours)
            stream = make(favours=favours)
        stream = merge(stream, agreeing, key=lambda candidate: candidate.bits)
    yield from _new(stream, done, None)


def _new(stream: Iterator[Candidate], done: set[str], until: int | None) -> Iterator[Candidate]:
    """Those that were not there yet, until there are so many in all."""
    for candidate in stream:
        if candidate.id not in done:
            done.add(candidate.id)
            yield candidate
            if len(done) == until:
                return


class Explorer:
    """Forces values into one hole after another, the most suspect first, and goes on where it stopped.

    `known` is asked once, when the first hole is looked for: most searches end before.
    """

    def __init__(self, known: Callable[[], Known], panel: Panel, passing: Passing) -> None:
        self._goals, self._passing = panel.failing_tests, passing
        self._passed = [o.id for o in panel.before if o.passed]
        sides = {o.id: compared_values(o.message) for o in panel.failed()}
        self._sides = {test: pair for test, pair in sides.items() if pair is not None}
        self._holes: Iterator[Hole] | None = None
        self._known = known
        self._found = Found()

    def __call__(self, most: int) -> Found:
        """All that was found so far, after `most` further evaluations."""
        if self._holes is None:
            self._holes = iter(holes(self._known(), self._goals))
        while most > 0 and (hole := next(self._holes, None)) is not None:
            tried = list(islice(forced(hole, self._goals, self._sides), min(OF_ONE, most)))
            most -= len(tried)
            solved = list(self._solved(tried))
            if solved:
                self._learn(hole, solved)
        self._found.candidates.sort(key=lambda candidate: candidate.bits)
        return self._found

    def _solved(self, tried: Sequence[Forced]) -> Iterator[tuple[Forced, str]]:
        """Those that made a test pass, each with the test."""
        for tests in dict.fromkeys(tuple(one.assigned) for one in tried):
            group = [one for one in tried if tuple(one.assigned) == tests]
            for at in range(0, len(group), AT_ONCE):
                some = group[at : at + AT_ONCE]
                for one, passed in zip(some, self._passing([f.candidate for f in some], tests)):
                    yield from ((one, test) for test in tests if test in passed)

    def _learn(self, hole: Hole, solved: Sequence[tuple[Forced, str]]) -> None:
        reached = [test for test in self._goals if test in hole.moments]
        share = len({test for _, test in solved}) / max(1, len(reached))
        if hole.kind == "condition":  # what is returned always has a right value, so that says nothing
            self._found.favours[hole.place] = max(FAVOUR * share, self._found.favours.get(hole.place, 0.0))
        wanted = examples(hole, self._passed, [one for one, _ in solved], [test for _, test in solved])
        if wanted:
            self._found.candidates += fill(hole, wanted)
