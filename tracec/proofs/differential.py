"""Changes against the program as it is, on inputs that no test checks -> what else they change, and on what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from tracec.evaluate.panel import Panel
from tracec.guests.protocol import Request, Swap
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.syntax.ast_diff import differences
from tracec.project.program import Program
from tracec.work.selection import Guard, Guarded
from tracec.work.work import Work

INPUTS = 100  # tried for each function, all together; docs/decisions/2026-11-22-guard.md
TESTS = 40  # that say what functions are given, failing ones first; chosen
LONGEST = 10.0  # wall seconds of a comparison; chosen
LEAST = 0.5  # wall seconds that it has at least; chosen
SHARE = 0.1  # of the budget that it may take; chosen
SLOW_STEPS = 500_000  # steps from which on a test is not watched; chosen
WATCHED_SECONDS = (
    0.5  # that the tests which are watched took before, all together; watching takes many times that; chosen
)
TEST_STEPS = 200_000  # steps of a test that is watched; chosen


class Change(NamedTuple):
    """A program and a candidate for it."""

    program: Program
    candidate: Candidate


def compare(work: Work, changes: Sequence[Change]) -> Guard:
    """Changes are compared with the files on disk, and with each other, in a guest that may do no harm."""
    swaps = [change.program.swaps(change.candidate) for change in changes]
    if all(some is None for some in swaps):
        return _refused(len(changes), "it changes more than the bodies of functions")
    reply = work.suite.run(
        Request(
            _watched(work.root.panel),
            steps=TEST_STEPS,
            seconds=_seconds(work),
            trials=tuple(tuple(some or ()) for some in swaps),
            differential={
                "edits": [[_edit(c.program, swap) for swap in some or ()] for c, some in zip(changes, swaps)],
                "inputs": INPUTS,
                "failing": list(work.root.panel.failing_tests),
                "seed": work.job.config.seed,
            },
        )
    )
    if not reply.probe:
        return _refused(len(changes), f"the calls came to no end ({reply.detail or reply.ended})")
    try:
        return _read(msgspec.convert(reply.probe, _Probe), len(changes))
    except msgspec.ValidationError as error:  # a candidate may have sent it
        return _refused(len(changes), f"the calls came to no end (no report: {error})")


def _seconds(work: Work) -> float:
    budget = work.job.config.budget_seconds
    return LONGEST if budget is None else min(LONGEST, SHARE * budget, max(LEAST, work.ledger.left()))


def _watched(panel: Panel) -> tuple[str, ...]:
    """Tests that say what functions are given: those that fail, then others, in the suite's order."""
    quick = [o.id for o in panel.judging() if o.steps < SLOW_STEPS]
    failing = set(panel.failing_tests)
    homes = {panel.files.get(name) for name in failing}
    order = sorted(quick, key=lambda name: (name not in failing, panel.files.get(name) not in homes))
    took = {o.id: o.seconds for o in panel.before}
    picked: list[str] = []
    for name in order[: 2 * TESTS]:
        if not picked or sum(took[one] for one in (*picked, name)) <= WATCHED_SECONDS:
            picked.append(name)
    return tuple(picked[:TESTS])


def _refused(count: int, why: str) -> Guard:
    return Guard((Guarded(why_not=why),) * count)


def _edit(program: Program, swap: Swap) -> dict[str, object]:
    """Which lines of the old and the new text differ, counted from their first."""
    edits = [] if swap.expression else differences(program.origin_of(swap).value, swap.source)
    old = {line for edit in edits for line in edit.old_lines}
    new = {line for edit in edits for line in edit.new_lines}
    return {"old": sorted(old), "new": sorted(new), "header": any(edit.header for edit in edits)}


class _Example(msgspec.Struct):
    call: str
    before: str
    after: str
    what: list[str]
    source: str
    outside: bool
    failure: bool


class _Version(msgspec.Struct):
    inputs: int
    changed: int
    failures: int
    outside: int
    passing: int
    emptied: str
    examples: list[_Example]
    why_not: str


class _Pair(msgspec.Struct):
    pair: tuple[int, int]
    call: str
    results: list[str]


class _Probe(msgspec.Struct):
    """What the guest's comparison emits."""

    versions: list[_Version]
    apart: list[_Pair]


def _read(probe: _Probe, count: int) -> Guard:
    if len(probe.versions) != count or any(row.call and len(row.results) != 2 for row in probe.apart):
        raise msgspec.ValidationError("it is of other changes")
    each = tuple(
        Guarded(
            v.inputs,
            v.changed,
            v.failures,
            v.outside,
            v.passing,
            tuple(map(msgspec.structs.asdict, v.examples)),
            v.why_not,
            v.emptied,
        )
        for v in probe.versions
    )
    return Guard(each, {row.pair: (row.call, tuple(row.results)) if row.call else None for row in probe.apart})
