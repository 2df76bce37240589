"""A job -> Work: the guests are started, and the user's program is judged as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tracec.evaluate.baseline import baseline, patience
from tracec.evaluate.case_impact import CaseImpact
from tracec.evaluate.evaluator import Evaluator
from tracec.evaluate.gate import Gate
from tracec.evaluate.local_evaluator import LocalEvaluator
from tracec.evaluate.metric import Metric, metric_of
from tracec.evaluate.panel import Panel, Parent
from tracec.evaluate.screening import Screened
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.startup_errors import not_handed_down
from tracec.guests.suites import Guests
from tracec.models.opening import desk_of, models_of
from tracec.passes.accept.holdout import held_out
from tracec.project.paths import digest
from tracec.project.program import Program
from tracec.recording.extent import ENOUGH, Extent
from tracec.recording.trace_cases import Tracer
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome
from tracec.work.honesty import Honesty
from tracec.work.metric_panel import metric_panel
from tracec.work.result import Result
from tracec.work.test_choice import Choice, chosen_tests
from tracec.work.told import tell_before, tell_job
from tracec.work.work import Work

HOLD = 1.0  # wall seconds kept back for each proof at the end, besides HOLD_TIMES what the start took; chosen
HOLD_TIMES = 2  # see above; chosen
NAMED = 3  # tests that are named in a line; chosen
HOLD_SHARE = 0.5  # of the time left that is kept back at most: what is not sought is not found; chosen


@contextmanager
def opened(
    job: Job,
    ledger: Ledger,
    *,
    events: Extent = ENOUGH,
    screened: bool = False,
    complete: bool = False,
    values: bool = False,
    changes: bool = True,
    asks: bool = False,
) -> Iterator[Work]:
    """Start the guests and judge the user's program; they are closed in the end.

    The keywords are what a strategy asks for; without `changes` nothing but the user's program runs. TracecError where
    something stands in the way.
    """
    tell_job(ledger, job)
    models = models_of(job) if asks else None
    metric = metric_of(job.root, job.config.metric, job.config.train, job.config.validation)
    program = Program.read(job.paths, job.names, job.root)
    program = program.with_values() if values else program
    with ExitStack() as stack:
        work = Opening(job, ledger, stack, changes).work(program, metric)
        assert isinstance(work.evaluator, LocalEvaluator)
        warn, config = work.result.warn, metric.config() if metric else None
        work.evaluator.tracer = stack.enter_context(Tracer(job, ledger, warn, config, events))
        work.desk = stack.enter_context(desk_of(job, ledger, warn, models)) if models else None
        arrange(work, screened=screened, complete=complete)
        tell_before(ledger, work.root)
        yield work


def arrange(work: Work, *, screened: bool, complete: bool) -> None:
    """Have candidates screened, or all cases run for each, as the strategy asks for that goes on.

    What another engine put off in its screening stays there.
    """
    inner = work.evaluator.inner if isinstance(work.evaluator, Screened) else work.evaluator
    assert isinstance(inner, LocalEvaluator)
    complete = complete or work.root.panel.scored
    for parent in (work.root, *work.partials):
        parent.panel.complete = complete
    work.evaluator = Screened(inner) if screened and not complete else inner


@dataclass(frozen=True, slots=True)
class Opening:
    """Judges the user's program as it is, by tests or by a metric. The guests that it starts close with `stack`."""

    job: Job
    ledger: Ledger
    stack: ExitStack
    changes: bool

    def work(self, program: Program, metric: Metric | None) -> Work:
        """The program judged by a metric where there is one, else by tests."""
        return self.by_metric(program, metric) if metric else self.by_tests(program)

    def by_tests(self, program: Program) -> Work:
        """The tests decide: those that fail are the goal, some of them are held out."""
        suite = self.started(Guests(self.job, self.ledger))
        program = self.judged_apart(suite, program)
        impact, panel, result = self.judged(suite, program, chosen_tests(self.job, self.ledger, suite, program))
        return self.assembled(suite, Parent(panel, program), impact, result)

    def by_metric(self, program: Program, metric: Metric) -> Work:
        """A metric decides; where there are tests too, none of them may be harmed."""
        job, ledger = self.job, self.ledger
        result, gate = Result("unchanged", program, (), ()), None
        if job.config.tests:
            tests = self.started(Guests(job, ledger))
            program = self.judged_apart(tests, program)
            _, before, result = self.judged(tests, program, Choice(tests.ids))
            gate = Gate(tests, before, ledger)
        result.impact = impact = CaseImpact(job.config.seed)  # of cases, of which no one notes what they run
        suite = self.started(Guests(job, ledger, metric.config()))
        panel, noise = metric_panel(job, ledger, suite, metric, impact)
        ledger.hold = max(ledger.hold, HOLD + HOLD_TIMES * ledger.seconds())
        return replace(
            self.assembled(suite, Parent(panel, program), impact, result), metric=metric, gate=gate, noise=noise
        )

    def started(self, guests: Guests) -> ReplayingSuite:
        """The guest that judges, once it has collected. TracecError where it could not confine the changes to come."""
        suite = self.stack.enter_context(guests.judging())
        if self.changes:
            suite.must_confine()
        return suite

    def assembled(self, suite: ReplayingSuite, root: Parent, impact: CaseImpact, result: Result) -> Work:
        """The parts of a run, put together."""
        config = self.job.config
        most = patience(config.test_seconds, root.panel.before)
        evaluator: Evaluator = LocalEvaluator(suite, self.ledger, config.jobs, most, impact)
        return Work(self.job, self.ledger, suite, evaluator, root, result, Honesty(result.before, suite.files))

    def judged_apart(self, suite: ReplayingSuite, program: Program) -> Program:
        """The program less the files that judge it: tests, every conftest.py above one, all in a folder of tests."""
        above = {folder for path in suite.files.values() for folder in Path(path).parents}
        homes = {f for f in above if f.name in ("test", "tests") and self.job.root.resolve() in f.parents}
        paths = {path: Path(program.real(path)) for path in program.sources}
        return program.without(
            path
            for path, real in paths.items()
            if str(real) in suite.files.values()
            or (real.name == "conftest.py" and real.parent in above)
            or not homes.isdisjoint(real.parents)
        )

    def judged(self, suite: ReplayingSuite, program: Program, choice: Choice) -> tuple[CaseImpact, Panel, Result]:
        """The outcomes of the program as it is. Where no test that was chosen fails, all others are run."""
        job, ledger, impact = self.job, self.ledger, CaseImpact(self.job.config.seed)
        ledger.event("tests", digest(job.root, {*suite.files.values()}), lambda: None)
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
        ledger.proofs = proofs(job, choice, began, panel)
        ledger.hold = min(HOLD_SHARE * ledger.left(), ledger.proofs)
        panel.hold_to(o.id for o in before if o.failed)
        told(job, before)
        result = Result("unchanged", program, before, before, unconfined_only=unconfined_only, impact=impact)
        result.left_out, result.recorded = choice.left_out, choice.recorded
        warn_of(job, result)
        return impact, panel, result


