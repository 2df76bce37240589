"""Changes that pass all tests -> the one to take, and the others in order, with what tells them apart."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from tracec.evaluate.differential import guard
from tracec.evaluate.evaluator import Judge
from tracec.evaluate.step_limited import PATIENT
from tracec.optimizers.search.program_archive import Base, Frontier
from tracec.optimizers.search.selection import Alternative, Chosen, Guard, Guarded
from tracec.passes.accept.holdout import function_of, held_out
from tracec.passes.accept.memorising import memorises
from tracec.passes.accept.naturalness import behaviour_bits, unnaturalness
from tracec.passes.messages.test_tables import Check, checks
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.project.program import Program
from tracec.run.job import Job
from tracec.run.ledger import Ledger

HASTY = (1, PATIENT)  # how many times more steps a test that is held out gets, 0 for no limit
BITS = 2.5  # candidates of so many bits more than the first that passes are looked at
FEW, MANY = 32, 400  # how many of them: a third of what it took to find the first one, within these bounds
KEPT = 6  # that pass and are held against each other
SHOWN = 3  # of the others, that are kept for the user


class Chooser:
    """Settles what to do with candidates that pass the tests which choose."""

    def __init__(self, job: Job, frontier: Frontier, chosen: Chosen, ledger: Ledger) -> None:
        self._job, self._frontier, self._ledger, self.chosen = job, frontier, ledger, chosen
        self._patiences: tuple[int, ...] = (*HASTY, 0)

    def settle(self, base: Base, first: Attempt) -> Base | None:
        """The program with the likeliest of the changes that pass; None where `first` is refused.

        Goes on for a third of the candidates that were tried so far, as far as they cost little more than `first`.
        """
        if not self._stands(base, first):
            return None
        rivals = [first, *self._others(base, first)]
        found = self._guard(base, rivals)
        bits = [self._bits(base.program, r.candidate, found.each[place]) for place, r in enumerate(rivals)]
        order = sorted(range(len(rivals)), key=lambda place: (bits[place], place))
        kept = self._unlike(order, found)
        self._note(base, rivals, kept, found, bits)
        return base.with_(rivals[kept[0]])

    def hold_out(self, judge: Judge) -> None:
        """Keep some tests back, where there are enough of them."""
        judge.keep_back(held_out(judge.goals, judge.others, self._job.config.seed))
        self.chosen.held_out = judge.kept

    def honest(self, base: Base | None) -> Base | None:
        """A program that passes only some tests, if its changes do not memorise these."""
        return base if base and self.accepts(base.program, Candidate(())) else None

    def _stands(self, base: Base, attempt: Attempt) -> bool:
        """True where a change passes, does not memorise, and the tests held out accept it too.

        Where they do not, the search may go on from it: it may have repaired one fault of two.
        """
        if not base.judge.solves(attempt) or not self.accepts(base.program, attempt.candidate):
            return False
        last = base.judge.last_word(base.program, attempt, self._ledger.left(), self._patiences)
        if not base.judge.agrees(last):
            if any(o.endless for o in last.outcomes):
                self._patiences = HASTY  # such a test waited for its end once
            self.chosen.refused += 1
            self._frontier.go_on(base, last)
            return False
        return True

    def _guard(self, base: Base, rivals: Sequence[Attempt]) -> Guard:
        if not self._job.config.guard:
            return Guard((Guarded(why_not="it was not asked for"),) * len(rivals))
        return guard(self._job, base.judge, base.program, [r.candidate for r in rivals], self._ledger)

    def accepts(self, program: Program, candidate: Candidate) -> bool:
        """False where the change only memorises what tests say."""
        if any(memorises(before, after, self._checks) for before, after in _definitions(program, candidate)):
            self.chosen.memorising += 1
            return False
        return True

    @cached_property
    def _checks(self) -> tuple[Check, ...]:
        """What the tests give and expect that failed at first: no other one is worth memorising."""
        judge = self._frontier.root.judge
        names: dict[str, set[str]] = {}
        for test in (o.id for o in judge.before if o.failed and o.id in judge.suite.files):
            names.setdefault(judge.suite.files[test], set()).add(function_of(test).rpartition("::")[2])
        return tuple(check for file, wanted in names.items() for check in checks(_text(file), wanted))

    @cached_property
    def _literals(self) -> frozenset[str]:
        return frozenset(repr(value) for check in self._checks for value in (*check.given, *check.expected))

    def _others(self, base: Base, first: Attempt) -> list[Attempt]:
        """Others that pass too, in the order of their cost."""
        found: list[Attempt] = []
        seen, reached = {first.candidate.id}, base.reached
        for _ in range(max(FEW, min(MANY, self._ledger.candidates // 3))):
            attempt = base.next()
            if attempt is None or attempt.candidate.cost > first.candidate.cost + BITS:
                break
            # From where their cost falls on, candidates are looked at again, which may take long.
            if attempt.candidate.id in seen or attempt.candidate.cost < reached:
                break
            seen.add(attempt.candidate.id)
            reached = base.reached
            if self._stands(base, attempt):
                found.append(attempt)
            if len(found) == KEPT - 1:
                break
        return found

    def _bits(self, program: Program, candidate: Candidate, seen: Guarded) -> float:
        own = sum(unnaturalness(before, after, self._literals) for before, after in _definitions(program, candidate))
        return candidate.cost + own + behaviour_bits(seen.failures, seen.outside)

    def _unlike(self, order: Sequence[int], found: Guard) -> list[int]:
        """Those that some input tells from every likelier one; where none was tried, all."""
        kept: list[int] = []
        for place in order:
            alike = [other for other in kept if found.compared(place, other) and not found.tells(place, other)]
            if alike:
                self.chosen.alike += 1
            else:
                kept.append(place)
        return kept

    def _note(
        self, base: Base, rivals: Sequence[Attempt], kept: Sequence[int], found: Guard, bits: Sequence[float]
    ) -> None:
        before = tuple(change.why for change in base.changes)
        self.chosen.guarded = found.each[kept[0]]
        self.chosen.alternatives = tuple(
            Alternative(
                base.program.texts(rivals[place].candidate),
                (*before, rivals[place].candidate.why),
                round(bits[place], 2),
                found.tells(kept[0], place),
                found.each[place],
            )
            for place in kept[1 : 1 + SHOWN]
        )


def _definitions(program: Program, candidate: Candidate) -> list[tuple[str, str]]:
    """Each definition that a change touches: as it is on disk, and after the change."""
    origins = {(os.path.realpath(t.span.path), t.qualname, t.span.line): t.value for t in program.origins.values()}
    return [(origins[s.path, s.qualname, s.line], s.source) for s in program.swaps(candidate) or ()]


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
