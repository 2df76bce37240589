"""A suite and the user's program -> the outcomes of every test, as the program is."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from tracec.evaluate.case_impact import CaseImpact
from tracec.guests.protocol import Request
from tracec.guests.replaying import ReplayingSuite
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.guest.sandbox import is_confined
from tracec.runtime.outcome import Ended, Outcome, Status

FIRST_STEPS = 20_000  # loop turns and calls after which a test of the unchanged program is looked at again; chosen
MORE_STEPS = 1_000_000  # and again; chosen
MORE_SECONDS = 2.0  # wall seconds of a test in that second look; chosen
AGAIN_STEPS = 10_000_000  # after which it counts as a hang; chosen
HANG_SHARE = 0.1  # of the time at hand that a test may take which used very many steps; chosen
LEAST_HANG_SECONDS = 2.0  # wall seconds that such a test has at least; chosen
SLOW_TIMES = 3  # times the usual limit that a test may take which the clock cut off, to see whether it passes; chosen
SLOW_SHARE = 0.25  # of the time at hand that all such tests may take together; chosen
LONG_SHARE = 0.1  # the same for those that used very many steps: most of them are endless; chosen
LONGER = 2  # times what the slowest test took that ended, which every test may take at least; chosen
LONGEST_REQUEST = 3600.0  # wall seconds of one request; chosen


def baseline(
    suite: ReplayingSuite, ids: Sequence[str], impact: CaseImpact, seconds: float, test_seconds: float
) -> tuple[tuple[Outcome, ...], frozenset[str]]:
    """Run some tests once; returns the outcomes, and the tests that pass only outside the confinement.

    A test that uses very many steps gets more and at last very many; then it counts as a hang. Where others fail, one
    that came to no end is run once more for longer: it may be slow and pass. TracecError where all that takes longer
    than `seconds`.
    """
    first = run_all(suite, ids, FIRST_STEPS, seconds, test_seconds, impact=impact)
    if len(first) < len(ids):
        what = f"{len(first)} of {len(ids)} tests had run when the time was over"
        raise TracecError(what, "raise --budget-seconds, or name fewer tests")
    many = [o.id for o in first if o.status == Status.STEPS]
    more = run_all(suite, many, MORE_STEPS, seconds, MORE_SECONDS, impact=impact)
    known = {o.id: o for o in [*first, *more, *_hangs(suite, more, seconds, test_seconds)]}
    known.update(slow(suite, list(known.values()), seconds, test_seconds))
    failing = [o.id for o in known.values() if o.raised]
    free = unconfined(suite, failing, seconds, test_seconds)
    known.update(free)
    return tuple(known[name] for name in ids), frozenset(free)


def _hangs(suite: ReplayingSuite, more: Sequence[Outcome], seconds: float, test_seconds: float) -> Sequence[Outcome]:
    """What is left to the tests that came to no end: many steps, or a part of the time at hand."""
    long = tuple(o.id for o in more if o.endless)
    if not long:
        return ()
    ends = dict.fromkeys(long, (Status.PASSED, Status.FAILED, Status.ERROR))
    most = min(test_seconds or seconds, max(LEAST_HANG_SECONDS, HANG_SHARE * seconds))
    limits = {"steps": AGAIN_STEPS, "seconds": min(seconds, LONGEST_REQUEST), "test_seconds": most}
    return suite.run(Request(long, expect=ends, stop=True, **limits)).outcomes  # type: ignore[arg-type]


def patience(test_seconds: float, outcomes: Sequence[Outcome]) -> float:
    """The wall seconds that a test may take, 0 for no bound: more than was set where one is known to need more."""
    slowest = max((o.seconds for o in outcomes if o.passed or o.raised), default=0.0)
    return test_seconds and max(test_seconds, LONGER * slowest)


def slow(suite: ReplayingSuite, known: Sequence[Outcome], seconds: float, test_seconds: float) -> dict[str, Outcome]:
    """Those of the tests that came to no end which pass when they are given more time, at least as much as is usual."""
    cut = sorted((o for o in known if o.endless), key=lambda o: (o.status != Status.TIMEOUT, o.id))
    if not test_seconds or not any(o.raised for o in known):
        return {}
    found: dict[str, Outcome] = {}
    left = SLOW_SHARE * seconds
    for outcome in cut:
        share = 1.0 if outcome.status == Status.TIMEOUT else LONG_SHARE / SLOW_SHARE
        most = min(SLOW_TIMES * test_seconds, share * SLOW_SHARE * seconds, left)
        if most < test_seconds:
            break
        began = time.monotonic()
        again = run_all(suite, [outcome.id], 0, most, most)
        left -= time.monotonic() - began
        found.update({o.id: o for o in again if o.passed})
    return found


def unconfined(
    suite: ReplayingSuite, failing: Sequence[str], seconds: float, test_seconds: float
) -> dict[str, Outcome]:
    """Tests that fail only because of the confinement: they judge no candidate, but the program in the end."""
    if not failing or not is_confined(suite.confinement):
        return {}
    again = run_all(suite, failing, AGAIN_STEPS, seconds, test_seconds, free=True)
    return {o.id: o for o in again if o.passed}


def run_all(
    suite: ReplayingSuite,
    ids: Sequence[str],
    steps: int,
    seconds: float,
    test_seconds: float = 0.0,
    overlay: Mapping[str, str] | None = None,
    *,
    free: bool = False,
    impact: CaseImpact | None = None,
) -> list[Outcome]:
    """Outcomes of all tests, even where one of them kills the process they run in; those that `seconds` allow.

    `steps` bounds each test, 0 for no bound; with `impact`, which functions a test runs is noted there. `free` runs
    without the confinement.
    """
    done: dict[str, Outcome] = {}
    end = time.monotonic() + seconds
    while len(done) < len(ids) and (left := end - time.monotonic()) > 0:
        rest = tuple(name for name in ids if name not in done)
        limits = {"steps": steps, "seconds": min(left, LONGEST_REQUEST), "test_seconds": test_seconds}
        asked = Request(rest, overlay=overlay or {}, free=free, noting=impact is not None, **limits)  # type: ignore[arg-type]
        reply = suite.run(asked)
        if impact is not None:
            impact.learn(reply)
        done.update({o.id: o for o in reply.outcomes})
        if not reply.outcomes:
            cut = Status(reply.ended) if reply.ended in (Ended.TIMEOUT, Ended.MEMORY) else Status.DIED
            done[rest[0]] = Outcome(rest[0], cut, reply.detail)
    return [done[name] for name in ids if name in done]
