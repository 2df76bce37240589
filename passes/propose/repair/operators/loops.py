"""Operators on loops: what a loop runs over, and what belongs after it."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.ranked import cheapest
from tracec.passes.syntax.nodes import binary, call, changed, cut, literal, method
from tracec.passes.syntax.shapes import MAPPINGS, SEQUENCES

WHOLE = frozenset(("int",))


def iterated(node: ast.expr, context: Context) -> Changes:
    """Run over the numbers up to a number, the indexes of a sequence or its elements, a copy, the values of a dict."""
    place = context.tree.places[node]
    if place.field != "iter":
        return
    pairs = isinstance(getattr(place.parent, "target", None), ast.Tuple)
    inner = _indexed(node)
    if inner is not None:
        yield from cheapest([(0.0, inner), (0.5 if pairs else 2.0, call("enumerate", inner))])
        return
    yield from cheapest([*_numbers(node, context), *_sequences(node, context, pairs), *_mappings(node, context, pairs)])


def _indexed(node: ast.expr) -> ast.expr | None:
    """The `a` of `range(len(a))`."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and getattr(node.func, "id", "") == "range":
        inner = node.args[0]
        if isinstance(inner, ast.Call) and len(inner.args) == 1 and getattr(inner.func, "id", "") == "len":
            return inner.args[0]
    return None


def _numbers(node: ast.expr, context: Context) -> Changes:
    if context.shape(node).types & WHOLE:
        yield 0.0, call("range", node)
        yield 0.5, call("range", literal(1), binary(node, ast.Add(), literal(1)))
        yield 1.0, call("str", node)


def _sequences(node: ast.expr, context: Context, pairs: bool) -> Changes:
    if context.shape(node).types & SEQUENCES and not isinstance(node, (ast.Call, ast.Constant)):
        yield 0.0, call("range", call("len", node))
        yield 0.0 if pairs else 2.0, call("enumerate", node)
        yield 0.5, cut(node)
        yield 1.0, call("range", binary(call("len", node), ast.Sub(), literal(1)))
        yield 1.0, call("range", literal(1), call("len", node))


def _mappings(node: ast.expr, context: Context, pairs: bool) -> Changes:
    if context.shape(node).types & MAPPINGS:
        yield 0.0 if pairs else 2.0, method(node, "items")
        yield 2.0 if pairs else 0.0, method(node, "values")
        yield 1.0, call("list", node)


def answer_after(node: ast.For | ast.While, context: Context) -> Changes:
    """Move an else after the loop that answers in the first turn what only the whole loop can tell."""
    body = _without_else(node.body[-1])
    if body is not None:
        bare, rest = body
        yield 0.0, Splice((changed(node, body=[*node.body[:-1], bare]), *rest))


def _without_else(node: ast.stmt) -> tuple[ast.If, list[ast.stmt]] | None:
    """An `if` less the last else of its chain, and that."""
    if not isinstance(node, ast.If) or not node.orelse:
        return None
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        found = _without_else(node.orelse[0])
        return (changed(node, orelse=[found[0]]), found[1]) if found else None
    return changed(node, orelse=[]), node.orelse


def out_of_both(node: ast.For | ast.While, context: Context) -> Changes:
    """Move the end of the last block in a loop after the loop."""
    last = node.body[-1]
    inner = getattr(last, "body", [])
    if isinstance(last, (ast.For, ast.While, ast.If, ast.With)) and len(inner) > 1:
        shorter = changed(last, body=inner[:-1])
        yield 0.0, Splice((changed(node, body=[*node.body[:-1], shorter]), inner[-1]))


def into_both(node: ast.For | ast.While, context: Context) -> Changes:
    """Move what follows a loop to the end of the last block in it."""
    block = context.tree.block(node)
    place = block.index(node) + 1
    last = node.body[-1]
    if place < len(block) and isinstance(last, (ast.For, ast.While, ast.If)):
        longer = changed(last, body=[*last.body, block[place]])
        yield 0.0, Splice((changed(node, body=[*node.body[:-1], longer]),), 2)


LOOPS = (ast.For, ast.While)
ROWS = (
    Operator("iteration", (ast.expr,), 4.5, iterated),  # for x in a -> for x in range(len(a))
    Operator("answer after loop", LOOPS, 4.5, answer_after, STATEMENT),  # for: if c: a else: b -> for: if c: a / b
    Operator("move out", LOOPS, 7.0, out_of_both, STATEMENT),  # for: if c: a; b -> for: if c: a / b
    Operator("move in", LOOPS, 7.5, into_both, STATEMENT),  # for: if c: a / b -> for: if c: a; b
)
