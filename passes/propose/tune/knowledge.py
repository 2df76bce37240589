"""Knowledge: what is known of every case at every point, as it was seen, or as it follows from traced runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracec.passes.graph.gradient import gradient
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.score import Score, score_of, value_of
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Trace
from tracec.passes.propose.tune.flow import flow
from tracec.passes.propose.tune.region import Point, Region, is_number, region_of
from tracec.runtime.outcome import Outcome, Status

MOST_REGIONS = 64  # kept for one case; chosen


@dataclass(slots=True)
class Knowledge:
    """Outcomes by point and case. `regions` say where else a traced run would have gone the same way.

    `metric` is the name of the function whose value is the score, "" where tests decide; `slopes` are d(score) by
    parameter. `tracing`: runs may be traced, and what that says is believed.
    """

    cases: tuple[str, ...]
    metric: str = ""
    tracing: bool = True
    regions: dict[str, list[Region]] = field(default_factory=dict)
    slopes: dict[tuple[Point, str], dict[int, float]] = field(default_factory=dict)
    _seen: dict[tuple[Point, str], Outcome] = field(default_factory=dict)
    _met: set[int] = field(default_factory=set)  # parameters that some trace has seen

    def outcome(self, point: Point, case: str) -> Outcome | None:
        """What came of a case at a point, or must come of it; None where that is not known."""
        if (point, case) in self._seen:
            return self._seen[point, case]
        return next((r.outcome for r in self.regions.get(case, ()) if r.holds(point)), None)

    def outcomes(self, point: Point) -> list[Outcome]:
        """All that is known at a point."""
        found = (self.outcome(point, case) for case in self.cases)
        return [outcome for outcome in found if outcome is not None]

    def whole(self, point: Point) -> bool:
        """True where every case is known."""
        return len(self.outcomes(point)) == len(self.cases)

    def score(self, point: Point) -> Score:
        """The score at a point; a case that is not known counts as failing."""
        known = {o.id: value_of(o) for o in self.outcomes(point)}
        return score_of([known.get(case) for case in self.cases])

    def learn(self, point: Point, outcomes: Iterable[Outcome], claimed: Iterable[Outcome] = ()) -> None:
        """Take in what was run: all cases but those `claimed`. One that has no outcome did not come to its end."""
        by_id = {o.id: o for o in outcomes}
        run = {*self.cases} - {o.id for o in claimed}
        self._seen |= {(point, c): by_id.get(c) or Outcome(c, Status.DIED) for c in self.cases if c in run}

    def trace(self, point: Point, runs: Sequence[TracedRun], spans: Mapping[Span, int]) -> None:
        """Take in traced runs at a point; the literals of its parameters, by number, stand at `spans`."""
        numbers = {span: n for span, n in spans.items() if is_number(point[n])}
        for run in runs:
            if self.tracing:
                self._keep(point, run, numbers)

    def is_free(self, number: int) -> bool:
        """True where some case knows more than one value of a parameter: it goes into comparisons only."""
        return any(number not in region.fixed for regions in self.regions.values() for region in regions)

    def slope(self, point: Point, numbers: Sequence[int]) -> dict[int, float]:
        """The mean of the cases' slopes at a point, by parameter, as far as traces could follow the score."""
        rows = [self.slopes.get((point, case), {}) for case in self.cases]
        return {n: sum(row.get(n, 0.0) for row in rows) / len(rows) for n in numbers if any(n in row for row in rows)}

    def sloped(self, numbers: Sequence[int]) -> bool:
        """True where some score was seen to follow one of some parameters."""
        return any(n in row for row in self.slopes.values() for n in numbers)

    def distrust(self) -> None:
        """Trace no more, and forget what traces said."""
        self.tracing = False
        self.regions.clear()

    def _keep(self, point: Point, run: TracedRun, numbers: Mapping[Span, int]) -> None:
        """The region of one run, and the slope of its score."""
        went = flow(run.trace, numbers, point)
        self._met |= went.seen
        unseen = set(numbers.values()) - self._met
        fixed = frozenset(n for n in range(len(point)) if not is_number(point[n])) | went.escaped | unseen
        kept = self.regions.setdefault(run.case, [])
        made = region_of(point, value_of(run.outcome), fixed, went.links)
        kept.append(replace(made, outcome=run.outcome))
        del kept[:-MOST_REGIONS]
        if run.outcome.score is not None:
            self.slopes[point, run.case] = _slope(run.trace, self.metric, numbers)


def _slope(trace: Trace, metric: str, spans: Mapping[Span, int]) -> dict[int, float]:
    """d(score)/d(parameter) by parameter, as far as the trace can tell."""
    output = _returned(trace, metric) if metric else -1
    if output < 0:
        return {}
    found: dict[int, float] = {}
    columns = trace.columns
    for node, factor in gradient(trace, output).by_node.items():
        site = columns.table[columns.site[node]]
        if site.kind == "const" and site.span in spans:
            found[spans[site.span]] = found.get(spans[site.span], 0.0) + factor
    return found


def _returned(trace: Trace, function: str) -> int:
    """The node of the number that the metric returned last, -1 where there is none."""
    columns = trace.columns
    for node in range(len(trace) - 1, -1, -1):
        site = columns.table[columns.site[node]]
        if (site.returns or site.kind == "return") and trace.frames[columns.frame[node]].function == function:
            return node if is_number(columns.values[node]) else -1
    return -1
