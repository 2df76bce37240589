"""Points -> scores: every case of a metric, or every test, run at most once where its outcome is known already."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracec.job import Job, options, tracing_of
from tracec.ledger import Ledger
from tracec.passes.gradient import gradient
from tracec.passes.propose.tune.flow import flow
from tracec.passes.propose.tune.region import Point, Region, is_number, region_of
from tracec.passes.trace import Trace
from tracec.program import Program
from tracec.remembered import Remembered
from tracec.request import Request
from tracec.run import Suite
from tracec.runtime.feedback import Outcome
from tracec.traces import loaded
from tracec.tuning.metric import Metric
from tracec.tuning.variants import Variants
from tracec.witness import instrumented

LIMIT_EVENTS = 200_000  # of one case: a longer run is not traced
MOST_REGIONS = 64  # kept for one case


class OutOfBudget(Exception):
    """No evaluation is left."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a point is worth: fewer failing cases first, then the mean of the others."""

    failing: int
    mean: float

    def __lt__(self, other: Score) -> bool:
        return (-self.failing, self.mean) < (-other.failing, other.mean)


def score_of(values: Sequence[float | None]) -> Score:
    """The values of all cases, None for one that failed."""
    known = [value for value in values if value is not None]
    return Score(len(values) - len(known), sum(known) / len(known) if known else 0.0)


