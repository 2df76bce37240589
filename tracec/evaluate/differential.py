"""Candidates against the program as it is, on inputs that no test checks -> what else they change, and on what."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from tracec.evaluate.evaluator import Judge
from tracec.guests.suite import Request, Swap
from tracec.optimizers.search.selection import Guard, Guarded
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.syntax.ast_diff import differences
from tracec.project.program import Program
from tracec.run.job import Job
from tracec.run.ledger import Ledger

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
    return _read(reply.probe)


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


def _read(probe: Mapping[str, Any]) -> Guard:
    each = tuple(
        Guarded(v["inputs"], v["changed"], v["failures"], v["outside"], tuple(v["examples"]),
                v["why_not"])
        for v in probe["variants"]
    )  # fmt: skip
    apart = {
        (row["pair"][0], row["pair"][1]): (row["call"], tuple(row["results"])) if row["call"] else None
        for row in probe["apart"]
    }
    return Guard(each, apart)
