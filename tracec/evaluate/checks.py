"""Proofs before a result is trusted: failures can be repaired here, the tests see changes, the winner holds."""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Mapping, Sequence

from tracec.evaluate.evaluator import Judge
from tracec.guests.replaying import Remembered
from tracec.guests.suite import Suite
from tracec.passes.accept.strict import verdict
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propagate.observe import Observation
from tracec.project.program import Program
from tracec.run.job import Job, Result, options
from tracec.run.ledger import Ledger

CANARY = "tracec put this fault here to see whether the tests notice"
CANARIES = 5  # targets tried before giving up
NOTICED = 50  # passing tests that may notice


def repairable(
    judge: Judge, program: Program, traced: Sequence[str], seen: Sequence[Observation], result: Result | None
) -> None:
    """Keep as goals the failing tests that run a target; where none of those traced does, TracecError.

    Without `result` the program is one already changed: nothing is said then, and no goal may be left. A test whose
    trace was lost, as it killed its process or slept, is a goal only where there is no other.
    """
    judge.reach = {
        t.id: frozenset(o.test for o in seen if o.test in judge.goals and any(runs(t, at) for at in o.covered))
        for t in program.targets
    }
    reached = frozenset[str]().union(*judge.reach.values())
    if not reached:
        if result is None:
            return judge.prepare(())
        raise unreached(judge, program)
    goals = [name for name in judge.goals if name in reached or name not in traced]
    beyond = [name for name in judge.goals if name not in goals]
    if beyond:
        shown = next(o for o in judge.before if o.id == beyond[0])
        why = f"{shown.id}: {first_line(shown.message)}"
        if result is not None:
            result.warnings.append(f"{len(beyond)} failing tests are not seen to run code that may change: {why}")
        judge.prepare(goals)


def runs(target: Target, at: Span) -> bool:
    """A function is run where something in it is; a value may matter wherever its file is run."""
    return target.span.holds(at) if target.kind == "code" else target.span.path == at.path


def unreached(judge: Judge, program: Program) -> TracecError:
    """No failing test runs a target: say where the first one fails instead."""
    failing = next(o for o in judge.before if o.id == judge.goals[0])
    paths = ", ".join(sorted({t.span.path for t in program.targets})[:3])
    return TracecError(
        f"{failing.id} fails with {first_line(failing.message)!r}, without running any code that may change",
        f"name the code that it runs (now: {paths}), or see to it that the tests import these files and no other copy",
        path=os.path.relpath(failing.path) if failing.path else "",
        line=failing.line,
    )


def first_line(message: str) -> str:
    """The first line of a message, for a sentence."""
    lines = message.strip().splitlines()
    return lines[0][:160] if lines else "no message"


def change_is_seen(
    judge: Judge, program: Program, credits: Mapping[str, Credit], refused: Collection[str] = ()
) -> None:
    """A change that must fail does fail: else what the tests run is not what would be changed.

    `refused` are the functions, by their qualified names, that tests call with other arguments than they take.
    """
    suspects = sorted((t for t in program.targets if t.kind == "code"), key=lambda t: -credits[t.id].weight)
    suspects = [t for t in suspects if credits[t.id].weight > 0]
    for target in suspects[:CANARIES]:
        tests = (*judge.goals, *judge.others[:NOTICED])
        text = broken(target, anyhow=target.qualname in refused)
        said = judge.tried(program, Candidate(((target.id, text),), "canary"), tests)
        known = {o.id: o for o in judge.before}
        if any(o.status != known[o.id].status or CANARY in o.message for o in said.outcomes):
            return
    if suspects:
        raise TracecError(
            "breaking this code on purpose changes no test's outcome",
            "the tests may import another copy of it (an installed one?), or swallow every error",
            path=suspects[0].span.path,
            line=suspects[0].span.line,
        )


def broken(target: Target, *, anyhow: bool = False) -> str:
    """The definition with a body that raises; its docstring stays, as live functions cannot change theirs.

    `anyhow`: whatever arguments it is given.
    """
    tree = ast.parse(target.value)
    definition = tree.body[0]
    assert isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef))
    head = definition.body[:1] if ast.get_docstring(definition, clean=False) is not None else []
    definition.body = [*head, *ast.parse(f"raise RuntimeError({CANARY!r})").body]
    if anyhow:
        definition.args = ast.arguments([], [], ast.arg("args"), [], [], ast.arg("options"), [])
    return ast.unparse(tree)


def confirmed(job: Job, result: Result, ledger: Ledger) -> Result:
    """Run the tests once more in a fresh process, with the changed files and nothing else of ours in them.

    Tests that need more than the confinement allows have their say when the files are written.
    """
    if not result.changes:
        return result
    overlay = {os.path.realpath(path): text for path, text in result.texts.items()}
    job.tell("confirming in a fresh process")
    guest = Suite(job.root, job.tests, mode="plain", **options(job))
    with Remembered(guest, ledger, "plain") as suite:
        judge = Judge(suite, job.config.test_seconds)
        confined = [name for name in suite.ids if name not in result.held]
        result.after = tuple(judge.all_outcomes(confined, 0, ledger.to_the_end(), overlay))
    result.status = verdict([o for o in result.before if o.id not in result.held], result.after)
    if result.status == "worse":
        result.warnings.append("the change found did not hold in a fresh run, or was not proven in time: dropped")
        result.status, result.texts, result.after = "unchanged", {}, result.before
    return result
