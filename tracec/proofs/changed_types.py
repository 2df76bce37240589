"""A change + runs of passing tests before and after it -> the expressions that had values of another kind there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from tracec.passes.accept.doubts import Doubt, doubt_of_kind
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.span import Span
from tracec.passes.propagate.observe import observed
from tracec.passes.syntax.names import bindings
from tracec.passes.syntax.parsing import parse
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
    """What speaks against a change of a file for the kinds of values in it; runs are of tests that passed before.

    What an earlier change added may change as it likes: no kind of value was there in the user's file.
    """
    old, new, own = (parse(source) for source in (before.sources[path], after.sources[path], before.on_disk[path]))
    names = bindings(own.tree.body).keys()
    added = [node for node in new.tree.body if (bound := bindings([node]).keys()) and not bound & names]
    for was, now in _changed(old.tree, new.tree):
        if any(node.lineno <= now.lineno <= (node.end_lineno or 0) for node in added):
            continue
        one, other = _kinds(before, old.span(was), old_runs), _kinds(after, new.span(now), new_runs)
        if one and other and "" not in one | other and not one & other:
            return (doubt_of_kind(ast.unparse(now), min(one), min(other)),)
    return ()


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
