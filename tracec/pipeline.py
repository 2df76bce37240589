"""The road, on one screen: a program and its tests -> blame -> candidates -> the change that the tests accept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tracec.angelic import LATER_ROUNDS, ROUNDS, Explorer, guided
from tracec.attempts import Attempts
from tracec.frontier import Base, Frontier
from tracec.job import Job, Result, suite_of, tracing_of
from tracec.judge import Judge
from tracec.ledger import Ledger
from tracec.passes.accept.nearer import shown
from tracec.passes.propagate import none, sbfl
from tracec.passes.propagate.without import without
from tracec.passes.propose import PROPOSERS, shuffled
from tracec.passes.propose.carried import carried
from tracec.passes.propose.definition import Known
from tracec.passes.target import Attempt, Candidate, Credit
from tracec.program import Program
from tracec.proofs import change_is_seen, confirmed, repairable
from tracec.run import Suite
from tracec.witness import choose, witness

HOLD = 1.0  # seconds kept back for each proof at the end, besides twice what collecting and running all tests took


def improve(job: Job, ledger: Ledger) -> Result:
    """Repair or tune until the tests pass, the candidates or the budget end. Changes no file of the user."""
    program = Program.read(job.paths, job.names)
    with suite_of(job) as suite:
        program = program.without(tests_of(job, suite, program))
        judge, result = start(job, suite, program, ledger)
        if judge.goals:
            found = search(job, Frontier(Base(judge, program)), result, ledger)
            if found is not None:
                result.changes = [*found.changes]
                result.texts = found.program.texts(Candidate(()))
    return confirmed(job, result, ledger)


def search(job: Job, frontier: Frontier, result: Result, ledger: Ledger) -> Base | None:
    """The first program in the order of likelihood that all tests accept; else the best that some accept."""
    while (base := frontier.cheapest()) and ledger.left() > 0:
        if base.attempts is None:
            base.attempts = opened(job, base, result, ledger)
        attempt = base.next()
        if attempt is None:
            frontier.drop(base)
        elif base.judge.solves(attempt):
            return base.with_(attempt)
        else:
            job.tell.live(f"{ledger.candidates} candidates in {ledger.seconds():.0f} s, now {attempt.candidate.why}")
            frontier.consider(base, attempt)
    return frontier.best()


def tests_of(job: Job, suite: Suite, program: Program) -> set[str]:
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


def start(job: Job, suite: Suite, program: Program, ledger: Ledger) -> tuple[Judge, Result]:
    """The unchanged program's outcomes; says so where nothing fails."""
    judge = Judge(suite, job.config.test_seconds)
    job.tell(f"running {len(suite.ids)} tests ({suite.confinement})")
    began = ledger.seconds()
    before = judge.baseline(ledger.left())
    tests = sum(o.seconds for o in before if o.status in ("passed", "failed"))
    ledger.hold = (2 if job.write else 1) * (HOLD + 2 * (began + tests))
    failing = [o for o in before if o.failed]
    judge.prepare(o.id for o in failing)
    job.tell(f"{len(failing)} of {len(before)} tests fail")
    result = Result("unchanged", program, before, before, held=judge.held)
    if judge.held:
        what = f"{len(judge.held)} tests write outside their temporary folder or use the network, as {min(judge.held)}"
        result.warnings.append(
            f"{what}: they judge only what is written; set `writable` or `network` to let them judge all"
        )
    return judge, result


def opened(job: Job, base: Base, result: Result, ledger: Ledger) -> Iterator[Attempt]:
    """Attempts to change a program, the likeliest change first; none where no failing test runs a target."""
    base.credits = moved(base) or blame(job, base.judge, base.program, result, ledger, known=bool(base.changes))
    if not base.judge.goals:
        return iter(())
    texts = {path: source.text for path, source in base.program.sources.items()}
    said = shown(o for o in base.judge.before if o.id in base.judge.goals)
    base.tried = Attempts(base.judge, base.program, ledger, job.config.jobs)
    targets, less = base.program.targets, job.config.without
    credits = without(base.credits, less)
    proposer = shuffled if "ranking" in less else PROPOSERS[job.config.with_]
    make = partial(proposer, targets, credits, texts, shown=said, seed=job.config.seed)
    if job.config.with_ != "search" or "synthesis" in less:
        return base.tried.of(make())
    explorer = Explorer(Known.of(targets, credits, texts, said), base.judge, base.tried.passing)
    return base.tried.of(guided(make, explorer, LATER_ROUNDS if base.changes else ROUNDS))


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
    job: Job, judge: Judge, program: Program, result: Result, ledger: Ledger, *, known: bool = False
) -> dict[str, Credit]:
    """Trace tests and let their failures flow back to the targets. `known`: the tests have seen changes before."""
    if job.config.with_ == "random":
        credits = none.propagate(program.targets)
    else:
        tests = choose(judge.judging(), judge.suite.files, job.config.seed)
        job.tell(f"tracing {len(tests)} tests")
        failing = {o.id for o in judge.before if o.failed}
        files, left = judge.suite.files, ledger.left()
        seen, warnings = witness(tracing_of(job), program.sources, tests, failing, files, left)
        result.warnings += [w for w in warnings if w not in result.warnings]
        credits = sbfl.propagate(program.targets, seen, failing)
        repairable(judge, program, tests, seen, None if known else result)
    if judge.goals and not known:
        change_is_seen(judge, program, credits)
    return credits
