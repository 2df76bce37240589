"""TuneProposer: one search over values for the whole run, as candidates that set literals."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.optimizers.tune.cma_es import generations
from tracec.passes.accept.strict import FAILING
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.edits import SetLiteral
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.score import values_of
from tracec.passes.propose.tune.knowledge import Knowledge
from tracec.passes.propose.tune.region import Point, same
from tracec.passes.propose.tune.search import Search
from tracec.passes.propose.tune.space import point_of, space, start_of
from tracec.passes.propose.tune.thresholds import Wanted
from tracec.project.program import Program
from tracec.runtime.outcome import Status
from tracec.work.metric_panel import trace_metric
from tracec.work.work import Work

ENOUGH = 3  # cases for each value; chosen
LONGEST_TEXT = 60  # characters of a text in a test file that a text may become; chosen
LEAST_TRACED = 0.5  # of the cases asked for: where fewer could be traced, nothing more is; chosen


class TuneProposer:
    """Drives a search: what it wants becomes candidates, what comes of them goes back to it.

    A candidate sets all values that differ from the user's program, or from its parent: so the last one is the change.
    """

    lookahead = 16  # points that are independent are evaluated together, as many at most; chosen

    def __init__(self, work: Work) -> None:
        self._work, root = work, work.root
        scored = work.metric is not None
        self._space = space(root.program.targets, () if scored else texts_in(work.suite.files.values()))
        self._start = start_of(self._space)
        few = len(root.panel.before) < ENOUGH * len(self._space)
        if scored and few and root.panel.before[0].id != "metric":
            what = (
                f"{len(self._space)} values are set by {len(root.panel.before)} cases: what is found may fit only these"
            )
            work.result.warn(f"{what}; name more cases, or fewer values with --target")
        cases = [o for o in root.panel.judging() if o.status in (Status.PASSED, *FAILING)]
        self._still = tuple(o for o in root.panel.judging() if o not in cases)  # skipped: no value changes that
        know = Knowledge(tuple(o.id for o in cases), work.metric.function if work.metric else "")
        know.tracing = work.noise.seeded
        know.learn(self._start, cases)
        alone = work.noise.noisy or work.gate is not None
        self._search = Search(know, self._space, self._start, work.job.config.seed, self._wider, generations, alone)
        self._run = self._search.run()
        self._points: dict[str, Point] = {}  # of the candidates that the search waits for
        self._left: deque[Candidate] = deque()  # those among them that are still to be proposed

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate]:
        """What the search wants next; nothing once it has ended, or the budget has."""
        self._at(parent)
        while not self._points:
            wanted = next(self._run, None)
            if wanted is None or not self._taken(parent, wanted):
                return ()
        return [self._left.popleft() for _ in range(min(most, len(self._left)))]

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """Take in the outcomes, and what traced runs say of other points."""
        know = self._search.know
        for attempt in attempts:
            point, candidate = self._points.pop(attempt.candidate.id), attempt.candidate
            know.learn(point, attempt.outcomes, candidate.known)
            if candidate.trace:
                program = parent.program.advanced(candidate)
                self._traced(point, program, attempt.runs, len(parent.panel.unknown(candidate)))

    def _at(self, parent: Parent) -> None:
        """Follow the archive to another program. Back at the user's own, a trace has told what is not so."""
        point = point_of(self._space, parent.program.targets)
        if parent is self._work.root and point != self._search.best:
            old = self._search
            old.know.distrust()
            self._search = Search(old.know, self._space, point, old.seed, self._wider, generations, old.alone)
            self._run = self._search.run()
        self._search.best = point

    def _taken(self, parent: Parent, wanted: Wanted) -> bool:
        """Make candidates of what is wanted, as far as it is not known; False where the budget has ended."""
        know = self._search.know
        for point in wanted.points:
            if wanted.traced and point == self._search.best:
                if not self._trace_parent(parent):
                    return False
            elif not wanted.traced or not know.whole(point):
                candidate = self._candidate(point, traced=wanted.traced and know.tracing)
                self._points[candidate.id] = point
                self._left.append(candidate)
        return True

    def _candidate(self, point: Point, *, traced: bool) -> Candidate:
        """The change that leads from the best point, or the user's, to another one."""
        changed = [n for n, value in enumerate(point) if not same(value, self._start[n])]
        set_ = [n for n, value in enumerate(point) if n in changed or not same(value, self._search.best[n])]
        edits = tuple(SetLiteral(self._space[n].target.id, self._space[n].text(point[n])) for n in set_)
        pairs = ((self._space[n], point[n]) for n in changed)
        why = ", ".join(f"{d.target.qualname}: {d.target.value.strip()} -> {d.text(value)}" for d, value in pairs)
        known = (*self._search.know.outcomes(point), *self._still)
        return Candidate(edits, "tune", why, known=known, trace=traced)

    def _trace_parent(self, parent: Parent) -> bool:
        """Run the program as it is once more, with every value recorded; False where the budget has ended."""
        know, ledger = self._search.know, self._work.ledger
        if not ledger.reserve():
            return False
        ledger.evaluations += 1
        self._work.job.tell(f"tracing {len(know.cases)} cases")
        said = self._work.evaluator.evaluate(parent, Question(NO_CHANGE, know.cases, trace=True))
        plain = values_of(know.outcomes(self._search.best))
        whole = [run for run in said.runs if not run.trace.lost]
        seen = {name: value for name, value in values_of(said.outcomes).items() if name in {r.case for r in whole}}
        if any(plain[name] != value for name, value in seen.items()):
            know.distrust()
        self._traced(self._search.best, parent.program, whole, len(know.cases))
        return True

    def _traced(self, point: Point, program: Program, runs: Sequence[TracedRun], asked: int) -> None:
        numbers = {dimension.target.id: n for n, dimension in enumerate(self._space)}
        spans = {target.span: numbers[target.id] for target in program.targets}
        self._search.know.trace(point, runs, spans)
        if len(runs) < LEAST_TRACED * asked:
            self._search.know.tracing = False

    def _wider(self) -> bool:
        """Have the metric's own file traced too, unless it is one of the program's."""
        work = self._work
        if work.metric is None or work.metric.file(work.job.root) in work.root.program.sources:
            return False
        return trace_metric(work.root.panel, work.metric, work.job.root)


def texts_in(files: Iterable[str]) -> tuple[str, ...]:
    """The short texts that files hold, as source text: what a text may become where it has no options."""
    found: dict[str, None] = {}
    for path in sorted({*files} - {""}):
        try:
            tree = ast.parse(Path(path).read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
        found |= {repr(text): None for text in texts if isinstance(text, str) and 0 < len(text) <= LONGEST_TEXT}
    return tuple(found)
