"""Candidates against the program as it is, on inputs that no test checks -> what else they change, and on what."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
STEPS = 200_000  # of a test that is watched
Unknown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Guarded:
    """One candidate on `inputs` inputs: on how many its behaviour `changed`.

    `failures` are those on which only the changed program raises or does not end, `outside` those on which it differs
    although nothing that was changed ran. `examples` {call, before, after, what, source, outside, failure}: the
    worst first, each made as small as could be. `why_not` says why nothing could be tried.
    """

    inputs: int = 0
    changed: int = 0
    failures: int = 0
    outside: int = 0
    examples: tuple[Unknown, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """What came of several candidates. `apart` {(0, 2): (call, (result of 0, result of 2))}; None: alike on all."""

    each: tuple[Guarded, ...]
    apart: Mapping[tuple[int, int], tuple[str, tuple[str, ...]] | None] = field(default_factory=dict)


def guard(job: Job, judge: Judge, program: Program, candidates: Sequence[Candidate], ledger: Ledger) -> Guard:
    """Compare candidates with the files on disk, and with each other, in a guest that may do no harm."""
    if job.config.budget_seconds is None:
        most = LONGEST
    else:
        most = min(LONGEST, SHARE * job.config.budget_seconds, max(0.5, ledger.left()))
    swaps = [program.swaps(candidate) for candidate in candidates]
    known = [list(changes) for changes in swaps if changes is not None]
    if not known:
        return _refused(len(candidates), "it changes values, no code")
    asked = Request(
        (*judge.goals, *judge.others)[:TESTS],
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


def _refused(count: int, why: str) -> Guard:
    return Guard((Guarded(why_not=why),) * count)


def _edit(program: Program, change: Swap) -> dict[str, object]:
    """Which lines of the old and the new text differ, counted from their first."""
    origins = {(os.path.realpath(t.span.path), t.qualname, t.span.line): t.value for t in program.origins.values()}
    edits = differences(origins[change.path, change.qualname, change.line], change.source)
    old = {line for edit in edits for line in edit.old_lines}
    new = {line for edit in edits for line in edit.new_lines}
    return {"old": sorted(old), "new": sorted(new), "header": any(edit.header for edit in edits)}


def _read(probe: Unknown) -> Guard:
    each = tuple(
        Guarded(probe["inputs"] * (not v["why_not"]), v["changed"], v["failures"], v["outside"], tuple(v["examples"]),
                v["why_not"])
        for v in probe["variants"]
    )  # fmt: skip
    apart = {
        (row["pair"][0], row["pair"][1]): (row["call"], tuple(row["results"])) if row["call"] else None
        for row in probe["apart"]
    }
    return Guard(each, apart)
