"""Operators that put in a missing early exit: `if p: return r`, `if p: continue`, `if p: break`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.ranked import cheapest
from tracec.passes.syntax.tree import FUNCTIONS

USUAL = 1.5  # bits to name what the function returns elsewhere; chosen
DEAREST_RESULT = 12.0  # bits of a condition with a result that the function does not return elsewhere; chosen
DEAREST = 18.0  # bits of a condition: there are millions that cost more; chosen


def early_return(node: ast.stmt, context: Context) -> Changes:
    """Return a result of the function, or an atom, when a condition holds."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return
    results = list(cheapest(_results(node, context)))
    waiting: list[tuple[float, Splice]] = []
    for cost, condition in context.predicates(node):
        if cost > DEAREST or (results[0][0] > USUAL and cost + results[0][0] > DEAREST_RESULT):
            break
        ready = [pair for pair in waiting if pair[0] <= cost + results[0][0]]
        waiting = [pair for pair in waiting if pair[0] > cost + results[0][0]]
        yield from cheapest(ready)
        for extra, result in results:
            if extra <= USUAL or cost + extra <= DEAREST_RESULT:
                guard = ast.If(condition, [ast.Return(result)], [])
                waiting.append((cost + extra, Splice((guard, node))))
    yield from cheapest(waiting)


def early_jump(node: ast.stmt, context: Context) -> Changes:
    """Go on with the next turn, or leave the loop, when a condition holds."""
    if context.tree.loop(node) is None or isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return
    for cost, condition in context.predicates(node):
        yield cost, Splice((ast.If(condition, [ast.Continue()], []), node))
        yield cost, Splice((ast.If(condition, [ast.Break()], []), node))


def _results(node: ast.stmt, context: Context) -> Iterator[tuple[float, ast.expr | None]]:
    seen: dict[str, ast.expr] = {}
    for part in context.in_function(node):
        if isinstance(part, ast.Return) and part.value is not None and context.defined(node, part.value):
            seen.setdefault(ast.dump(part.value), part.value)
    yield from ((USUAL, value) for value in seen.values())
    yield from ((cost, atom.node) for cost, atom in context.atoms(node)[:26])
    yield 5.0, None


ROWS = (
    Operator("early return", (ast.stmt,), 6.5, early_return, STATEMENT),  # a -> if p: return r / a
    Operator("early jump", (ast.stmt,), 8.5, early_jump, STATEMENT),  # a -> if p: continue / a
)
