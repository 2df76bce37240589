"""`--with tune`: numbers, choices and texts are set so that tests pass or a metric rises."""

from __future__ import annotations

import ast
import os
from contextlib import ExitStack
from pathlib import Path

from tracec.job import Job, Result, must_confine, not_handed_down, options, suite_of
from tracec.ledger import Ledger
from tracec.passes.accept.strict import FAILING
from tracec.passes.errors import TracecError
from tracec.passes.find.literals import literals
from tracec.passes.propose.tune.region import Point
from tracec.passes.propose.tune.space import Dimension, space
from tracec.passes.target import Target
from tracec.pipeline import start, tests_of
from tracec.program import Program
from tracec.proofs import confirmed
from tracec.remembered import Remembered
from tracec.run import Suite
from tracec.runtime.feedback import Outcome
from tracec.tuning.metric import Metric, metric_of
from tracec.tuning.objective import Objective, OutOfBudget, Score, score_of
from tracec.tuning.search import REPEATS, Search, repeated
from tracec.tuning.sweep import is_free
from tracec.tuning.tuned import Gate, chosen, finish, proven
from tracec.tuning.variants import Variants

HOLD = 1.0  # seconds kept back for the proofs at the end, besides twice what the start took
SLACK, LEAST_STEPS = 20, 200_000  # a candidate may take so many times the steps of the program as it is


def values_only(job: Job) -> bool:
    """Whether all that may change is a number, a choice or a text."""
    return all(target.kind != "code" for target in Program.read(job.paths, job.names).targets)


def tune(job: Job, ledger: Ledger) -> Result:
    """Better values for the targets; of a function, its number literals. Changes no file of the user."""
    metric = metric_of(job.config.metric, job.config.train, job.config.validation)
    with ExitStack() as stack:
        try:
            return by_metric(job, ledger, metric, stack) if metric else by_tests(job, ledger, stack)
        except OutOfBudget:
            what = "the budget ended before the program as it is was scored"
            raise TracecError(what, "raise --budget-evals or --budget-seconds") from None


def tunable(job: Job, program: Program, texts: tuple[str, ...] = ()) -> tuple[Program, tuple[Dimension, ...]]:
    """The program with values only as its targets, and what they may be. TracecError where there are none."""
    values = [target for target in program.targets if target.kind != "code"]
    inside: list[Target] = []
    for source in program.sources.values():
        inside += literals(source, program.targets)
    targets = (*values, *inside)
    if not targets:
        path = next(iter(program.sources))
        todo = "mark one with tracec.param(...), or name a function with numbers in it"
        raise TracecError("has no value that may change", todo, path=path, line=1)
    by_id = {target.id: target for target in targets}
    return Program(program.sources, targets, by_id, program.on_disk), space(targets, texts)


def by_tests(job: Job, ledger: Ledger, stack: ExitStack) -> Result:
    """Values with which the most tests pass."""
    program = Program.read(job.paths, job.names)
    suite = stack.enter_context(suite_of(job, ledger))
    must_confine(job, suite)
    program = program.without(tests_of(job, suite, program))
    program, dimensions = tunable(job, program, expected(suite))
    judge, result = start(job, suite, program, ledger)
    if not judge.goals:
        return result
    variants = Variants(program.sources, dimensions)
    objective = stack.enter_context(Objective(job, program, variants, ledger, None, suite))
    objective.cases = tuple(o.id for o in judge.judging() if o.status in ("passed", *FAILING))
    objective.steps = judge.steps
    known = [o for o in judge.judging() if o.id in set(objective.cases)]
    objective.learn(known, variants.start)
    search = Search(objective, dimensions, variants.start, job.config.seed, lambda point: True, job.tell.live, goal=1.0)
    searched(job, search, result)
    keeps = {o.id for o in known if o.status == "passed"}
    for point in reversed(search.better):
        passed = {case for case in objective.cases if objective.known(point, case)[1]}
        if keeps <= passed:
            chosen(result, program, variants.candidate(point))
            break
    return confirmed(job, result, ledger)


def expected(suite: Remembered) -> tuple[str, ...]:
    """What a text may become where it has no options: the short texts that the test files hold."""
    found: dict[str, None] = {}
    for path in sorted(set(suite.files.values()) - {""}):
        try:
            tree = ast.parse(Path(path).read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        found |= {
            repr(node.value): None
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) <= 60
        }
    return tuple(found)


