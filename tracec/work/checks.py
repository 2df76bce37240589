"""Before a search is trusted, checks prove that failures can be repaired here and that the tests see changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.passes.messages.failure_clues import rejected_calls
from tracec.passes.nouns.candidate import Candidate, set_target
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import VALUES, Target
from tracec.passes.propagate.observe import observed
from tracec.runtime.outcome import Outcome
from tracec.work.work import Work

CANARY = "tracec put this fault here to see whether the tests notice"
CANARIES = 5  # targets tried before giving up; chosen
NOTICED = 50  # passing tests that may notice; chosen
NOTICED_SECONDS = 2.0  # wall seconds that these took before, all together, at most; chosen


def failing_tests_run_targets(work: Work, parent: Parent, traced: Sequence[str], runs: Sequence[TracedRun]) -> None:
    """Keep as goals the failing tests that run a target; where none of those traced does, TracecError.

    Of a program already changed nothing is said then, and no goal may be left. A test whose trace was lost, as it
    killed its process or slept, is a goal only where there is no other; then it is not known what it runs.
    """
    panel, targets = parent.panel, parent.program.targets
    goals = frozenset(panel.failing_tests)
    seen = [(run.case, observed(run, targets).covered) for run in runs if run.case in goals]
    panel.reach = {
        t.id: frozenset(case for case, covered in seen if any(is_run(t, at) for at in covered)) for t in targets
    }
    reached = frozenset[str]().union(*panel.reach.values())
    if not reached:
        if parent is not work.root:
            return panel.hold_to(())
        panel.reach = {}
        return panel.hold_to(_unseen(work))
    kept = [name for name in panel.failing_tests if name in reached or name not in traced]
    beyond = [name for name in panel.failing_tests if name not in kept]
    if beyond:
        shown = next(o for o in panel.before if o.id == beyond[0])
        why = f"{shown.id}: {first_line(shown.message)}"
        if parent is work.root:
            work.result.warn(f"{len(beyond)} failing tests are not seen to run code that may change: {why}")
        panel.hold_to(kept)


def _unseen(work: Work) -> list[str]:
    """The failing tests of which it is not known what they run; TracecError where it is known of all."""
    panel = work.root.panel
    if all(target.kind == "expression" for target in work.root.program.targets):
        return [*panel.failing_tests]  # who uses them may stand in files that are not traced
    unseen = [o.id for o in panel.failed() if not o.raised]  # they were cut short, and their traces with them
    if not unseen:
        raise unreached(work)
    return unseen


def is_run(target: Target, at: Span) -> bool:
    """A function is run where something in it is; a value may matter wherever its file is run."""
    return target.span.path == at.path if target.kind in VALUES else target.span.holds(at)


def unreached(work: Work) -> TracecError:
    """No failing test runs a target: say where the first one fails instead."""
    panel = work.root.panel
    failing = next(o for o in panel.before if o.id == panel.failing_tests[0])
    paths = ", ".join(sorted({t.span.path for t in work.root.program.targets})[:3])
    return TracecError(
        f"{failing.id} fails with {first_line(failing.message)!r}, without running any code that may change",
        f"name the code that it runs (now: {paths}), or see to it that the tests import these files and no other copy",
        path=failing.path,
        line=failing.line,
    )


def first_line(message: str) -> str:
    """The first line of a message, for a sentence."""
    lines = message.strip().splitlines()
    return lines[0][:160] if lines else "no message"


def change_is_seen(work: Work, credit: Mapping[str, Credit]) -> None:
    """A change that must fail does fail: else what the tests run is not what would be changed."""
    parent, panel = work.root, work.root.panel
    rejected = {name for o in panel.before if o.failed for name in rejected_calls(o.message)}
    suspects = sorted((t for t in parent.program.targets if t.kind == "code"), key=lambda t: -credit[t.id].weight)
    suspects = [t for t in suspects if credit[t.id].weight > 0]
    known = {o.id: o for o in panel.before}
    for target in suspects[:CANARIES]:
        tests = (*panel.failing_tests, *_quick(panel.regression_tests[:NOTICED], known))
        text = broken(target, anyhow=target.qualname in rejected)
        asked = Question(Candidate((set_target(target, text),), "canary"), tests)
        said = work.evaluator.evaluate(parent, asked)
        if any(o.status != known[o.id].status or CANARY in o.message for o in said.outcomes):
            return
    if suspects:
        raise TracecError(
            "breaking this code on purpose changes no test's outcome",
            "the tests may import another copy of it (an installed one?), or swallow every error",
            path=suspects[0].span.path,
            line=suspects[0].span.line,
        )


def _quick(tests: Sequence[str], known: Mapping[str, Outcome]) -> Iterator[str]:
    """The first of some tests, as many as take little time."""
    seconds = 0.0
    for name in tests:
        seconds += known[name].seconds
        if seconds <= NOTICED_SECONDS:
            yield name


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
