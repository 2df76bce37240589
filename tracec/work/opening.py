"""A job -> Work: the guests are started, and the user's program is judged as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tracec.evaluate.baseline import baseline
from tracec.evaluate.case_impact import CaseImpact
from tracec.evaluate.evaluator import Evaluator
from tracec.evaluate.gate import Gate
from tracec.evaluate.local_evaluator import LocalEvaluator
from tracec.evaluate.metric import Metric, metric_of
from tracec.evaluate.panel import Panel, Parent
from tracec.evaluate.screening import Screened
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.suites import metric_suite, not_handed_down, suite_of
from tracec.passes.accept.holdout import held_out
from tracec.project.paths import digest
from tracec.project.program import Program
from tracec.recording.trace_cases import Tracer
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.work.honesty import Honesty
from tracec.work.metric_panel import metric_panel
from tracec.work.result import Result
from tracec.work.test_choice import Choice, chosen_tests
from tracec.work.work import Work

HOLD = 1.0  # wall seconds kept back for each proof at the end, besides HOLD_TIMES what the start took; chosen
HOLD_TIMES = 2  # see above; chosen
HOLD_SHARE = 0.5  # of the time left that is kept back at most, where it is a guess what the tests take; chosen


@contextmanager
def opened(
    job: Job,
    ledger: Ledger,
    *,
    events: int,
    screened: bool = False,
    complete: bool = False,
    values: bool = False,
) -> Iterator[Work]:
    """Start the guests and judge the user's program; they are closed in the end.

    The keywords are what a strategy asks for. TracecError where something stands in the way.
    """
    metric = metric_of(job.root, job.config.metric, job.config.train, job.config.validation)
    program = Program.read(job.paths, job.names, job.root)
    program = program.with_values() if values else program
    with ExitStack() as stack:
        work = by_metric(job, ledger, program, metric, stack) if metric else by_tests(job, ledger, program, stack)
        work.root.panel.complete = complete or work.root.panel.scored
        assert isinstance(work.evaluator, LocalEvaluator)
        config = metric.config() if metric else None
        work.evaluator.tracer = stack.enter_context(Tracer(job, ledger, work.result.warn, config, events))
        if screened and not work.root.panel.complete:
            work.evaluator = Screened(work.evaluator)
        yield work


def by_tests(job: Job, ledger: Ledger, program: Program, stack: ExitStack) -> Work:
    """The tests decide: those that fail are the goal, some of them are held out."""
    suite = stack.enter_context(suite_of(job, ledger))
    program = judged_apart(job, suite, program)
    impact, panel, result = judged(job, ledger, suite, program, chosen_tests(job, ledger, suite, program))
    return assembled(job, ledger, suite, Parent(panel, program), impact, result)


def by_metric(job: Job, ledger: Ledger, program: Program, metric: Metric, stack: ExitStack) -> Work:
    """A metric decides; where there are tests too, none of them may be harmed."""
    result, gate = Result("unchanged", program, (), ()), None
    if job.config.tests:
        tests = stack.enter_context(suite_of(job, ledger))
        program = judged_apart(job, tests, program)
        _, before, result = judged(job, ledger, tests, program, Choice(tests.ids))
        gate = Gate(tests, before, ledger)
    result.impact = impact = CaseImpact(job.config.seed)  # of cases, of which no one notes what they run
    suite = stack.enter_context(metric_suite(job, ledger, metric.config()))
    panel, noise = metric_panel(job, ledger, suite, metric, impact)
    ledger.hold = max(ledger.hold, HOLD + HOLD_TIMES * ledger.seconds())
    work = assembled(job, ledger, suite, Parent(panel, program), impact, result, metric)
    work.gate, work.noise = gate, noise
    return work


def assembled(
    job: Job,
    ledger: Ledger,
    suite: ReplayingSuite,
    root: Parent,
    impact: CaseImpact,
    result: Result,
    metric: Metric | None = None,
) -> Work:
    """The parts of a run, put together."""
    evaluator: Evaluator = LocalEvaluator(suite, ledger, job.config.jobs, job.config.test_seconds, impact)
    return Work(job, ledger, suite, evaluator, root, result, Honesty(result.before, suite.files), metric)


def judged_apart(job: Job, suite: ReplayingSuite, program: Program) -> Program:
    """The program less the files that judge it: tests, every conftest.py above one, all in a folder of tests."""
    above = {folder for path in suite.files.values() for folder in Path(path).parents}
    homes = {f for f in above if f.name in ("test", "tests") and job.root.resolve() in f.parents}
    paths = {path: Path(program.real(path)) for path in program.sources}
    return program.without(
        path
        for path, real in paths.items()
        if str(real) in suite.files.values()
        or (real.name == "conftest.py" and real.parent in above)
        or not homes.isdisjoint(real.parents)
    )


def judged(
    job: Job, ledger: Ledger, suite: ReplayingSuite, program: Program, choice: Choice
) -> tuple[CaseImpact, Panel, Result]:
    """The outcomes of the program as it is; says how many tests fail. Where no test chosen does, all others are run."""
    ledger.event("tests", digest(job.root, {*suite.files.values()}), lambda: None)
    impact = CaseImpact(job.config.seed)
    job.tell(f"running {len(choice.tests):,} tests ({suite.confinement})")
    began = ledger.seconds()
    before, unconfined_only = baseline(suite, choice.tests, impact, ledger.left(), job.config.test_seconds)
    if choice.left_out and not any(o.failed for o in before):
        job.tell(f"none of them fails, so the other {len(choice.left_out):,} are run too")
        more, free = baseline(suite, choice.left_out, impact, ledger.left(), job.config.test_seconds)
        known = {o.id: o for o in (*before, *more)}
        before, unconfined_only = tuple(known[name] for name in suite.ids), unconfined_only | free
        choice = Choice(suite.ids)
    panel = Panel(before, suite.files, unconfined_only)
    ledger.hold = proofs(job, choice, began, panel, ledger.left())
    panel.hold_to(o.id for o in before if o.failed)
    job.tell(f"{sum(o.failed for o in before)} of {len(before)} tests fail")
    result = Result("unchanged", program, before, before, unconfined_only=unconfined_only, impact=impact)
    result.left_out = choice.left_out
    for warning in not_handed_down(job, before):
        result.warn(warning)
    if unconfined_only:
        what = f"{len(unconfined_only)} tests write outside their temporary folder or use the network"
        todo = "they judge only what is written; set `writable` or `network` to let them judge all"
        result.warn(f"{what}, as {min(unconfined_only)}: {todo}")
    return impact, panel, result


def proofs(job: Job, choice: Choice, began: float, panel: Panel, left: float) -> float:
    """Seconds to keep back: a run of all tests for each proof, and another one where some of them are left out.

    What those take is known from a run that was kept, else they are taken to be like the others.
    """
    whole, times = panel.seconds(), 2 if job.write else 1
    if not choice.left_out:
        return times * (HOLD + HOLD_TIMES * (began + whole))
    whole += choice.seconds or whole * len(choice.left_out) / len(choice.tests)
    return min(HOLD_SHARE * left, (times + 1) * (HOLD + HOLD_TIMES * (began + whole)))


def hold_out(work: Work) -> None:
    """Keep some tests out of the choice among candidates, where there are enough of them."""
    panel = work.root.panel
    panel.hold_out(held_out(panel.failing_tests, panel.regression_tests, work.job.config.seed))
    work.result.chosen.held_out = panel.held_out
