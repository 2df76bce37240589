"""Tests that were left out at the beginning have their say before anything is called proven.

The user's program and the one that was found are compared on all tests, each run as a whole in the same plain guest. A
test that was left out and turns out to matter judges from then on, and the search begins again.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

from tracec.evaluate.baseline import baseline, patience, run_all, unconfined
from tracec.evaluate.case_impact import meets
from tracec.evaluate.panel import Panel, Parent
from tracec.guests.replaying import ReplayingSuite
from tracec.runtime.outcome import Status
from tracec.work.honesty import Honesty
from tracec.work.opening import HOLD, HOLD_TIMES
from tracec.work.selection import Chosen
from tracec.work.work import Work

WIDENINGS = 2  # after so many, all tests judge; chosen


def whole_before(work: Work, suite: ReplayingSuite) -> bool:
    """Run the user's program on all tests, so that the result has what each said; False where the time was over.

    What tests said when only some were run is not taken over, as they may depend on each other. Where all were run at
    the beginning, under coverage.py, those that were left out and failed there are run once more without.
    """
    result, config = work.result, work.job.config
    if not result.left_out:
        return True
    left_out = frozenset(result.left_out)
    known = {o.id: o for o in result.recorded if o.id not in left_out or not o.failed}
    # What was cut short is not run once more to see the same.
    known |= {o.id: o for o in result.before if (o.failed and not o.raised) or o.id in result.unconfined_only}
    ids = [name for name in work.suite.ids if name not in known and name in suite.files]
    if ids:
        work.job.tell(f"running {len(ids):,} tests on the program as it was")
    most = patience(config.test_seconds, result.before)
    known |= {o.id: o for o in run_all(suite, ids, 0, work.ledger.to_the_end(), most)}
    failing = [name for name in result.left_out if name in known and known[name].raised]
    free = unconfined(suite, failing, work.ledger.to_the_end(), config.test_seconds)
    if len(known) < len(work.suite.ids):
        return False
    result.before = tuple({**known, **free}[name] for name in work.suite.ids)
    result.unconfined_only |= free.keys()
    result.left_out = ()
    return True


def widened(work: Work) -> bool:
    """True where tests that had no say so far have to judge: the search is to begin again with them.

    They are those that the program found breaks, and those that fail in both programs though they run what may change.
    """
    result = work.result
    tests = () if result.left_out or result.interrupted else without_a_say(work)
    if not tests or work.ledger.late():
        return False
    work.widenings += 1
    judged = {o.id for o in work.root.panel.before}
    if work.widenings >= WIDENINGS:
        tests = tuple(o.id for o in result.before if o.id not in judged)
    panel = wider_panel(work, tests)
    more = {o.id for o in panel.before} - judged
    if not panel.failing_tests or not more:
        return False
    work.job.tell(f"{len(more):,} tests that were left out have to judge too: searching again")
    work.proven = result if result.texts and result.status != "worse" else work.proven
    work.result = copy.copy(result)
    work.result.chosen = Chosen()
    work.result.unchanged()
    work.root = Parent(panel, work.root.program)
    proof = HOLD + HOLD_TIMES * sum(o.seconds for o in result.after)
    work.ledger.hold = (2 if work.job.write else 1) * proof
    work.honesty = Honesty(work.result.before, work.suite.files)
    return True


def without_a_say(work: Work) -> tuple[str, ...]:
    """Of the tests that have not judged, those that end worse than before, and those that fail as before."""
    result, said = work.result, {o.id: o.status for o in work.result.after}
    silent = result.unconfined_only | {o.id for o in work.root.panel.before}
    rest = [o for o in result.before if o.id not in silent and said.get(o.id, o.status) != Status.PASSED]
    return tuple(o.id for o in rest if o.failed or said.get(o.id, o.status) != o.status)


def wider_panel(work: Work, tests: Sequence[str]) -> Panel:
    """The panel with more tests. One that fails is a goal only where it may run what can change.

    Those that end otherwise when not all tests are run judge nothing.
    """
    old, impact, real = work.root.panel, work.result.impact, {o.id: o.failed for o in work.result.before}
    more, free = baseline(work.suite, tests, impact, work.ledger.left(), work.job.config.test_seconds)
    spans = [target.span for target in work.root.program.targets]
    goals = [o for o in more if not o.failed or o.id not in impact.ran or meets(impact.ran[o.id], spans)]
    known = {o.id: o for o in (*old.before, *goals) if real.get(o.id) == o.failed}
    before = tuple(known[name] for name in work.suite.ids if name in known)
    panel = Panel(before, old.files, old.unconfined_only | free, complete=old.complete)
    panel.hold_to(o.id for o in before if o.failed)
    return panel
