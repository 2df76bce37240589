"""ProgramArchive: the user's program and its partial repairs; the next change is made where it costs least.

A partial repair is a program in which some failing tests pass, or come nearer to passing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracec.evaluate.panel import Parent
from tracec.evaluate.screening import Screened
from tracec.optimizers.policies import most_passing
from tracec.passes.accept.strict import broken_by
from tracec.passes.accept.verdict import UNFIT, Verdict
from tracec.passes.messages.failure_clues import missing_names, supplies_missing_names
from tracec.passes.messages.nearness import nearness_gain, newly_answers
from tracec.passes.nouns.candidate import Attempt
from tracec.runtime.outcome import Outcome
from tracec.work.work import Work


@dataclass(frozen=True, slots=True)
class Settings:
    """The numbers of the archive. All were chosen on the benchmarks of 2026-11-22 and -23, none was ablated alone."""

    step: float = 2.0  # bits for another change, besides its own
    trust: float = 0.3  # the share of its bits that a change keeps which repaired all that it could
    doubt: float = 0.7  # the same for one that repaired next to nothing
    lucky: int = 2  # tests that may pass by chance: the more pass beyond these, the surer a change is
    hope: float = 0.6  # the share of its bits that a change loses which only brought the tests near
    near: float = 2.0  # bits more for such a change, less the nearer they are
    least_gain: float = 0.1  # of the way to passing: less may be chance
    moved: float = 0.4  # of the way to passing: what a message named is mended, and another fault shows
    most_moved: int = 6  # such programs of one parent where no test passes
    surer: float = 0.5  # the share of its bits that such a change keeps
    least_cost: float = 3.5  # bits of the first change of a new program, for a start
    programs: int = 160  # of those that come nearer, so many are held against all tests
    whole_steps: int = 100_000_000  # steps for that, all together
    test_steps: int = 10_000  # steps that a test costs besides its own
    kept: float = 0.5  # the share of that which is kept for programs that pass a test
    dearest: float = 0.2  # the share of that which one program costs at most
    worth: int = 2  # tests that a change must repair for each one that it breaks, which may have passed by accident
    same: int = 2  # programs that pass the same tests
    chance: float = 0.5  # a share of the failing tests it could repair, up to which a partial repair may be chance


@dataclass(slots=True)
class Standing:
    """What is known of a program in the archive, in bits: `extra` is added to the cost of each further change."""

    extra: float = 0.0
    reached: float = 0.0  # the cost of its dearest attempt so far
    good: bool = True  # it passes too much for chance

    @property
    def cost(self) -> float:
        """Bits of its next attempt, at least."""
        return self.extra + self.reached


class ProgramArchive:
    """Selects the program whose next attempt is the cheapest. Holds promising attempts against all tests."""

    def __init__(self, work: Work, settings: Settings = Settings()) -> None:
        assert isinstance(work.evaluator, Screened)
        self._evaluator, self._root, self._set = work.evaluator, work.root, settings
        self._open: dict[Parent, Standing] = {work.root: Standing()}
        self._made: dict[Parent, Standing] = {}
        self._goals = frozenset(work.root.panel.failing_tests)
        self._seen: Counter[object] = Counter()
        self._moved: Counter[object] = Counter()
        self._swaps: set[object] = set()
        self._solved: Parent | None = None
        self._left = 1.0  # of what may be spent on holding programs against all tests

    def select(self) -> Parent | None:
        """The program to change next; once one was repaired, only that, for other changes that do it too."""
        if self._solved is not None:
            return self._solved if self._solved in self._open else None
        return min(self._open, key=lambda parent: self._open[parent].cost, default=None)

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program."""
        self._open.pop(parent, None)

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """Keep an attempt as a partial repair where it is one."""
        if parent in self._open:
            standing = self._open[parent]
            standing.reached = max(standing.reached, attempt.candidate.bits)
        if verdict == Verdict.SOLVED:
            self._solved = self._solved or parent
        elif verdict == Verdict.REFUSED:
            self._refused(parent, attempt)
        elif verdict not in UNFIT and self._solved is None:
            self._consider(parent, attempt)

    def best(self) -> Parent | None:
        """The partial repair that passes most of the tests that failed at first, if it is more than chance."""
        return most_passing([parent for parent, standing in self._made.items() if standing.good], sorted(self._goals))

    def progress(self) -> tuple[int, int]:
        """How many of the tests that failed at first pass in one program, at most; how many they are."""
        return max((len(parent.passed() & self._goals) for parent in self._made), default=0), len(self._goals)

    def _consider(self, parent: Parent, attempt: Attempt) -> None:
        """Make a partial repair of an attempt that brings failing tests nearer and hardly harms another."""
        s, goals = self._set, frozenset(parent.panel.failing_tests)
        if not attempt.outcomes or any(o.failed for o in attempt.outcomes if o.id not in goals):
            return
        screen = self._evaluator.screen(parent)
        passed = attempt.passed() & goals
        moved = self._moves(parent, attempt, screen.unchanged) and not passed
        near = 0.0 if passed else nearness_gain(screen.unchanged, attempt.outcomes)
        near = max(near, s.moved) if moved else near
        key: object = passed or tuple(o.message for o in attempt.outcomes)
        most = s.same if passed or moved else 1
        if not (passed or near >= s.least_gain) or self._seen[parent.changes, key] >= most:
            return
        if moved:
            if self._moved[parent.changes] >= s.most_moved:
                return
            self._moved[parent.changes] += 1
        if self._left <= (0 if passed else s.kept):
            return
        self._seen[parent.changes, key] += 1
        self._pay(parent, screen.touched(attempt.candidate))
        whole = screen.whole(attempt.candidate)
        broken = broken_by(parent.panel.judging(), whole.outcomes)
        if broken is not None and s.worth * broken <= len(whole.passed() & goals):
            self._keep(parent, whole, near, broken, moved=moved)

    def _pay(self, parent: Parent, tests: Sequence[str]) -> None:
        """Book what running some tests costs."""
        s = self._set
        steps = {o.id: s.test_steps + (0 if o.endless else o.steps) for o in parent.panel.judging()}
        work = sum(steps[name] for name in tests)
        self._left -= min(s.dearest, max(1 / s.programs, work / s.whole_steps))

    def _moves(self, parent: Parent, attempt: Attempt, before: dict[str, Outcome]) -> bool:
        """True where what tests said to be missing is no longer asked for, and they fail for another reason."""
        if not any(missing_names(o.message) for o in before.values()):
            return False
        texts = {target.id: target.value for target in parent.program.targets}
        values = attempt.candidate.values.items()
        return any(supplies_missing_names(before, attempt.outcomes, texts[name], new) for name, new in values)

    def _refused(self, parent: Parent, whole: Attempt) -> None:
        """An attempt that only tests which were held out refuse is gone on from; those that fail choose from now on."""
        key: object = "held out"
        if self._seen[parent.changes, key] >= self._set.same:
            return
        self._seen[parent.changes, key] += 1
        asked = {o.id for o in whole.outcomes}
        broken = broken_by([o for o in parent.panel.before if o.id in asked], whole.outcomes)
        goals = frozenset(parent.panel.failing_tests)
        if broken is not None and self._set.worth * broken <= len(whole.passed() & goals):
            self._keep(parent, whole, 0.0, broken, again=True)

    def _keep(
        self, parent: Parent, whole: Attempt, near: float, broken: int, *, moved: bool = False, again: bool = False
    ) -> None:
        swaps = parent.program.swaps(whole.candidate)
        if swaps is not None and frozenset(swaps) in self._swaps:  # the same changes in another order
            return
        if swaps is not None:
            self._swaps.add(frozenset(swaps))
        share, new = parent.panel.share(whole), parent.child(whole)
        good = self._standing(parent).good and share > self._set.chance and not broken
        extra = self._cost(parent, whole, near, share, moved=moved) + self._set.step * broken
        new.retrace = moved or again or good or newly_answers(parent.panel.before, whole.outcomes)
        self._open[new] = self._made[new] = Standing(extra, self._set.least_cost, good)

    def _cost(self, parent: Parent, whole: Attempt, near: float, share: float, *, moved: bool) -> float:
        """Bits added to the cost of each further change: the parent's, and what of this change stays in doubt."""
        s = self._set
        doubt = s.doubt - (s.doubt - s.trust) * share if share else 1 - s.hope * near
        passed = len(whole.passed() & frozenset(parent.panel.failing_tests))
        chance = 1 - share * passed / (passed + s.lucky)
        step = (s.surer if moved else 1.0) * chance * (s.step + doubt * whole.candidate.bits)
        return self._standing(parent).extra + step + (0.0 if share else s.near * (1 - near))

    def _standing(self, parent: Parent) -> Standing:
        return self._open.get(parent) or self._made.get(parent) or Standing()
