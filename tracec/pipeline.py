"""The road, on one screen: a program and its tests -> blame -> candidates -> the change that the tests accept."""

from __future__ import annotations

import sys
from pathlib import Path

from tracec.job import Job, Result, suite_of, tracing_of
from tracec.judge import Judge
from tracec.ledger import Ledger
from tracec.passes.accept.strict import verdict
from tracec.passes.archive import ranked
from tracec.passes.propagate import none, sbfl
from tracec.passes.propose import PROPOSERS
from tracec.passes.target import Attempt, Credit
from tracec.program import Program
from tracec.proofs import change_is_seen, confirmed, repairable
from tracec.run import Suite
from tracec.witness import choose, witness

PATIENCE = 300  # candidates tried beyond twice the place of the first that repairs some failing tests, not all
HOLD = 1.0  # seconds kept back for each proof at the end, besides twice what collecting and running all tests took
LOOKS, WHOLE_SECONDS = 40, 20.0  # of those that repair a part, how many are held against the whole suite; for how long


def improve(job: Job, ledger: Ledger) -> Result:
    """Repair or tune until the tests pass, the candidates or the budget end. Changes no file of the user."""
    program = Program.read(job.paths, job.names)
    with suite_of(job) as suite:
        program = program.without(tests_of(job, suite, program))
        judge, result = start(job, suite, program, ledger)
        while judge.goals and (credits := blame(job, judge, program, result, ledger)) and ledger.left() > 0:
            found = search(job, judge, program, credits, ledger)
            if found is None:
                break
            result.changes.append(found.candidate)
            result.texts = program.texts(found.candidate)
            program = program.advanced(found.candidate)
            if judge.solves(found):
                break
            judge.rebase(found.outcomes)
    return confirmed(job, result, ledger)


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


def blame(job: Job, judge: Judge, program: Program, result: Result, ledger: Ledger) -> dict[str, Credit]:
    """Trace tests and let their failures flow back to the targets; none where no failing test runs a target."""
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
        repairable(judge, program, tests, seen, result)
    if judge.goals:
        change_is_seen(judge, program, credits)
    return credits if judge.goals else {}


def search(job: Job, judge: Judge, program: Program, credits: dict[str, Credit], ledger: Ledger) -> Attempt | None:
    """The first candidate in the order of likelihood that all tests accept; else the best that some accept."""
    texts = {path: source.text for path, source in program.sources.items()}
    propose = PROPOSERS[job.config.with_]
    candidates = propose(program.targets, credits, texts, seed=job.config.seed)
    good: list[Attempt] = []
    looks, last = looks_at(judge), sys.maxsize
    for place, attempt in enumerate(judge.attempts(program, candidates, ledger, job.config.jobs)):
        job.tell.live(f"{place + 1} candidates in {ledger.seconds():.0f} s, now {attempt.candidate.why}")
        if judge.solves(attempt):
            return attempt
        if attempt.passed() & set(judge.goals) and looks and ledger.reserve():
            looks -= 1
            whole = judge.tried(program, attempt.candidate, [o.id for o in judge.judging()])
            if verdict(judge.judging(), whole.outcomes) != "worse" and judge.repairs_its_share(whole):
                good.append(whole)
                last = min(last, 2 * place + PATIENCE)
        if place >= last:
            break
    return next(iter(ranked.best(good, judge.goals, 1)), None)


def looks_at(judge: Judge) -> int:
    """How many candidates may be held against the whole suite: fewer where it is slow."""
    return min(LOOKS, 2 + int(WHOLE_SECONDS / max(0.01, sum(o.seconds for o in judge.before))))
