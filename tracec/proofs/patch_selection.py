"""Changes that reach the goal -> the one to take, and the others in order, with what tells them apart."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.evaluate.panel import Parent
from tracec.passes.accept.naturalness import behaviour_bits, unnaturalness
from tracec.passes.nouns.candidate import Attempt
from tracec.proofs.differential import Change, compare
from tracec.work.selection import Alternative, Guard, Guarded
from tracec.work.work import Work

SHOWN = 3  # other changes that are kept for the user; chosen

Solution = tuple[Parent, Attempt]


class PatchSelector:
    """Chooses among changes that reach the goal: the fewest bits, of the change itself and of what else it changes."""

    def __init__(self, work: Work) -> None:
        self._work, self._chosen = work, work.result.chosen

    def select(self, solutions: Sequence[Solution]) -> Parent:
        """The program with the likeliest of the changes; notes the others in the result."""
        found = self._compared(solutions)
        bits = [self._bits(one, found.each[place]) for place, one in enumerate(solutions)]
        kept = self._unlike(sorted(range(len(solutions)), key=lambda place: (bits[place], place)), found)
        self._chosen.guarded = found.each[kept[0]]
        self._chosen.alternatives = tuple(
            self._alternative(solutions[place], bits[place], found, kept[0], place) for place in kept[1 : 1 + SHOWN]
        )
        parent, attempt = solutions[kept[0]]
        return parent.child(attempt)

    def _compared(self, solutions: Sequence[Solution]) -> Guard:
        if not self._work.job.config.guard:
            return Guard((Guarded(why_not="it was not asked for"),) * len(solutions))
        changes = [Change(parent.program, attempt.candidate) for parent, attempt in solutions]
        return compare(self._work, changes)

    def _bits(self, solution: Solution, seen: Guarded) -> float:
        parent, attempt = solution
        literals = self._work.honesty.literals
        own = sum(
            unnaturalness(old, new, literals) for old, new in parent.program.definitions(attempt.candidate) if old
        )
        return attempt.candidate.bits + own + behaviour_bits(seen.failures, seen.outside)

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
