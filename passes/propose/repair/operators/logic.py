"""Operators on `and`, `or`, `not` and `x if c else y`, and on conditions as a whole."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import Changes, Operator
from tracec.passes.syntax.nodes import (
    asks_none,
    both,
    changed,
    compare,
    either,
    exchanged,
    literal,
    negated,
    put,
    without,
)
from tracec.passes.syntax.shapes import PLAIN

BOOLEAN = frozenset(("bool",))


def other_connective(node: ast.BoolOp, context: Context) -> Changes:
    """Take `and` for `or`, or `or` for `and`."""
    yield 0.0, changed(node, op=_other(node))


def dropped_operand(node: ast.BoolOp, context: Context) -> Changes:
    """Leave one operand out."""
    for index in range(len(node.values)):
        rest = without(node.values, index)
        yield 0.0, rest[0] if len(rest) == 1 else changed(node, values=rest)


def operand_order(node: ast.BoolOp, context: Context) -> Changes:
    """Exchange neighbouring operands: the second may only make sense when the first holds."""
    for index in range(len(node.values) - 1):
        yield 0.0, changed(node, values=exchanged(node.values, index, index + 1))


def regrouped(node: ast.BoolOp, context: Context) -> Changes:
    """Take the other connective between two of several operands."""
    if len(node.values) < 3:
        return
    for index in range(len(node.values) - 1):
        pair = ast.BoolOp(_other(node), node.values[index : index + 2])
        yield 0.0, changed(node, values=[*node.values[:index], pair, *node.values[index + 2 :]])


def compared_again(node: ast.BoolOp, context: Context) -> Changes:
    """Repeat the comparison of the operand before: `a == b or c` reads well and means another thing."""
    for index in range(1, len(node.values)):
        before, value = node.values[index - 1], node.values[index]
        if isinstance(before, ast.Compare) and len(before.ops) == 1 and isinstance(value, (ast.Constant, ast.Name)):
            whole = compare(before.left, before.ops[0], value)
            yield 0.0, changed(node, values=put(node.values, index, whole))


def if_missing(node: ast.BoolOp, context: Context) -> Changes:
    """Take the default only for None: `a or b` takes it for 0 and for what is empty, too."""
    if isinstance(node.op, ast.Or) and len(node.values) == 2 and not context.is_condition(node):
        value, default = node.values
        empty = any(not seen and seen is not None for seen in context.suspicion.values.get(value, ()))
        yield 0.0 if empty else 1.5, ast.IfExp(compare(value, ast.Is(), literal(None)), default, value)
        yield 1.0 if empty else 2.5, ast.IfExp(compare(value, ast.IsNot(), literal(None)), value, default)


def not_none(node: ast.expr, context: Context) -> Changes:
    """Ask for None where a truth is asked of a variable that may be 0 or empty; and the other way round."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and context.is_condition(node):
        kinds = context.shape(node).types
        if "NoneType" in kinds or not kinds or kinds - PLAIN:
            yield 0.0 if "NoneType" in kinds else 1.5, compare(node, ast.IsNot(), literal(None))
    elif asks_none(node) and context.is_condition(node):
        yield 0.5, node.left if isinstance(node.ops[0], ast.IsNot) else negated(node.left)


def unwrapped(node: ast.UnaryOp, context: Context) -> Changes:
    """Take the operand alone."""
    yield 0.0, node.operand


def chosen(node: ast.IfExp, context: Context) -> Changes:
    """Take one branch alone, or exchange the branches."""
    yield 0.0, node.body
    yield 0.0, node.orelse
    yield 0.0, changed(node, body=node.orelse, orelse=node.body)


def negation(node: ast.expr, context: Context) -> Changes:
    """Put `not` before a condition or a truth value."""
    if _is_truth(node, context) and not isinstance(node, (ast.UnaryOp, ast.Constant, ast.Compare)):
        yield 0.0, negated(node)


def constant(node: ast.expr, context: Context) -> Changes:
    """Make a condition hold always, or never."""
    if context.is_condition(node) or (context.is_returned(node) and _is_truth(node, context)):
        yield 0.0, literal(True)
        yield 0.0, literal(False)


def guarded(node: ast.expr, context: Context) -> Changes:
    """Join a missing condition to the one there."""
    if not _is_whole(node, context):
        return
    if isinstance(node, ast.Constant):  # `True and p` is p
        yield from context.predicates(node)
        return
    for cost, condition in context.predicates(node):
        yield cost, both(condition, node)
        yield cost, either(condition, node)
        yield cost, both(node, condition)
        yield cost, either(node, condition)


def replaced(node: ast.expr, context: Context) -> Changes:
    """Put another condition in place of the one there."""
    if _is_whole(node, context) or (context.is_condition(node) and not isinstance(node, ast.BoolOp)):
        yield from context.predicates(node)


def _is_truth(node: ast.expr, context: Context) -> bool:
    return context.is_condition(node) or context.shape(node).types == BOOLEAN


def _is_whole(node: ast.expr, context: Context) -> bool:
    """A whole test, or a truth value that is returned; operands of it are not taken, their whole is."""
    if isinstance(context.tree.parent(node), (ast.BoolOp, ast.UnaryOp)):
        return False
    return context.is_condition(node) or (context.is_returned(node) and context.shape(node).types == BOOLEAN)


def _other(node: ast.BoolOp) -> ast.boolop:
    return ast.Or() if isinstance(node.op, ast.And) else ast.And()


ROWS = (
    Operator("and/or", (ast.BoolOp,), 3.5, other_connective),  # a and b -> a or b
    Operator("drop operand", (ast.BoolOp,), 5.0, dropped_operand),  # a and b -> a
    Operator("operand order", (ast.BoolOp,), 6.0, operand_order),  # a and b -> b and a
    Operator("and/or", (ast.BoolOp,), 6.5, regrouped),  # a and b and c -> (a or b) and c
    Operator("repeated comparison", (ast.BoolOp,), 3.5, compared_again),  # a == b or c -> a == b or a == c
    Operator("only for None", (ast.BoolOp,), 3.0, if_missing),  # a or b -> b if a is None else a
    Operator("None or empty", (ast.expr,), 5.0, not_none),  # if a -> if a is not None
    Operator("unwrap", (ast.UnaryOp,), 3.5, unwrapped),  # not a -> a, -a -> a
    Operator("choice", (ast.IfExp,), 4.5, chosen),  # a if c else b -> b if c else a
    Operator("negate", (ast.expr,), 4.5, negation),  # a -> not a
    Operator("constant condition", (ast.expr,), 6.0, constant),  # if c -> if True
    Operator("missing condition", (ast.expr,), 4.5, guarded),  # if c -> if c and p
    Operator("other condition", (ast.expr,), 5.5, replaced),  # if c -> if p
)
