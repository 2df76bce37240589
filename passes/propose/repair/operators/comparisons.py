"""Operators on comparisons: another relation, other order, another bound."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import Changes, Operator
from tracec.passes.propose.repair.pools import ARITHMETIC
from tracec.passes.propose.repair.ranked import cheapest
from tracec.passes.syntax.nodes import call, changed, compare, is_item, literal, method, put, shifted
from tracec.passes.syntax.shapes import SEQUENCES

NEAR: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
FAR: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.Eq, ast.NotEq),
    ast.LtE: (ast.Eq, ast.NotEq),
    ast.Gt: (ast.Eq, ast.NotEq),
    ast.GtE: (ast.Eq, ast.NotEq),
    ast.Eq: (ast.LtE, ast.GtE, ast.Lt, ast.Gt, ast.In, ast.Is),
    ast.NotEq: (ast.Lt, ast.Gt, ast.LtE, ast.GtE, ast.NotIn, ast.IsNot),
    ast.Is: (ast.Eq,),
    ast.IsNot: (ast.NotEq,),
    ast.In: (ast.Eq,),
    ast.NotIn: (ast.NotEq,),
}
ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


def near(node: ast.Compare, context: Context) -> Changes:
    """Put a relation in its place that is easily taken for it."""
    for index, relation in enumerate(node.ops):
        for other in NEAR[type(relation)]:
            yield 0.0, changed(node, ops=put(node.ops, index, other()))


def far(node: ast.Compare, context: Context) -> Changes:
    """Put any other relation in its place that makes sense between the same operands."""
    for index, relation in enumerate(node.ops):
        for other in FAR[type(relation)]:
            if _fits(other, node.comparators[index], context):
                yield 0.0, changed(node, ops=put(node.ops, index, other()))


def sign(node: ast.Compare, context: Context) -> Changes:
    """Ask for below or above 0 where equality with it was asked."""
    right = node.comparators[0]
    asked = isinstance(node.ops[0], (ast.Eq, ast.NotEq)) and isinstance(right, ast.Constant) and right.value in (0, 1)
    if asked and context.fit(node.left, ARITHMETIC) == 0:
        relations = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)
        yield from ((0.0, changed(node, ops=put(node.ops, 0, other()))) for other in relations)


def turned(node: ast.Compare, context: Context) -> Changes:
    """Exchange the operands."""
    if len(node.ops) == 1 and not isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        yield 0.0, compare(node.comparators[0], node.ops[0], node.left)


def shorter(node: ast.Compare, context: Context) -> Changes:
    """Leave out one end of a chain."""
    if len(node.ops) > 1:
        yield 0.0, changed(node, ops=node.ops[:-1], comparators=node.comparators[:-1])
        yield 0.0, ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])


def side(node: ast.Compare, context: Context) -> Changes:
    """Take what is compared as the result: least of all where a truth is asked for."""
    if len(node.ops) == 1:
        extra = 2.0 if context.is_condition(node) else 1.0 if context.is_returned(node) else 0.0
        yield extra, node.left
        yield extra + 1.5, node.comparators[0]


def items_beside(node: ast.Compare, context: Context) -> Changes:
    """Compare the items before or after those that are compared."""
    left, (right, *others) = node.left, node.comparators
    if is_item(left) and is_item(right):
        for operation in (ast.Sub(), ast.Add()):
            yield 0.0, changed(node, left=shifted(left, operation), comparators=[shifted(right, operation), *others])


def of_both(node: ast.Compare, context: Context) -> Changes:
    """Ask both sides for their lengths, amounts, or forms that do not tell cases or orders apart."""
    if len(node.ops) > 1 or isinstance(node.ops[0], (ast.In, ast.NotIn, ast.Is, ast.IsNot)):
        return
    left, right = node.left, node.comparators[0]
    known = context.shape(left).types
    if not context.shape(left).like(context.shape(right)):
        return
    if known & ARITHMETIC:
        yield 0.0, changed(node, left=call("abs", left), comparators=[call("abs", right)])
    if known & SEQUENCES:
        yield 0.0, changed(node, left=call("len", left), comparators=[call("len", right)])
        for called in ("sorted", "set"):
            yield 0.5, changed(node, left=call(called, left), comparators=[call(called, right)])
    if "str" in known:
        yield 0.5, changed(node, left=method(left, "lower"), comparators=[method(right, "lower")])


def bound(node: ast.Compare, context: Context) -> Changes:
    """Change relation and constant at once, where one of the two alone would not do."""
    if len(node.ops) > 1 or not isinstance(node.ops[0], ORDERING) or context.fit(node.left, ARITHMETIC) is None:
        return
    relation, right = node.ops[0], node.comparators[0]
    values = [0, 1, 2, -1]
    if isinstance(right, ast.Constant) and type(right.value) is int:
        values = list(dict.fromkeys([right.value + 1, right.value - 1, *values]))
    unsure = 0.0 if context.fit(node.left, ARITHMETIC) == 0 else 2.0
    yield from cheapest(
        (unsure + (0.0 if type(relation) is other else 1.0), compare(node.left, other(), literal(value)))
        for other in ORDERING
        for value in values
    )


def _fits(relation: type[ast.cmpop], right: ast.expr, context: Context) -> bool:
    if relation in (ast.In, ast.NotIn):
        return bool(context.shape(right).elements or context.shape(right).keys)
    if relation in (ast.Is, ast.IsNot):
        return isinstance(right, ast.Constant) and (right.value is None or isinstance(right.value, bool))
    return True


ROWS = (
    Operator("comparison", (ast.Compare,), 3.5, near),  # a < b -> a <= b, a is b -> a is not b
    Operator("comparison", (ast.Compare,), 4.5, far),  # a < b -> a == b, a in b -> a == b
    Operator("comparison", (ast.Compare,), 3.7, sign),  # a == 0 -> a < 0
    Operator("comparison order", (ast.Compare,), 5.0, turned),  # a in b -> b in a
    Operator("drop comparison", (ast.Compare,), 4.0, side),  # a == b -> a
    Operator("comparison chain", (ast.Compare,), 6.0, shorter),  # a < b < c -> a < b
    Operator("comparison of both", (ast.Compare,), 5.5, items_beside),  # a[i] == b[i] -> a[i - 1] == b[i - 1]
    Operator("comparison of both", (ast.Compare,), 5.5, of_both),  # a < b -> len(a) < len(b)
    Operator("comparison bound", (ast.Compare,), 7.0, bound),  # a < b -> a <= 0, a == 0 -> a <= 1
)
