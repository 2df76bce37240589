"""Frontier: the programs that the search goes on from: the one given, and those that a change brought nearer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tracec.evaluate.evaluator import Judge
from tracec.evaluate.screening import Attempts
from tracec.passes.accept.strict import broken_by
from tracec.passes.archive import ranked
from tracec.passes.messages.failure_clues import missing_names, supplies_missing_names
from tracec.passes.messages.nearness import nearness_gain, newly_answers
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.project.program import Program

STEP = 2.0  # bits for another change, besides its own
TRUST, DOUBT = 0.3, 0.7  # the share of its bits that a change keeps once it repaired all it could, or next to nothing
FEW = 2  # tests that may pass by chance: the more pass beyond these, the surer a change is
HOPE = 0.6  # the share of its bits that a change loses which only brought the tests near
NEAR = 2.0  # bits more for such a change, less the nearer they are
LEAST_GAIN = 0.1  # of the way to passing: less may be chance
MOVED = 0.4  # of the way to passing: what a message named is mended, and another fault shows
MOST_MOVED = 6  # such bases of one base where no test passes
SURER = 0.5  # the share of its bits that such a change keeps
LEAST_COST = 3.5  # bits of the first change of a base, for a start
LOOKS = 160  # of those that come nearer: how many are held against all tests,
WHOLE_STEPS, TEST_STEPS = 100_000_000, 10_000  # for how many steps; what a test costs besides its own
KEPT = 0.5  # of that, for those that pass a test
DEAREST = 0.2  # of that, which one costs at most
WORTH = 2  # tests that a change must repair for each one that it breaks, which may have passed by accident
SAME = 2  # bases that pass the same tests


@dataclass(slots=True)
class Base:
    """A program, the changes that led to it, and the attempts to change it further, in the order of their cost."""

    judge: Judge
    given: Program | None = None  # at first; others are made when they are needed
    changes: tuple[Candidate, ...] = ()
    whole: Attempt | None = None  # what all tests said of it; None for the program given
    good: bool = True  # it passes too much for chance
    extra: float = 0.0  # bits added to the cost of each further change
    reached: float = 0.0
    parent: Base | None = None
    retrace: bool = True  # the changed program may run code that the tests did not reach before
    credits: Mapping[str, Credit] = field(default_factory=dict)
    tried: Attempts | None = None
    attempts: Iterator[Attempt] | None = None
    seen: set[str] = field(default_factory=set)  # the programs that were tried, of all bases

    @property
    def cost(self) -> float:
        """Bits of its next attempt, at least."""
        return self.extra + self.reached

    @property
    def program(self) -> Program:
        """With all its changes."""
        if self.given is None:
            assert self.parent is not None
            assert self.whole is not None
            self.given = self.parent.program.advanced(self.whole.candidate)
        return self.given

    def with_(self, attempt: Attempt) -> Base:
        """The base that an attempt at changing this one makes."""
        judge = self.judge.rebased(attempt.outcomes)
        return Base(judge, None, (*self.changes, attempt.candidate), attempt, parent=self, seen=self.seen)

    def next(self) -> Attempt | None:
        """The next attempt; None at the end."""
        attempt = next(self.attempts, None) if self.attempts else None
        self.reached = max(self.reached, attempt.candidate.cost) if attempt else self.reached
        return attempt


class Frontier:
    """The bases at hand. The next attempt is always made where it costs least."""

    def __init__(self, root: Base) -> None:
        self.root = root
        self._bases, self._made = [root], list[Base]()
        self._goals = root.judge.goals
        self._seen: Counter[object] = Counter()
        self._moved: Counter[object] = Counter()
        self._swaps: set[object] = set()
        self._left = 1.0  # of what may be spent on holding programs against all tests

    def cheapest(self) -> Base | None:
        """The base to go on from."""
        return min(self._bases, key=lambda base: base.cost, default=None)

    def drop(self, base: Base) -> None:
        """Nothing more is to be had from it."""
        self._bases.remove(base)

    def consider(self, base: Base, attempt: Attempt) -> None:
        """Make a base of an attempt that brings failing tests nearer and hardly harms another."""
        goals = frozenset(base.judge.goals)
        if base.tried is None or any(o.failed for o in attempt.outcomes if o.id not in goals):
            return
        passed = attempt.passed() & goals
        near = 0.0 if passed else nearness_gain(base.tried.unchanged, attempt.outcomes)
        moved = self._moves(base, attempt)
        near = max(near, MOVED) if moved and not passed else near
        key: object = passed or tuple(o.message for o in attempt.outcomes)
        most = SAME if passed or moved else 1
        if not (passed or near >= LEAST_GAIN) or self._seen[base.changes, key] >= most:
            return
        if moved and not passed:
            if self._moved[base.changes] >= MOST_MOVED:
                return
            self._moved[base.changes] += 1
        if self._left <= (0 if passed else KEPT):
            return
        steps = {o.id: TEST_STEPS + (0 if o.endless else o.steps) for o in base.judge.judging()}
        work = sum(steps[name] for name in base.tried.to_look_at(attempt.candidate))
        self._left -= min(DEAREST, max(1 / LOOKS, work / WHOLE_STEPS))
        self._seen[base.changes, key] += 1
        whole = base.tried.look(attempt.candidate)
        broken = broken_by(base.judge.judging(), whole.outcomes)
        if broken is not None and WORTH * broken <= len(whole.passed() & goals):
            self._add(base, whole, near, broken, moved=moved)

    def _moves(self, base: Base, attempt: Attempt) -> bool:
        """True where what tests said to be missing is no longer asked for, and they fail for another reason."""
        assert base.tried is not None
        before = base.tried.unchanged
        if not any(missing_names(o.message) for o in before.values()):
            return False
        texts = {target.id: target.value for target in base.program.targets}
        changes = ((texts[name], new) for name, new in attempt.candidate.changes)
        return any(supplies_missing_names(before, attempt.outcomes, text, new) for text, new in changes)

    def go_on(self, base: Base, whole: Attempt) -> None:
        """Make a base of an attempt that only tests which were held out refuse, those that now fail being its goals."""
        key: object = "held out"
        if self._seen[base.changes, key] >= SAME:
            return
        self._seen[base.changes, key] += 1
        asked = {o.id for o in whole.outcomes}
        broken = broken_by([o for o in base.judge.before if o.id in asked], whole.outcomes)
        if broken is not None and WORTH * broken <= len(whole.passed() & frozenset(base.judge.goals)):
            self._add(base, whole, 0.0, broken, again=True)

    def most(self) -> tuple[int, int]:
        """How many of the tests that failed at first pass in one program, at most; how many they are."""
        goals = frozenset(self._goals)
        return max((len(base.whole.passed() & goals) for base in self._made if base.whole), default=0), len(goals)

    def best(self) -> Base | None:
        """The base that passes most of the tests that failed at first, if it is more than chance."""
        good = [base for base in self._made if base.good]
        first = ranked.best([base.whole for base in good if base.whole], self._goals, 1)
        return next((base for base in good if base.whole in first), None)

    def _add(
        self, base: Base, whole: Attempt, near: float, broken: int, *, moved: bool = False, again: bool = False
    ) -> None:
        share = base.judge.share(whole)
        doubt = DOUBT - (DOUBT - TRUST) * share if share else 1 - HOPE * near
        passed = len(whole.passed() & frozenset(base.judge.goals))
        chance = 1 - share * passed / (passed + FEW)
        step = (SURER if moved else 1.0) * chance * (STEP + doubt * whole.candidate.cost)
        extra = base.extra + step + (0.0 if share else NEAR * (1 - near))
        new = base.with_(whole)
        swaps = base.program.swaps(whole.candidate)
        if swaps is not None and frozenset(swaps) in self._swaps:  # the same changes in another order
            return
        if swaps is not None:
            self._swaps.add(frozenset(swaps))
        new.good = base.good and share > 0.5 and not broken
        new.extra, new.reached = extra + STEP * broken, LEAST_COST
        new.retrace = moved or again or new.good or newly_answers(base.judge.before, whole.outcomes)
        self._bases.append(new)
        self._made.append(new)
