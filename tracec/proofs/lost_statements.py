"""A change -> the statements that tests ran before it and do not run after it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.passes.accept.doubts import Doubt, doubts_of_exits, doubts_of_runs, leaves
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt, Candidate
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.passes.propagate.observe import observed
from tracec.passes.syntax.ast_diff import head_lines
from tracec.passes.syntax.parsing import module_of
from tracec.project.program import Program
from tracec.recording.trace_cases import sample
from tracec.work.work import Work

SHARE = 0.1  # of the time left that running tests once more with every value recorded may take; chosen
SLOWER = 10  # times the usual time that this takes at most; measured, docs/overhead.md
FEW = 5  # failing tests that are run where all would take too long; chosen


def lost_statements(work: Work, parent: Parent, attempt: Attempt) -> tuple[Doubt, ...]:
    """What tests no longer run; nothing where it would take too long to see."""
    cases = sample(parent.panel, work.job.config.seed)
    passing = {o.id for o in parent.panel.before if o.passed}
    if _takes_long(work, parent, cases):
        cases = [case for case in cases if case not in passing][:FEW]
        if _takes_long(work, parent, cases):
            return ()
    before = parent.program
    after = before.advanced(attempt.candidate)
    code = {target.id for target in before.targets if target.kind == "code"}
    runs = _runs(work, parent, NO_CHANGE, cases), _runs(work, parent, attempt.candidate, cases)
    if not all(runs):
        return ()
    found: list[Doubt] = []
    for name in sorted(code & attempt.candidate.values.keys()):
        old, new = (_target(program, name) for program in (before, after))
        if not (old and new):
            continue
        passed, failed = ([run for run in runs[0] if (run.case in passing) == side] for side in (True, False))
        found += doubts_of_runs(_ran(before, old, passed), _ran(after, new, runs[1])) if passed else ()
        if leaves(old.value, new.value):
            now = [run for run in runs[1] if run.case not in passing]
            found += doubts_of_exits(_ran(before, old, failed), _ran(after, new, now))
    return tuple(found)


def _takes_long(work: Work, parent: Parent, cases: Sequence[str]) -> bool:
    known = {o.id: o.seconds for o in parent.panel.before}
    left = work.ledger.share(f"statements {len(cases)}", SHARE)
    return SLOWER * sum(known[case] for case in cases) > left


def _runs(work: Work, parent: Parent, candidate: Candidate, cases: Sequence[str]) -> tuple[TracedRun, ...]:
    return work.evaluator.evaluate(parent, Question(candidate, cases, trace=True)).runs


def _target(program: Program, name: str) -> Target | None:
    return next((target for target in program.targets if target.id == name), None)


def _ran(program: Program, target: Target, runs: Iterable[TracedRun]) -> dict[str, None]:
    """The texts of the statements of a definition that some runs executed, in the order of the source."""
    lines = {
        span.line
        for run in runs
        for span in observed(run, program.targets).covered
        if target.span.holds(span) and span != target.span
    }
    tree = module_of(program.sources[target.span.path].text)
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)] if tree else []
    own = [node for node in inside if target.span.line < node.lineno <= target.span.end_line]
    return {_text(node): None for node in own if not lines.isdisjoint(head_lines(node))}


def _text(node: ast.stmt) -> str:
    """A statement, of one that holds others its header."""
    return ast.unparse(node).partition("\n")[0]
