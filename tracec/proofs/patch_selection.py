"""Changes that reach the goal -> the one to take, and the others in order, with what tells them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.passes.accept.doubts import OPPOSITE, Doubt, doubts_of_behaviour, doubts_of_rivals, total
from tracec.passes.accept.opposite import opposite
from tracec.passes.nouns.candidate import Attempt, Candidate, set_target
from tracec.proofs.differential import Change, compare
from tracec.proofs.traced_doubts import TracedDoubts
from tracec.work.pricing import Pricing
from tracec.work.selection import Alternative, Guard, Guarded
from tracec.work.work import Work

TRACED = 3  # changes, the likeliest, of which it is looked at what tests still run; chosen
NEAR = 2.0  # bits by which another change is dearer and still as likely; chosen
SHOWN = 3  # other changes that are kept for the user; chosen

Solution = tuple[Parent, Attempt]


class PatchSelector:
    """Chooses among changes that reach the goal: the fewest bits, of the change and of what speaks against it."""

    def __init__(self, work: Work, doubts: Sequence[Doubt] = ()) -> None:
        self._work, self._chosen, self._common = work, work.result.chosen, tuple(doubts)
        self._pricing = Pricing(work)

    def select(self, solutions: Sequence[Solution]) -> Parent:
        """The program with the likeliest of the changes; the result notes the others, and what speaks against it."""
        self._chosen.alike = 0
        found = self._compared(solutions)
        bits = [self._pricing.own(*one) for one in solutions]
        doubts = [self._doubts(one, found.each[place]) for place, one in enumerate(solutions)]
        prices = [own + total(against) for own, against in zip(bits, doubts)]
        kept = self._unlike(sorted(range(len(solutions)), key=lambda place: (prices[place], place)), found)
        traced = TracedDoubts(self._work)
        for place in kept[:TRACED]:
            more = (*traced.doubts(*solutions[place]), *self._opposite(*solutions[place]))
            doubts[place], prices[place] = (*doubts[place], *more), prices[place] + total(more)
        kept.sort(key=lambda place: prices[place])
        near = sum(prices[place] <= prices[kept[0]] + NEAR for place in kept[1:])
        against = (*doubts[kept[0]], *doubts_of_rivals(near), *self._common)
        self._chosen.guarded, self._chosen.doubts = found.each[kept[0]], against
        self._chosen.cost = round(prices[kept[0]], 2)
        self._chosen.alternatives = tuple(
            self._alternative(solutions[place], prices[place], found, kept[0], place) for place in kept[1 : 1 + SHOWN]
        )
        parent, attempt = solutions[kept[0]]
        return parent.child(attempt)

    def _compared(self, solutions: Sequence[Solution]) -> Guard:
        if not self._work.job.config.guard:
            return Guard((Guarded(why_not="it was not asked for"),) * len(solutions))
        changes = [Change(parent.program, attempt.candidate) for parent, attempt in solutions]
        return compare(self._work, changes)

    def _doubts(self, solution: Solution, seen: Guarded) -> tuple[Doubt, ...]:
        texts = self._pricing.doubts(*solution)
        if not self._work.job.config.guard:
            return texts
        results = [(example["before"], example["after"]) for example in seen.examples]
        behaviour = doubts_of_behaviour(
            seen.inputs, seen.failures, seen.outside, seen.passing, results, seen.emptied, clues=self._pricing.clues
        )
        return (*texts, *behaviour)

    def _opposite(self, parent: Parent, attempt: Attempt) -> Iterator[Doubt]:
        """Whether a number that was moved may as well be moved the other way, as far as the tests can tell."""
        for name, text in attempt.candidate.values.items():
            target = next(target for target in parent.program.targets if target.id == name)
            other = opposite(target.value, text) if len(attempt.candidate.edits) == 1 else ""
            if other and self._work.ledger.reserve():
                self._work.ledger.evaluations += 1
                asked = Question(Candidate((set_target(target, other),)))
                if parent.panel.solved_by(self._work.evaluator.evaluate(parent, asked)):
                    yield Doubt(OPPOSITE, "a number moved the other way passes all tests as well")

    def _unlike(self, order: Sequence[int], found: Guard) -> list[int]:
        """Those that some input tells from every likelier one; where none was tried, all."""
        kept: list[int] = []
        for place in order:
            alike = [other for other in kept if found.compared(place, other) and not found.tells(place, other)]
            if alike:
                self._chosen.alike += 1
            else:
                kept.append(place)
        return kept

    def _alternative(self, solution: Solution, bits: float, found: Guard, best: int, place: int) -> Alternative:
        parent, attempt = solution
        return Alternative(
            parent.program.texts(attempt.candidate),
            (*(change.why for change in parent.changes), attempt.candidate.why),
            round(bits, 2),
            found.tells(best, place),
            found.each[place],
        )
