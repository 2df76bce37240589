"""The road, on one screen: a program and its tests -> blame -> candidates -> the change that the tests accept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tracec.angelic import LATER_ROUNDS, ROUNDS, Explorer, guided
from tracec.attempts import Attempts
from tracec.files import digest
from tracec.frontier import Base, Frontier
from tracec.guest_faults import withheld
from tracec.job import Job, Result, may_change, must_confine, not_handed_down, suite_of, tracing_of
from tracec.judge import Judge
from tracec.ledger import Ledger
from tracec.passes.accept.said import refused, said
from tracec.passes.errors import TracecError
from tracec.passes.find.expected import marks
from tracec.passes.propagate.observe import Observation, called_in_vain
from tracec.passes.propose.carried import carried
from tracec.passes.propose.definition import Known
from tracec.passes.target import Attempt, Candidate, Credit
from tracec.plausible import Chooser
from tracec.program import Program
from tracec.proofs import change_is_seen, confirmed, repairable
from tracec.remembered import Remembered
from tracec.runtime.feedback import Outcome
from tracec.strategy import Strategy, strategy_of
from tracec.touched import Touched
from tracec.witness import witness

HOLD = 1.0  # seconds kept back for each proof at the end, besides twice what collecting and running all tests took


def improve(job: Job, ledger: Ledger) -> Result:
    """Repair or tune until the tests pass, the candidates or the budget end. Changes no file of the user."""
    program, strategy = Program.read(job.paths, job.names), strategy_of(job.config.with_, job.config.without)
    with suite_of(job, ledger) as suite:
        must_confine(job, suite)
        program = program.without(tests_of(job, suite, program))
        judge, result = start(job, suite, program, ledger)
        if judge.goals:
            found = search(job, strategy, strategy.archive(Base(judge, program)), result, ledger)
            if found is not None:
                result.changes = [*found.changes]
                result.texts = found.program.texts(Candidate(()))
    return confirmed(job, result, ledger)


def search(job: Job, strategy: Strategy, frontier: Frontier, result: Result, ledger: Ledger) -> Base | None:
    """The first program in the order of likelihood that all tests accept; else the best that some accept."""
    chooser = Chooser(job, frontier, result.chosen, ledger)
    try:
        while (base := frontier.cheapest()) and not ledger.late():
            if base.attempts is None:
                base.attempts = opened(job, strategy, base, result, ledger, chooser)
            attempt = base.next()
            if attempt is None:
                frontier.drop(base)
            elif base.judge.solves(attempt):
                if (found := chooser.settle(base, attempt)) is not None:
                    return found
            else:
                job.tell.live(progress(frontier, attempt, ledger))
                frontier.consider(base, attempt)
    except KeyboardInterrupt:
        result.interrupted = True
        job.tell("interrupted: proving the best change found so far; interrupt once more to leave")
    return chooser.honest(frontier.best())


def progress(frontier: Frontier, attempt: Attempt, ledger: Ledger) -> str:
    """How far the search is: candidates, their tier in bits, the best so far, the seconds left."""
    best, goals = frontier.most()
    left = f"{max(0.0, ledger.left()):.0f} s left" if ledger.budget.seconds is not None else "no limit"
    tier = f"tier {attempt.candidate.cost:.0f}"
    return f"{ledger.candidates} candidates, {tier}, best {best} of {goals}, {left}: {attempt.candidate.why}"


def tests_of(job: Job, suite: Remembered, program: Program) -> set[str]:
    """The program's files that judge it: tests, every conftest.py above one, and all that lies in a folder of tests."""
    above = {folder for path in suite.files.values() for folder in Path(path).parents}
    homes = {f for f in above if f.name in ("test", "tests") and job.root.resolve() in f.parents}
    paths = {path: Path(path).resolve() for path in program.sources}
    return {
        path
        for path, real in paths.items()
        if str(real) in suite.files.values()
        or (real.name == "conftest.py" and real.parent in above)
        or not homes.isdisjoint(real.parents)
    }


