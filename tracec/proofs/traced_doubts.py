"""A change -> what traces of tests before and after it say against it: statements left out, values of other kinds."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

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
from tracec.proofs import changed_types
from tracec.recording.trace_cases import sample
from tracec.work.work import Work

SHARE = 0.1  # of the time left that running tests once more with every value recorded may take; chosen
SLOWER = 10  # times the usual time that this takes at most; measured, docs/overhead.md
FEW = 5  # failing tests that are run where all would take too long; chosen


class TracedDoubts:
    """What is seen of changes in traces. The program that several of them change is run and read once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._unchanged: dict[tuple[Parent, tuple[str, ...]], tuple[TracedRun, ...]] = {}

    def doubts(self, parent: Parent, attempt: Attempt) -> tuple[Doubt, ...]:
        """What tests no longer run, or run with other values; nothing where it would take too long to see."""
        passing = {o.id for o in parent.panel.before if o.passed}
        cases = self._cases(parent, passing)
        runs = (self._before(parent, cases), self._runs(parent, attempt.candidate, cases)) if cases else ((), ())
        if not all(runs):
            return ()
        before, after = parent.program, parent.program.advanced(attempt.candidate)
        passed, failed = ([run for run in runs[0] if (run.case in passing) == side] for side in (True, False))
        still, now = ([run for run in runs[1] if (run.case in passing) == side] for side in (True, False))
        found: list[Doubt] = []
        paths = set[str]()
        for name in sorted(attempt.candidate.values):
            old, new = (_target(program, name) for program in (before, after))
            if not (old and new and old.kind == "code"):
                continue
            found += doubts_of_runs(_ran(before, old, passed), _ran(after, new, runs[1])) if passed else ()
            paths.add(old.span.path)
            if leaves(old.value, new.value):
                found += doubts_of_exits(_ran(before, old, failed), _ran(after, new, now))
        kinds = (changed_types.doubts(before, after, path, passed, still) for path in sorted(paths))
        return (*found, *chain.from_iterable(kinds))

    def _cases(self, parent: Parent, passing: Collection[str]) -> tuple[str, ...]:
        """The tests to run: where all take too long a few failing ones, where these do too none."""
        cases = sample(parent.panel, self._work.job.config.seed)
        few = [case for case in cases if case not in passing][:FEW]
        return next((tuple(some) for some in (cases, few) if not self._take_long(parent, some)), ())

    def _take_long(self, parent: Parent, cases: Sequence[str]) -> bool:
        known = {o.id: o.seconds for o in parent.panel.before}
        left = self._work.ledger.share(f"statements {len(cases)}", SHARE)
        return SLOWER * sum(known[case] for case in cases) > left

    def _before(self, parent: Parent, cases: tuple[str, ...]) -> tuple[TracedRun, ...]:
        if (parent, cases) not in self._unchanged:
            self._unchanged[parent, cases] = self._runs(parent, NO_CHANGE, cases)
        return self._unchanged[parent, cases]

    def _runs(self, parent: Parent, candidate: Candidate, cases: Sequence[str]) -> tuple[TracedRun, ...]:
        return self._work.evaluator.evaluate(parent, Question(candidate, cases, trace=True)).runs


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
