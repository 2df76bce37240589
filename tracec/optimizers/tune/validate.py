"""The points that a search found -> the one that holds: validated, not by chance, and confirmed in a fresh process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from tracec.evaluate.evaluator import Judge
from tracec.evaluate.metric import Metric
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.suite import Suite
from tracec.optimizers.tune.objective import OutOfBudget, Score, score_of
from tracec.optimizers.tune.points import Variants
from tracec.optimizers.tune.search import MORE_REPEATS, REPEATS, SURE, Search, gains, repeated
from tracec.passes.accept.strict import harms
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.propose.tune.region import Point
from tracec.project.program import Program
from tracec.run.job import Job, Result, options
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome

LONGEST = 3600.0  # seconds of the confirmation
VALIDATED = 5  # of the best points, how many the validation cases may refuse


@dataclass(slots=True)
class Gate:
    """The tests that must keep passing while a metric is raised."""

    judge: Judge
    program: Program
    variants: Variants
    ledger: Ledger
    before: list[Outcome] = field(default_factory=list)
    known: dict[Point, bool] = field(default_factory=dict)

    def __call__(self, point: Point) -> bool:
        """Whether every test ends at least as well as before."""
        if point not in self.known:
            overlay = self.variants.overlay(point)
            after = self.judge.all_outcomes([o.id for o in self.before], 0, self.ledger.to_the_end(), overlay)
            self.known[point] = not harms(self.before, after)
        return self.known[point]


def chosen(result: Result, program: Program, candidate: Candidate) -> None:
    """A candidate becomes the result."""
    result.changes = [candidate]
    result.texts = program.texts(candidate)


def finish(job: Job, result: Result, search: Search, metric: Metric, first: Score, program: Program) -> None:
    """The best point that the validation cases bear out becomes the result, with the scores before and after."""
    objective = search.objective
    variants = objective.variants
    held = metric.names("validation", objective.suite.ids)
    held = repeated(held, 0, REPEATS) if search.noisy else held
    try:
        start_held = score_of(objective.scores(variants.start, held)) if held else None
        winner, score, after_held = variants.start, first, start_held
        for point in list(reversed(search.better))[:VALIDATED]:
            at_held = score_of(objective.scores(point, held)) if held else None
            worse = at_held is not None and start_held is not None and at_held < start_held
            if worse:
                result.warnings.append(
                    f"{variants.candidate(point).why}: better on the training cases, worse on those for validation"
                )
            elif not search.noisy or certain(search, point, result):
                cases = fresh(search) if search.noisy else objective.cases
                first, score = (score_of(objective.scores(p, cases)) for p in (variants.start, point))
                winner, after_held = point, at_held
                break
    except OutOfBudget:
        result.warnings.append("the budget ended before the winner was validated: raise --budget-seconds")
        winner, score, start_held, after_held = variants.start, first, None, None
    told(result, "score", "failing_cases", first, score)
    if start_held is not None and after_held is not None:
        told(result, "validation", "validation_failing", start_held, after_held)
    result.scores |= {"noisy": search.noisy, "case_runs": objective.case_runs, "case_runs_saved": objective.reused}
    result.scores["history"] = [
        {"case_runs": runs, "score": mean, "values": values_of(search, point)} for runs, mean, point in search.history
    ]
    if winner != variants.start:
        chosen(result, program, variants.candidate(winner))


def values_of(search: Search, point: Point) -> dict[str, str]:
    """The source texts of a point's values by name."""
    return {d.target.qualname: d.text(value) for d, value in zip(search.dimensions, point)}


def certain(search: Search, point: Point, result: Result) -> bool:
    """Whether a noisy gain is there in runs that nothing was chosen by."""
    if gains(search.objective, search.objective.variants.start, point, fresh(search)) > SURE:
        return True
    result.warnings.append(
        f"{search.objective.variants.candidate(point).why}: the gain may be chance, so it is dropped"
    )
    return False


def fresh(search: Search) -> tuple[str, ...]:
    """Runs of all cases that nothing was chosen by."""
    return repeated(search.objective.cases, MORE_REPEATS, 2 * MORE_REPEATS)


def told(result: Result, name: str, failing: str, before: Score, after: Score) -> None:
    """Both scores, for `--json`."""
    result.scores |= {f"{name}_before": before.mean, f"{name}_after": after.mean}
    result.scores |= {f"{failing}_before": before.failing, f"{failing}_after": after.failing}


def proven(job: Job, result: Result, search: Search, gate: Gate | None) -> Result:
    """Score the patched files once more, in a fresh guest with no hook of ours, and the tests with them."""
    job.tell("confirming in a fresh process")
    objective, metric = search.objective, objective_metric(search)
    overlay = {os.path.realpath(path): text for path, text in result.texts.items()}
    point = next(p for p in search.better if objective.variants.candidate(p) == result.changes[0])
    before = objective.scores(point)
    seconds = max(1.0, min(objective.ledger.to_the_end(), LONGEST))
    guest = Suite(job.root, (), mode="plain", metric=metric.config(), **options(job))
    with ReplayingSuite(guest, objective.ledger, "plain metric") as suite:
        judge = Judge(suite, job.config.test_seconds)
        outcomes = {o.id: o for o in judge.all_outcomes(objective.cases, 0, seconds, overlay)}
        after = [objective.value(outcomes.get(case)) for case in objective.cases]
    result.status = "improved"
    if after != before and not search.noisy:
        return dropped(result, "scored otherwise in a fresh run")
    if gate is not None:
        guest = Suite(job.root, job.tests, mode="plain", **options(job))
        with ReplayingSuite(guest, objective.ledger, "plain") as suite:
            judge = Judge(suite, job.config.test_seconds)
            result.after = tuple(judge.all_outcomes([o.id for o in gate.before], 0, seconds, overlay))
        if harms(gate.before, result.after):
            return dropped(result, "breaks a test in a fresh run")
    return result


def objective_metric(search: Search) -> Metric:
    """The metric of a search that has one."""
    assert search.objective.metric is not None
    return search.objective.metric


def dropped(result: Result, why: str) -> Result:
    """Nothing is changed after all."""
    result.warnings.append(f"the values found: {why}, so they are dropped")
    result.status, result.texts, result.changes, result.after = "unchanged", {}, [], result.before
    for name in ("score", "failing_cases", "validation", "validation_failing"):
        if f"{name}_before" in result.scores:
            result.scores[f"{name}_after"] = result.scores[f"{name}_before"]
    return result