def searched(job: Job, search: Search, result: Result) -> None:
    """Look for better points until nothing helps, the budget ends or the user has had enough."""
    try:
        trace_first(job, search)
        search.run()
        if not search.objective.audit(search.best):
            told = "a value goes where the trace does not see it, so all was tried again without the trace"
            result.warnings.append(told)
            search.objective.distrust()
            search.restart()
            search.run()
    except OutOfBudget:
        pass
    except KeyboardInterrupt:
        result.interrupted = True
        result.warnings.append("interrupted: this is the best so far")


def trace_first(job: Job, search: Search) -> None:
    """Look at the program as it is: which numbers go into comparisons only, and what they are compared with."""
    objective = search.objective
    if not search.of("int", "float") or not objective.tracing:
        return
    job.tell(f"tracing {len(objective.cases)} cases")
    plain = [objective.known(search.best, case)[1] for case in objective.cases]
    objective.trace(search.best, objective.cases)
    if not all(is_free(objective, n) for n in search.of("int", "float")) and objective.widen():
        objective.trace(search.best, objective.cases)
    if [objective.known(search.best, case)[1] for case in objective.cases] != plain:
        objective.distrust()
        objective.learn_again(search.best, plain)


def by_metric(job: Job, ledger: Ledger, metric: Metric, stack: ExitStack) -> Result:
    """Values with which the metric is highest on the training cases, and no lower on those for validation."""
    program = Program.read(job.paths, job.names)
    result = Result("unchanged", program, (), ())
    judge = None
    if job.config.tests:
        suite = stack.enter_context(suite_of(job, ledger))
        program = program.without(tests_of(job, suite, program))
        judge, result = start(job, suite, program, ledger)
    program, dimensions = tunable(job, program)
    result.program = program
    variants = Variants(program.sources, dimensions)
    gate = Gate(judge, program, variants, ledger, list(judge.judging())) if judge else None
    guest = Suite(job.root, (), mode="fuel", scope=job.paths, metric=metric.config(), **options(job))
    scorer = stack.enter_context(Remembered(guest, ledger, "metric", repeats=True))
    must_confine(job, scorer)
    objective = stack.enter_context(Objective(job, program, variants, ledger, metric, scorer))
    search = Search(objective, dimensions, variants.start, job.config.seed, gate or allowed, job.tell.live)
    first = baseline(job, objective, search, metric)
    held = metric.names("validation", objective.suite.ids)
    ledger.hold = max(ledger.hold, HOLD + 2 * ledger.seconds())
    objective.keep_back(bool(held) * 2 + search.noisy * 2)
    searched(job, search, result)
    objective.finish()
    finish(job, result, search, metric, first, program)
    return proven(job, result, search, gate) if result.changes else result


def allowed(point: Point) -> bool:
    """The gate where there are no tests."""
    return True


def baseline(job: Job, objective: Objective, search: Search, metric: Metric) -> Score:
    """The program as it is, run twice, as the metric may be noisy; then again, as that may not be ours to repeat."""
    names = metric.names("train", objective.suite.ids)
    job.tell(f"scoring {len(names)} cases" if names != ("metric",) else "scoring the program as it is")
    first = objective.run(search.best, names)
    other = objective.run(search.best, [f"{name}@1" for name in names])
    refuse(first, job)
    objective.steps = {o.id: LEAST_STEPS + SLACK * o.steps for o in first}
    objective.cases = names
    search.noisy = scores(first) != scores(other)
    if search.noisy:
        objective.tracing = scores(first) == scores(objective.run(search.best, names))
        objective.cases = repeated(names, 0, REPEATS)
        objective.steps = {}
        job.tell("the metric varies from run to run: candidates are compared by repeated runs")
    else:
        objective.learn(first, search.best)
    return score_of(objective.scores(search.best))


def scores(outcomes: list[Outcome]) -> list[float | None]:
    """The scores alone."""
    return [o.score for o in outcomes]


def refuse(outcomes: list[Outcome], job: Job) -> None:
    """TracecError where the metric gives no score: that is its author's fault, no candidate's."""
    wrong = [o for o in outcomes if o.status == "error"]
    if wrong:
        raise TracecError(f"{wrong[0].id}: {wrong[0].message}", "return a float, or (float, text)")
    if outcomes and all(o.failed for o in outcomes):
        shown = outcomes[0]
        path = os.path.relpath(shown.path, job.root) if shown.path else ""
        what = f"every case fails as the program is ({shown.id}: {shown.message or shown.status})"
        todo = "; ".join(["mend the metric or the program first", *not_handed_down(job, outcomes)])
        raise TracecError(what, todo, path=path, line=shown.line)
