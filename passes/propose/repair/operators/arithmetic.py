"""Operators on numbers: another operation, off by one, a missing or surplus operand."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import Changes, Operator, Splice
from tracec.passes.propose.repair.pools import ARITHMETIC
from tracec.passes.propose.repair.ranked import dearer, merge, spread
from tracec.passes.syntax.nodes import binary, call, changed, literal
from tracec.passes.syntax.shapes import SEQUENCES

NEAR: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr, ast.BitXor),
    ast.BitOr: (ast.BitAnd, ast.BitXor),
    ast.BitXor: (ast.BitAnd, ast.BitOr),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
}
FAR: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    ast.Sub: (ast.Mult, ast.FloorDiv, ast.Div, ast.Mod),
    ast.Mult: (ast.Add, ast.FloorDiv, ast.Sub, ast.Mod),
    ast.Div: (ast.Mod, ast.Sub, ast.Add),
    ast.FloorDiv: (ast.Mult, ast.Sub, ast.Add),
    ast.Mod: (ast.Div, ast.Mult, ast.Sub, ast.Add),
    ast.Pow: (ast.Add, ast.FloorDiv),
    ast.BitAnd: (ast.Mod, ast.RShift, ast.LShift),
    ast.BitOr: (ast.Add,),
    ast.BitXor: (ast.Add, ast.Pow),
    ast.LShift: (ast.Mult,),
    ast.RShift: (ast.FloorDiv,),
}
COMMUTATIVE = (ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)


def near(node: ast.BinOp | ast.AugAssign, context: Context) -> Changes:
    """Put an operation in its place that is easily taken for it."""
    return _operated(node, NEAR.get(type(node.op), ()))


def far(node: ast.BinOp | ast.AugAssign, context: Context) -> Changes:
    """Put any other operation on the same operands in its place."""
    return _operated(node, FAR.get(type(node.op), ()))


def _operated(node: ast.BinOp | ast.AugAssign, others: Sequence[type[ast.operator]]) -> Changes:
    made = (changed(node, op=other()) for other in others)
    return ((0.0, Splice((new,)) if isinstance(new, ast.AugAssign) else new) for new in made)


def dropped(node: ast.BinOp, context: Context) -> Changes:
    """Leave one operand alone."""
    yield 0.0, node.left
    yield 0.0, node.right


def exchanged(node: ast.BinOp, context: Context) -> Changes:
    """Exchange the operands, where that matters."""
    commutes = isinstance(node.op, COMMUTATIVE) or (isinstance(node.op, ast.Add) and context.fit(node, ARITHMETIC) == 0)
    if not commutes:
        yield 0.0, changed(node, left=node.right, right=node.left)


def regrouped(node: ast.BinOp, context: Context) -> Changes:
    """Put the parentheses elsewhere."""
    left, right = node.left, node.right
    if isinstance(left, ast.BinOp):
        yield 0.0, binary(left.left, left.op, binary(left.right, node.op, right))
    if isinstance(right, ast.BinOp):
        yield 0.0, binary(binary(left, node.op, right.left), right.op, right.right)


def reordered(node: ast.BinOp, context: Context) -> Changes:
    """Carry out two operations in the other order, with their operators or without them."""
    left, right = node.left, node.right
    if isinstance(left, ast.BinOp):
        yield 0.0, binary(binary(left.left, node.op, right), left.op, left.right)
        if type(left.op) is not type(node.op):
            yield 0.0, binary(binary(left.left, left.op, right), node.op, left.right)
    if isinstance(right, ast.BinOp):
        yield 0.0, binary(binary(left, right.op, right.right), node.op, right.left)


def off_by_one(node: ast.expr, context: Context) -> Changes:
    """Add or subtract one: likeliest for bounds, indexes and arguments."""
    extra = _number(node, context)
    if extra is None:
        return
    parent = context.tree.parent(node)
    edge = isinstance(parent, (ast.Subscript, ast.Slice, ast.Compare, ast.Call, ast.Tuple, ast.Return))
    extra += 0.0 if edge else 1.0
    whole = 0.5 if _calls(node, "len") and _calls(parent, "range") else 0.0  # the usual way through a sequence
    yield extra + whole, binary(node, ast.Add(), literal(1))
    yield extra + whole, binary(node, ast.Sub(), literal(1))


def _calls(node: ast.AST | None, function: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == function


def rescaled(node: ast.expr, context: Context) -> Changes:
    """Take its negative, amount, double, half, square."""
    extra = _number(node, context)
    if extra is None:
        return
    yield extra, ast.UnaryOp(ast.USub(), node)
    yield extra, call("abs", node)
    yield extra, binary(node, ast.Mult(), literal(2))
    yield extra, binary(node, ast.FloorDiv(), literal(2))
    yield extra + 0.5, binary(node, ast.Pow(), literal(2))
    yield extra + 1.5, binary(node, ast.Div(), literal(2))
    yield extra + 1.5, binary(node, ast.Mod(), literal(2))


def with_operand(node: ast.expr, context: Context) -> Changes:
    """Supply a missing operand: an atom added to, subtracted from, multiplied with the number there."""
    extra = _number(node, context)
    if extra is None:
        return
    useful = [(cost, atom.node) for cost, atom in context.atoms(node, ARITHMETIC) if not _is(atom.node, 0)]
    scaling = [(cost, atom) for cost, atom in useful if not _is(atom, 1)]
    bounds = [(cost, atom.node) for cost, atom in context.atoms(node, ARITHMETIC)]
    added = spread(
        useful,
        (0.0, lambda atom: binary(node, ast.Add(), atom)),
        (0.0, lambda atom: binary(node, ast.Sub(), atom)),
        (1.0, lambda atom: binary(atom, ast.Sub(), node)),
    )
    scaled = spread(
        scaling,
        (1.0, lambda atom: binary(node, ast.Mult(), atom)),
        (2.0, lambda atom: binary(node, ast.FloorDiv(), atom)),
        (2.0, lambda atom: binary(node, ast.Mod(), atom)),
        (2.5, lambda atom: binary(node, ast.Div(), atom)),
        (3.0, lambda atom: binary(node, ast.Pow(), atom)),
        (3.0, lambda atom: binary(atom, ast.FloorDiv(), node)),
    )
    limited = spread(bounds, (0.5, lambda atom: call("max", atom, node)), (0.5, lambda atom: call("min", atom, node)))
    yield from dearer(merge(added, scaled, limited), extra)


def _is(node: ast.expr, value: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _number(node: ast.expr, context: Context) -> float | None:
    """Bits to take a node for a number that is computed; constants have their own operators."""
    plain = isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))
    if plain or isinstance(node, (ast.Compare, ast.BoolOp, ast.JoinedStr)):
        return None
    types = context.shape(node).types
    if (types and types <= {"bool"}) or (types & SEQUENCES and not types & ARITHMETIC):
        return None
    return context.fit(node, ARITHMETIC)


ROWS = (
    Operator("arithmetic", (ast.BinOp,), 4.0, near),  # a + b -> a - b
    Operator("arithmetic", (ast.BinOp,), 5.0, far),  # a + b -> a * b
    Operator("arithmetic", (ast.AugAssign,), 4.0, near, frozenset(("statement",))),  # a += b -> a -= b
    Operator("arithmetic", (ast.AugAssign,), 5.0, far, frozenset(("statement",))),  # a += b -> a *= b
    Operator("drop operand", (ast.BinOp,), 4.5, dropped),  # a + b -> a
    Operator("operand order", (ast.BinOp,), 4.0, exchanged),  # a - b -> b - a
    Operator("parentheses", (ast.BinOp,), 5.5, regrouped),  # a - b * c -> (a - b) * c
    Operator("parentheses", (ast.BinOp,), 6.5, reordered),  # a - b // c -> a // c - b
    Operator("off by one", (ast.expr,), 4.0, off_by_one),  # a -> a + 1
    Operator("rescale", (ast.expr,), 6.5, rescaled),  # a -> a * 2, -a, abs(a)
    Operator("missing operand", (ast.expr,), 5.0, with_operand),  # a -> a + b, max(b, a)
)