def told(job: Job, before: Sequence[Outcome]) -> None:
    """Say how many tests fail, and which."""
    failing = [o.id for o in before if o.failed]
    named = ", ".join(failing[:NAMED]) + (f" and {len(failing) - NAMED} more" if len(failing) > NAMED else "")
    job.tell(f"{len(failing)} of {len(before)} tests fail" + (f": {named}" if failing else ""))


def warn_of(job: Job, result: Result) -> None:
    """Say what keeps tests from saying what they could."""
    slow = [o for o in result.before if o.passed and o.seconds > job.config.test_seconds > 0]
    if slow:
        named = ", ".join(f"{o.id} ({o.seconds:.0f} s)" for o in slow[:NAMED])
        what = f"{len(slow)} passing tests take longer than --test-seconds ({job.config.test_seconds:g})"
        result.warn(f"{what} and are given the time: {named}")
    for warning in not_handed_down((o.message for o in result.before if o.failed), job.config.environment):
        result.warn(warning)
    if free := result.unconfined_only:
        what = f"{len(free)} tests write outside their temporary folder or use the network"
        todo = "they judge only what is written; set `writable` or `network` to let them judge all"
        result.warn(f"{what}, as {min(free)}: {todo}")


def proofs(job: Job, choice: Choice, began: float, panel: Panel) -> float:
    """Seconds for proofs: a run of all tests for each, and another one where some of them are left out.

    What those take is known from a run that was kept, else they are taken to be like the others.
    """
    whole, times = panel.seconds(), 2 if job.write else 1
    if choice.left_out:
        whole += choice.seconds or whole * len(choice.left_out) / len(choice.tests)
        times += 1
    return times * (HOLD + HOLD_TIMES * (began + whole))


def hold_out(work: Work) -> None:
    """Keep some tests out of the choice among candidates, where there are enough of them."""
    panel = work.root.panel
    panel.hold_out(held_out(panel.failing_tests, panel.regression_tests, work.job.config.seed))
    work.result.chosen.held_out = panel.held_out
