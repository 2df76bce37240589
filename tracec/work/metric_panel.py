"""A metric + the user's program -> the panel that candidates are scored on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracec.evaluate.case_impact import CaseImpact
from tracec.evaluate.metric import Metric
from tracec.evaluate.panel import Panel
from tracec.guests.protocol import Request
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.startup_errors import not_handed_down
from tracec.passes.nouns.errors import TracecError
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome, Status

SLACK = 20  # times the steps of the program as it is that a candidate may take; chosen
LEAST_STEPS = 200_000  # steps that it may take at least; chosen
REPEATS = 4  # runs of each case where the metric is noisy, at first; chosen
MORE_REPEATS = 16  # and where a gain is near; chosen
SURE = 2.0  # standard errors that a gain must be away from nothing, where the metric is noisy; chosen
PLAIN = 10.0  # and from where on the first few runs say enough; chosen
LONGEST = 3600.0  # wall seconds of one request; chosen
LEAST_SECONDS = 1.0  # wall seconds that one has at least; chosen


@dataclass(frozen=True, slots=True)
class Noise:
    """`noisy`: the metric varies from run to run; `seeded`: not where the random numbers are the same."""

    noisy: bool
    seeded: bool = True


NO_NOISE = Noise(noisy=False)


def metric_panel(
    job: Job, ledger: Ledger, suite: ReplayingSuite, metric: Metric, impact: CaseImpact
) -> tuple[Panel, Noise]:
    """The panel of the training cases, and how the metric varies.

    The program is scored twice, as the metric may vary from run to run; then every case counts REPEATS times.
    TracecError where the metric gives no score, or every case fails.
    """
    names = metric.names("train", suite.ids)
    job.tell(f"scoring {len(names)} cases" if names != ("metric",) else "scoring the program as it is")
    first = scored(job, ledger, suite, names)
    other = scored(job, ledger, suite, repeated(names, 1, 2))
    impact.run += len(first) + len(other)
    refuse(first, job)
    noise, limits = Noise(_scores(first) != _scores(other)), {o.id: LEAST_STEPS + SLACK * o.steps for o in first}
    if noise.noisy:
        job.tell("the metric varies from run to run: candidates are compared by repeated runs")
        again = scored(job, ledger, suite, repeated(names, 0, REPEATS))
        impact.run += len(again)
        noise, limits = Noise(True, _scores(first) == _scores(again[::REPEATS])), {}
        first = again
    panel = Panel(tuple(first), suite.files, complete=True, scored=True, steps=limits)
    panel.failing_tests = tuple(o.id for o in first if o.failed)
    return panel, noise


def trace_metric(panel: Panel, metric: Metric, root: Path) -> bool:
    """From now on the metric's own file is traced too; False where that is so already, or the file is not at hand.

    Its code is left out at first: what it does when it is imported would be read again for every case.
    """
    file = metric.file(root)
    known = {o.id for o in panel.before if panel.files.get(o.id)}
    panel.files = {o.id: file for o in panel.before}
    return bool(file) and not known


def _scores(outcomes: Sequence[Outcome]) -> list[float | None]:
    return [o.score for o in outcomes]


def scored(job: Job, ledger: Ledger, suite: ReplayingSuite, cases: Sequence[str]) -> list[Outcome]:
    """The outcomes of cases, in another process where one of them ends it. TracecError where the time is over."""
    done: dict[str, Outcome] = {}
    while rest := [case for case in cases if case not in done]:
        if ledger.late():
            what = "the budget ended before the program as it is was scored"
            raise TracecError(what, "raise --budget-seconds, or name fewer cases")
        seconds = max(LEAST_SECONDS, min(ledger.left(), LONGEST))
        reply = suite.run(Request(tuple(rest), seconds=seconds, test_seconds=job.config.test_seconds))
        done |= {o.id: o for o in reply.outcomes}
        if not reply.outcomes:
            done[rest[0]] = Outcome(rest[0], Status.DIED, reply.detail)
    return [done[case] for case in cases]


def repeated(cases: Sequence[str], first: int, last: int) -> tuple[str, ...]:
    """Runs number `first` to `last` of each case: `case@3`."""
    names = dict.fromkeys(case.partition("@")[0] for case in cases)
    return tuple(f"{name}@{number}" for name in names for number in range(first, last))


def refuse(outcomes: Sequence[Outcome], job: Job) -> None:
    """TracecError where the metric gives no score: that is its author's fault, no candidate's."""
    wrong = [o for o in outcomes if o.status == Status.ERROR]
    if wrong:
        raise TracecError(f"{wrong[0].id}: {wrong[0].message}", "return a float, or (float, text)")
    if outcomes and all(o.failed for o in outcomes):
        shown = outcomes[0]
        what = f"every case fails as the program is ({shown.id}: {shown.message or shown.status})"
        missing = not_handed_down((o.message for o in outcomes), job.config.environment)
        todo = "; ".join(["mend the metric or the program first", *missing])
        raise TracecError(what, todo, path=shown.path, line=shown.line)
