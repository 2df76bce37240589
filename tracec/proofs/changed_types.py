"""A change + runs of passing tests before and after it -> the expressions that had values of another kind there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from tracec.passes.accept.doubts import Doubt, doubts_of_kinds
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.span import Span
from tracec.passes.propagate.observe import observed
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.parsing import module_of
from tracec.project.program import Program

KINDS = {
    **dict.fromkeys(("int", "float", "bool", "complex"), "a number"),
    **dict.fromkeys(("list", "tuple", "set", "frozenset"), "a collection"),
    "str": "a text",
    "bytes": "bytes",
    "dict": "a dictionary",
}


def doubts(
    before: Program, after: Program, path: str, old_runs: Sequence[TracedRun], new_runs: Sequence[TracedRun]
) -> tuple[Doubt, ...]:
    """What speaks against a change of a file for the kinds of values in it; runs are of tests that passed before."""
    texts = [program.sources[path].text for program in (before, after)]
    trees = [module_of(text) for text in texts]
    if trees[0] is None or trees[1] is None:
        return ()
    kinds = []
    for old, new in _changed(trees[0], trees[1]):
        one = _kinds(before, _span(path, old, texts[0]), old_runs)
        other = _kinds(after, _span(path, new, texts[1]), new_runs)
        if one and other and "" not in one | other and not one & other:
            kinds.append((ast.unparse(new), min(one), min(other)))
    return doubts_of_kinds(kinds)


def _changed(old: ast.AST, new: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The expressions in the same place that differ, outermost first."""
    if isinstance(old, ast.expr) and isinstance(new, ast.expr):
        yield old, new
    if type(old) is not type(new):
        return
    for name in old._fields:
        one, other = ([v] if isinstance(v, ast.AST) else v for v in (getattr(old, name, 0), getattr(new, name, 0)))
        if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for a, b in zip(one, other):
                if isinstance(a, ast.AST) and isinstance(b, ast.AST) and ast.dump(a) != ast.dump(b):
                    yield from _changed(a, b)


def _kinds(program: Program, span: Span, runs: Iterable[TracedRun]) -> set[str]:
    """The kinds of values that some runs had at a place; "" is one that is not told from others."""
    found = set()
    for run in runs:
        seen = observed(run, program.targets).values.get(span)
        for value in seen.values.values() if seen else ():
            name = getattr(value, "type", "") if type(value).__name__ == "Picture" else type(value).__name__
            found.add(KINDS.get(name, ""))
    return found


def _span(path: str, node: ast.expr, text: str) -> Span:
    lines = text.split("\n")
    end = node.end_lineno or node.lineno
    begin = characters(lines[node.lineno - 1], node.col_offset)
    return Span(path, node.lineno, begin, end, characters(lines[end - 1], node.end_col_offset or 0))
