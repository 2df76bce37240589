"""Candidates against the program as it is, on inputs that no test checks -> what else they change, and on what."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from tracec.chosen import Guard, Guarded
from tracec.job import Job
from tracec.judge import Judge
from tracec.ledger import Ledger
from tracec.passes.accept.difference import differences
from tracec.passes.target import Candidate
from tracec.program import Program
from tracec.run import Request, Swap

INPUTS = 100  # tried for each function, all together
TESTS = 40  # that say what functions are given: failing ones first
LONGEST, SHARE = 5.0, 0.1  # seconds, and of the budget, that a guard may take
SLOW = 500_000  # steps from which on a test is not watched
STEPS = 200_000  # of a test that is watched


def guard(job: Job, judge: Judge, program: Program, candidates: Sequence[Candidate], ledger: Ledger) -> Guard:
    """Compare candidates with the files on disk, and with each other, in a guest that may do no harm."""
    if job.config.budget_seconds is None:
        most = LONGEST
    else:
        most = min(LONGEST, SHARE * job.config.budget_seconds, max(0.5, ledger.left()))
    swaps = [program.swaps(candidate) for candidate in candidates]
    if all(changes is None for changes in swaps):
        return _refused(len(candidates), "it changes values, no code")
    asked = Request(
        _watched(judge),
        steps=STEPS,
        seconds=most,
        trials=tuple(tuple(changes or ()) for changes in swaps),
        guard={
            "edits": [[_edit(program, change) for change in changes or ()] for changes in swaps],
            "inputs": INPUTS,
            "seed": job.config.seed,
        },
    )
    reply = judge.suite.run(asked)
    if not reply.probe:
        return _refused(len(candidates), f"the calls came to no end ({reply.detail or reply.ended})")
    try:
        return _read(msgspec.convert(reply.probe, _Probe), len(candidates))
    except msgspec.ValidationError as error:  # a candidate may have sent it
        return _refused(len(candidates), f"the calls came to no end (no report: {error})")


def _watched(judge: Judge) -> tuple[str, ...]:
    """Tests that say what functions are given: those that fail, then others, in the suite's order."""
    quick = [o.id for o in judge.judging() if o.steps < SLOW]
    goals = set(judge.goals)
    homes = {judge.suite.files.get(name) for name in goals}
    order = sorted(quick, key=lambda name: (name not in goals, judge.suite.files.get(name) not in homes))
    return tuple(order[:TESTS])


def _refused(count: int, why: str) -> Guard:
    return Guard((Guarded(why_not=why),) * count)


def _edit(program: Program, change: Swap) -> dict[str, object]:
    """Which lines of the old and the new text differ, counted from their first."""
    origins = {(os.path.realpath(t.span.path), t.qualname, t.span.line): t.value for t in program.origins.values()}
    edits = differences(origins[change.path, change.qualname, change.line], change.source)
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


class _Variant(msgspec.Struct):
    inputs: int
    changed: int
    failures: int
    outside: int
    examples: list[_Example]
    why_not: str


class _Pair(msgspec.Struct):
    pair: tuple[int, int]
    call: str
    results: list[str]


class _Probe(msgspec.Struct):
    """What `runtime/guard.py` emits."""

    variants: list[_Variant]
    apart: list[_Pair]


def _read(probe: _Probe, count: int) -> Guard:
    if len(probe.variants) != count or any(row.call and len(row.results) != 2 for row in probe.apart):
        raise msgspec.ValidationError("it is of other changes")
    each = tuple(
        Guarded(v.inputs, v.changed, v.failures, v.outside, tuple(map(msgspec.structs.asdict, v.examples)), v.why_not)
        for v in probe.variants
    )
    return Guard(each, {row.pair: (row.call, tuple(row.results)) if row.call else None for row in probe.apart})
