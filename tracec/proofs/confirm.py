"""The winner is proven in a fresh process, with the changed files and nothing else of ours in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from tracec.evaluate.baseline import LONGEST_REQUEST, patience, run_all
from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.guests.protocol import Request
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.suites import Guests
from tracec.passes.accept.doubts import STANDS, UNPROVEN, Doubt, total
from tracec.passes.accept.gain import gain_in_errors
from tracec.passes.accept.strict import harms, verdict
from tracec.passes.nouns.candidate import NO_CHANGE, counts
from tracec.passes.nouns.score import Score, score_on
from tracec.proofs.left_out import whole_before, widened
from tracec.proofs.tidied import tidied
from tracec.runtime.outcome import Outcome, Status
from tracec.work.metric_panel import MORE_REPEATS, REPEATS, SURE, repeated
from tracec.work.work import Work

IN_TIME = 0.5  # of the time left that all tests may have taken before, to be run once more; chosen
NO_PROOF = "the proof in a fresh process had no time for {} tests: raise --budget-seconds"
VALIDATED = 5  # programs that the validation cases may refuse; docs/tuning.md


def confirmed(work: Work, found: Parent | None) -> bool:
    """Take over the program that was found, if it holds: all tests, or the metric's cases, once more.

    Tests that need more than the confinement allows have their say when the files are written. False where tests that
    were left out have to judge: then the search begins again.
    """
    work.ledger.hold = 0.0  # what was kept back is for what comes now
    if work.metric is not None:
        found = validated(work, found)
        counts = {"case_runs": work.result.impact.run, "case_runs_saved": work.result.impact.left_out}
        work.result.scores |= {"noisy": work.noise.noisy, **counts}
    if found is None:
        return settled(work)
    found = tidied(work, found)
    work.result.take(found.program, found.changes, found.program.texts(NO_CHANGE))
    work.job.tell("confirming in a fresh process")
    if work.metric is None:
        return _by_tests(work)
    _by_metric(work, found)
    return True


def _by_tests(work: Work) -> bool:
    result = work.result
    with Guests(work.job, work.ledger).confirming() as suite:
        ids = [name for name in work.suite.ids if name not in result.unconfined_only and name in suite.files]
        ids, spared = _in_time(work, ids)
        together = result.left_out and work.job.config.jobs > 1
        sent = suite.submit(_asked(work, ids)) if together else None
        in_time = whole_before(work, suite)
        if sent is not None and in_time:
            suite.wait_for(sent)  # `_after` asks the same, and has the same reply
        after = [*(_after(work, suite, ids) if in_time else []), *spared]
    confined = [o for o in result.before if o.id not in result.unconfined_only]
    result.after = tuple(o for o in after if o.id not in result.unconfined_only)
    result.status = verdict(confined, result.after)
    result.chosen.unasked = len(result.before) - len(work.root.panel.before)
    if widened(work):
        return False
    if result.status == "solved" and total(result.chosen.doubts) > STANDS:
        result.status = "plausible"
    if result.status == "worse":
        _unproven(work, cut_short(confined, result.after) if work.ledger.to_the_end() <= 0 else ())
    return settled(work)


def _unproven(work: Work, tests: Sequence[str]) -> None:
    """A change that did not hold is dropped; one that some tests had no time to judge is said to be such a one."""
    if not tests:
        return work.result.drop("the change found did not hold in a fresh run: dropped")
    chosen = work.result.chosen
    chosen.doubts = (*chosen.doubts, Doubt(UNPROVEN, NO_PROOF.format(len(tests))))
    work.result.status = "plausible"


def cut_short(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[str]:
    """The tests that a run which the clock ended did not come to; none where one that ran speaks against the change."""
    new = {o.id: o for o in after if o.status != Status.TIMEOUT}
    ran = [(o, new[o.id]) for o in before if o.id in new]
    stands = all(now.passed or now.status == old.status for old, now in ran) and {*new} <= {o.id for o in before}
    return [o.id for o in before if o.id not in new] if stands else []


def _in_time(work: Work, ids: Sequence[str]) -> tuple[list[str], list[Outcome]]:
    """The tests to run, and the outcomes, as they were, of those that the change cannot touch and there is no time for.

    A test cannot be touched where it runs no function that was changed.
    """
    result, known = work.result, {o.id: o for o in work.result.before}
    seconds = sum(known[name].seconds for name in ids if name in known)
    touched = result.impact.touched(result.program, NO_CHANGE, ids)
    if touched is None or seconds < IN_TIME * work.ledger.share("proof", 1.0):
        return [*ids], []
    spared = [known[name] for name in ids if name not in touched and name in known]
    if spared:
        what = f"the proof had no time for {len(spared)} tests that run nothing of what was changed"
        result.warn(f"{what}, as {spared[0].id}: raise --budget-seconds to run all")
    return [name for name in ids if name in touched], spared


def settled(work: Work) -> bool:
    """Of two changes that were proven, the one that leaves fewer tests failing is the result."""
    first, now = work.proven, work.result
    if first and (not now.texts or counts(now.after)["failed"] >= counts(first.after)["failed"]):
        work.result = first
    return True


def _asked(work: Work, ids: Sequence[str]) -> Request:
    """All tests of the changed program, while those of the user's run beside them."""
    seconds = max(0.0, min(work.ledger.to_the_end(), LONGEST_REQUEST))
    return Request(tuple(ids), overlay=work.result.texts, seconds=seconds, test_seconds=_patience(work))