class Objective:
    """The guests that score, and all that they said so far. A context manager."""

    def __init__(
        self,
        job: Job,
        program: Program,
        variants: Variants,
        ledger: Ledger,
        metric: Metric | None,
        suite: Remembered,
    ) -> None:
        self._job, self._program, self.variants, self.ledger = job, program, variants, ledger
        self.metric, self.suite = metric, suite
        self._stack = ExitStack()
        self._recorder: Remembered | None = None
        self._traced = 0  # logs so far
        self._widened = False
        self._folder = Path()
        self._known: dict[tuple[Point, str], float | None] = {}
        self.regions: dict[str, list[Region]] = {}
        self.slopes: dict[tuple[Point, str], dict[int, float]] = {}
        self.sloped: set[int] = set()  # parameters that some score was seen to follow
        self.seen: set[int] = set()
        self.steps: dict[str, int] = {}
        self.cases: tuple[str, ...] = ()
        self.tracing = True
        self.kept, self.finishing = 0, False
        self.case_runs = 0
        self.reused = 0

    def __enter__(self) -> Objective:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="tracec-")))
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def run(self, point: Point, cases: Sequence[str]) -> list[Outcome]:
        """Run some cases at a point, in another process where one ends it. OutOfBudget where none is left."""
        self._reserve(cases)
        swaps = self.variants.swaps(point)
        done: dict[str, Outcome] = {}
        while rest := [case for case in cases if case not in done]:
            reply = self.suite.run(self._request(point, rest, swaps=swaps, steps=self.steps))
            done |= {o.id: o for o in reply.outcomes}
            if not reply.outcomes:
                done[rest[0]] = Outcome(rest[0], "died", reply.detail)
            if self.ledger.late():
                break
        return list(done.values())

    def _reserve(self, cases: Sequence[str]) -> None:
        if self.kept and self.finishing:
            self.kept -= 1
        elif not self.ledger.reserve():
            raise OutOfBudget
        self.ledger.evaluations += 1
        self.case_runs += len(cases)

    def _request(self, point: Point, cases: Sequence[str], **more: Any) -> Request:
        seconds = max(1.0, min(self.ledger.left(), 1e9))
        return Request(
            tuple(cases), overlay=self.variants.overlay(point), seconds=seconds,
            test_seconds=self._job.config.test_seconds, **more,
        )  # fmt: skip

    def value(self, outcome: Outcome | None) -> float | None:
        """What a case's outcome is worth."""
        if self.metric is None:
            return 1.0 if outcome is not None and outcome.status == "passed" else 0.0
        return outcome.score if outcome is not None and outcome.status == "passed" else None

    def keep_back(self, count: int) -> None:
        """Put evaluations aside for the proofs at the end. OutOfBudget where there are not as many."""
        for _ in range(count):
            if not self.ledger.reserve():
                raise OutOfBudget
            self.kept += 1

    def finish(self) -> None:
        """From here on what was put aside may be spent, evaluations and seconds; what is not needed is given back."""
        self.finishing, self.ledger.hold = True, 0.0

    def audit(self, point: Point) -> bool:
        """Run the cases whose outcome at a point is only claimed; False where one says otherwise."""
        claimed = {case: self.known(point, case)[1] for case in self.cases if (point, case) not in self._known}
        if not claimed:
            return True
        self.fill(point, list(claimed))
        return all(self._known[point, case] == value for case, value in claimed.items())

    def distrust(self) -> None:
        """Trace no more, and forget what traces said."""
        self.tracing = False
        self.regions.clear()

    def learn(self, outcomes: Sequence[Outcome], point: Point) -> None:
        """Take in what was run by others."""
        for outcome in outcomes:
            self._known[point, outcome.id] = self.value(outcome)

    def learn_again(self, point: Point, values: Sequence[float | None]) -> None:
        """Put back what was known before tracing said otherwise."""
        self._known.update({(point, case): value for case, value in zip(self.cases, values)})

    def known(self, point: Point, case: str) -> tuple[bool, float | None]:
        """(whether the outcome is known, the outcome)."""
        if (point, case) in self._known:
            return True, self._known[point, case]
        for region in self.regions.get(case, ()):
            if region.holds(point):
                return True, region.score
        return False, None

    def scores(self, point: Point, cases: Sequence[str] = (), *, traced: bool = False) -> list[float | None]:
        """The value of each case at a point; those that are not known are run, `traced` where that can be done."""
        cases = cases or self.cases
        said = {case: self.known(point, case) for case in cases}
        missing = [case for case, (known, _) in said.items() if not known]
        if missing:
            self.ledger.candidates += 1
            self.reused += len(cases) - len(missing)
            self.fill(point, missing, traced=traced)
        return [self.known(point, case)[1] for case in cases]

    def fill(self, point: Point, cases: Sequence[str], *, traced: bool = False) -> None:
        """Run cases and keep what they say."""
        rest = self.trace(point, cases) if traced and self.tracing else cases
        if rest:
            by_id = {o.id: o for o in self.run(point, rest)}
            for case in rest:
                self._known[point, case] = self.value(by_id.get(case))

    def trace(self, point: Point, cases: Sequence[str]) -> list[str]:
        """Run cases with recording on; returns those that this says nothing about."""
        self._reserve(cases)
        log = self.ledger.folder() / f"tune{self._traced}.trace"
        self._traced += 1
        if not self.ledger.replaying:
            log.unlink(missing_ok=True)  # of a process that was killed before it could say so
        artifacts = self.variants.artifacts(point, self._folder)
        reply = self._recording().run(self._request(point, cases, record=str(log), artifacts=artifacts))
        by_id = {o.id: o for o in reply.outcomes}
        traces = {trace.name: trace for trace in loaded(log)}
        spans = self.variants.spans(point)
        rest: list[str] = []
        for case in cases:
            outcome, trace = by_id.get(case), traces.get(case)
            if outcome is None or trace is None or trace.lost or outcome.status not in ("passed", "failed"):
                rest.append(case)
                continue
            self._known[point, case] = self.value(outcome)
            self._keep(case, point, outcome, trace, spans)
        self.tracing = len(rest) * 2 <= len(cases)
        return rest

    def _keep(self, case: str, point: Point, outcome: Outcome, trace: Trace, spans: Mapping[Any, int]) -> None:
        """The region of one run, and the slope of its score."""
        numbers = {span: n for span, n in spans.items() if is_number(point[n])}
        went = flow(trace, numbers, point)
        self.seen |= went.seen
        unseen = set(numbers.values()) - self.seen
        fixed = frozenset(n for n in range(len(point)) if not is_number(point[n])) | went.escaped | unseen
        kept = self.regions.setdefault(case, [])
        kept.append(region_of(point, self.value(outcome), fixed, went.links))
        del kept[:-MOST_REGIONS]
        if outcome.score is not None:
            self.slopes[point, case] = slope(trace, self.metric, numbers)
            self.sloped |= self.slopes[point, case].keys()

    def widen(self) -> bool:
        """Trace the metric's own file too from now on; False where that is so already, or the file is not at hand.

        Its code is left out at first: what it does when it is imported would be read again for every case.
        """
        if self.metric is None or self._widened or not self.metric.file(self._job.root):
            return False
        self._widened = True
        if self.metric.file(self._job.root) in self._program.sources:
            return False
        if self._recorder is not None:
            self._recorder.__exit__()
        self._recorder = None
        self.regions.clear()
        return True

    def _recording(self) -> Remembered:
        """The guest that records, started when it is needed first."""
        if self._recorder is None:
            job, tracing = self._job, tracing_of(self._job)
            judges = set(self.suite.files.values()) - {""}
            if self.metric is not None and self._widened:
                judges.add(self.metric.file(job.root))
            built = instrumented(tracing, self._program.sources, sorted(judges))
            config = self.metric.config() if self.metric else None
            args = () if self.metric else job.tests
            more = {"artifacts": built.artifacts, "limit_events": LIMIT_EVENTS, "metric": config, **options(job)}
            guest = Suite(job.root, args, mode="record", **more)
            name = f"record{self._widened:d}"
            self._recorder = self._stack.enter_context(Remembered(guest, self.ledger, name, repeats=True))
        return self._recorder


def slope(trace: Trace, metric: Metric | None, spans: Mapping[Any, int]) -> dict[int, float]:
    """d(score)/d(parameter) by parameter, as far as the trace can tell."""
    output = returned(trace, metric.function) if metric else -1
    if output < 0:
        return {}
    found: dict[int, float] = {}
    columns = trace.columns
    for node, factor in gradient(trace, output).by_node.items():
        site = columns.table[columns.site[node]]
        if site.kind == "const" and site.span in spans:
            found[spans[site.span]] = found.get(spans[site.span], 0.0) + factor
    return found


def returned(trace: Trace, function: str) -> int:
    """The node of the number that the metric returned last, -1 where there is none."""
    columns = trace.columns
    for node in range(len(trace) - 1, -1, -1):
        site = columns.table[columns.site[node]]
        if (site.returns or site.kind == "return") and trace.frames[columns.frame[node]].function == function:
            return node if is_number(columns.values[node]) else -1
    return -1