def start(job: Job, suite: Remembered, program: Program, ledger: Ledger) -> tuple[Judge, Result]:
    """The unchanged program's outcomes; says so where nothing fails."""
    ledger.event("tests", digest(sorted({*suite.files.values()})), lambda: None)
    judge = Judge(suite, job.config.test_seconds, touched=Touched(job.config.seed))
    job.tell(f"running {len(suite.ids)} tests ({suite.confinement})")
    began = ledger.seconds()
    before = judge.baseline(ledger.left())
    ledger.hold = (2 if job.write else 1) * (HOLD + 2 * (began + judge.seconds()))
    failing = [o.id for o in before if o.failed]
    judge.prepare(failing)
    job.tell(f"{len(failing)} of {len(before)} tests fail")
    result = Result("unchanged", program, before, before, held=judge.held, touched=judge.touched)
    result.warnings += not_handed_down(job, before)
    if judge.held:
        what = f"{len(judge.held)} tests write outside their temporary folder or use TCP, as {min(judge.held)}"
        result.warnings.append(
            f"{what}: they judge only what is written; set `writable` or `network` to let them judge all"
        )
    return judge, result


def opened(
    job: Job, strategy: Strategy, base: Base, result: Result, ledger: Ledger, chooser: Chooser
) -> Iterator[Attempt]:
    """Attempts to change a program, the likeliest change first; none where no failing test runs a target."""
    judge, program, seed = base.judge, base.program, job.config.seed
    base.credits = moved(base) or blame(job, strategy, judge, program, result, ledger, known=bool(base.changes))
    if not judge.goals:
        return iter(())
    if not base.changes:
        chooser.hold_out(judge)
    texts = {path: source.text for path, source in program.sources.items()}
    failing = [o for o in judge.before if o.id in judge.goals]
    told = said(failing)
    told = told if told.shown else replace(told, shown=written(judge, failing))
    base.tried = Attempts(judge, program, ledger, seen=base.seen)
    make = partial(strategy.propose, program.targets, base.credits, texts, said=told, seed=seed, late=ledger.late)
    if not strategy.forces:
        return base.tried.of(make())
    known = partial(Known.of, program.targets, base.credits, texts, said=told)
    explorer = Explorer(known, judge, base.tried.passing)
    return base.tried.of(guided(make, explorer, LATER_ROUNDS if base.changes else ROUNDS))


def written(judge: Judge, failing: Sequence[Outcome]) -> tuple[str, ...]:
    """The marks in the texts of failing tests."""
    names: dict[str, set[str]] = {}
    for outcome in failing:
        names.setdefault(judge.suite.files[outcome.id], set()).add(outcome.id.partition("[")[0].rpartition("::")[2])
    said = (marks(Path(path).read_text("utf-8", "replace"), its) for path, its in names.items() if path.endswith(".py"))
    return tuple(dict.fromkeys(mark for some in said for mark in some))


def moved(base: Base) -> dict[str, Credit]:
    """What is known of the program that a base came from, for the base; nothing where it had better be traced."""
    if base.parent is None or base.retrace:
        return {}
    old, new = base.parent, base.program
    judge = old.judge
    beyond = {o.id for o in judge.before if o.failed} - {*judge.goals}
    base.judge.prepare(name for name in base.judge.goals if name not in beyond)
    now = {new.origins[target.id].id: target for target in new.targets}
    pairs = {target.id: now[old.program.origins[target.id].id] for target in old.program.targets}
    before = {path: source.text for path, source in old.program.sources.items()}
    passed = {*judge.goals} - {*base.judge.goals}
    return carried(old.credits, pairs, before, {path: source.text for path, source in new.sources.items()}, passed)


def blame(
    job: Job, strategy: Strategy, judge: Judge, program: Program, result: Result, ledger: Ledger, *, known: bool = False
) -> dict[str, Credit]:
    """Trace tests and let their failures flow back to the targets. `known`: the tests have seen changes before."""
    failing = {o.id for o in judge.before if o.failed}
    tests, files = strategy.sample(judge.judging(), judge.suite.files, job.config.seed), judge.suite.files
    seen: list[Observation] = []
    if tests:
        job.tell(f"tracing {len(tests)} tests")
        seen, warnings = witness(tracing_of(job), program.sources, tests, failing, files, ledger)
        result.warnings += [w for w in warnings if w not in result.warnings]
    in_vain = {o.id: refused(o.message) for o in judge.before if o.failed}
    seen = [called_in_vain(o, in_vain.get(o.test, ()), program.targets) for o in seen]
    credits = strategy.propagate(program.targets, seen, failing)
    if tests:
        try:
            repairable(judge, program, tests, seen, None if known else result)
        except TracecError as fault:
            raise withheld(fault, job.config.environment) from None
    if judge.goals and not known and may_change(job, judge.suite):
        change_is_seen(judge, program, credits, {name for names in in_vain.values() for name in names})
    return credits