def _after(work: Work, suite: ReplayingSuite, ids: Sequence[str]) -> list[Outcome]:
    there = [name for name in ids if name in suite.files]
    return run_all(suite, there, 0, work.ledger.to_the_end(), _patience(work), work.result.texts)


def _patience(work: Work) -> float:
    return patience(work.job.config.test_seconds, work.result.before)


def _by_metric(work: Work, found: Parent) -> None:
    """The scores of the patched files must be those that were found; no test may be harmed."""
    result, cases = work.result, [o.id for o in work.root.panel.before]
    assert work.metric is not None
    seconds = max(1.0, min(work.ledger.to_the_end(), LONGEST_REQUEST))
    with Guests(work.job, work.ledger, work.metric.config()).confirming() as suite:
        after = run_all(suite, cases, 0, seconds, work.job.config.test_seconds, work.result.texts)
    result.status = "improved"
    if not work.noise.noisy and score_on(cases, after) != score_on(cases, found.panel.before):
        return dropped(work, "scored otherwise in a fresh run")
    if work.gate is not None:
        before = work.gate.panel.judging()
        with Guests(work.job, work.ledger).confirming() as tests:
            result.after = tuple(_after(work, tests, [o.id for o in before]))
        if harms(before, result.after):
            dropped(work, "breaks a test in a fresh run")


def dropped(work: Work, why: str) -> None:
    """Nothing is changed after all."""
    work.result.drop(f"the values found: {why}, so they are dropped")
    for name in ("score", "failing_cases", "validation", "validation_failing"):
        if f"{name}_before" in work.result.scores:
            work.result.scores[f"{name}_after"] = work.result.scores[f"{name}_before"]


def validated(work: Work, found: Parent | None) -> Parent | None:
    """The best program on the way to the one found which the validation cases, and fresh runs, bear out.

    At most VALIDATED of them are looked at. Notes the scores before and after.
    """
    assert work.metric is not None
    held = work.metric.names("validation", work.suite.ids)
    held = repeated(held, 0, REPEATS) if work.noise.noisy else held
    at_first = _score(work, work.root, held)
    first = score_on([o.id for o in work.root.panel.before], work.root.panel.before)
    noted(work, "score", "failing_cases", first, first)
    if at_first is not None:
        noted(work, "validation", "validation_failing", at_first, at_first)
    for one in islice(_way_back(work, found), VALIDATED):
        at_held = _score(work, one, held)
        if held and (at_held is None or at_first is None):
            work.result.warn("the budget ended before the winner was validated: raise --budget-seconds")
            return None
        if _borne_out(work, one, at_first, at_held):
            return one
    return None


def _borne_out(work: Work, found: Parent, at_first: Score | None, at_held: Score | None) -> bool:
    """True where a program is no worse on the validation cases, and its gain no chance; notes its scores then."""
    why = "; ".join(change.why for change in found.changes)
    if at_held is not None and at_first is not None and at_held < at_first:
        work.result.warn(f"{why}: better on the training cases, worse on those for validation")
        return False
    if (scores := _certain(work, found)) is None:
        work.result.warn(f"{why}: the gain may be chance, so it is dropped")
        return False
    noted(work, "score", "failing_cases", *scores)
    if at_first is not None and at_held is not None:
        noted(work, "validation", "validation_failing", at_first, at_held)
    return True


def _way_back(work: Work, found: Parent | None) -> Iterator[Parent]:
    """A program and those that it came from, but for the user's."""
    while found is not None and found is not work.root:
        yield found
        found = found.origin


def _score(work: Work, parent: Parent, cases: Sequence[str]) -> Score | None:
    """The score on some cases; None without any, and where the time ended before all were run."""
    said = work.evaluator.evaluate(parent, Question(NO_CHANGE, cases)).outcomes if cases else ()
    return score_on(cases, said) if cases and len(said) == len(cases) else None


def _certain(work: Work, found: Parent) -> tuple[Score, Score] | None:
    """The scores before and after; None where a noisy gain is not there in runs that nothing was chosen by."""
    cases = [o.id for o in work.root.panel.before]
    before, after = work.root.panel.before, found.panel.before
    if work.noise.noisy:
        cases = [*repeated(cases, MORE_REPEATS, 2 * MORE_REPEATS)]
        asked = Question(NO_CHANGE, cases)
        before, after = (work.evaluator.evaluate(one, asked).outcomes for one in (work.root, found))
        if gain_in_errors(cases, before, after) <= SURE:
            return None
    return score_on(cases, before), score_on(cases, after)


def noted(work: Work, name: str, failing: str, before: Score, after: Score) -> None:
    """Both scores, for `--json`."""
    work.result.scores |= {f"{name}_before": before.mean, f"{name}_after": after.mean}
    work.result.scores |= {f"{failing}_before": before.failing, f"{failing}_after": after.failing}
