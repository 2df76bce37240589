"""Operators on results that go astray: thrown away, printed, or taken from a method that returns none."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.ranked import bits
from tracec.passes.syntax.nodes import assign, call, store

IN_PLACE = frozenset(
    ("append", "extend", "insert", "sort", "reverse", "remove", "clear", "add", "discard", "update", "appendleft")
)
MOST_VARIABLES = 8  # variables that a result is assigned to; chosen
EXCEPTIONS = ("ValueError", "TypeError", "AttributeError", "KeyError", "IndexError", "RuntimeError")


def kept(node: ast.Expr, context: Context) -> Changes:
    """Assign what a call gave to its argument, or to another variable."""
    value = node.value
    if not isinstance(value, ast.Call) or _in_place(value):
        return
    names = list(dict.fromkeys(part.id for part in value.args if isinstance(part, ast.Name)))
    yield from ((0.0, Splice((assign(store(name), value),))) for name in names)
    local = context.scope.locals_of(context.tree.function(node))
    others = [name for name in local if name not in names][:MOST_VARIABLES]
    yield from ((1.0 + bits(len(others)), Splice((assign(store(name), value),))) for name in others)


def printed(node: ast.Expr, context: Context) -> Changes:
    """Return what is printed."""
    value = node.value
    if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "print" and len(value.args) == 1:
        yield 0.0, Splice((ast.Return(value.args[0]),))


def in_place(node: ast.Assign | ast.Return, context: Context) -> Changes:
    """Take the object itself for the None that a method which changes it returns."""
    value = node.value
    if not isinstance(value, ast.Call) or not _in_place(value):
        return
    assert isinstance(value.func, ast.Attribute)
    receiver = value.func.value
    if isinstance(node, ast.Return):
        yield 0.0, Splice((ast.Expr(value), ast.Return(receiver)))
        if value.func.attr == "sort":
            yield 0.5, Splice((ast.Return(ast.Call(ast.Name("sorted", ast.Load()), [receiver], value.keywords)),))
        return
    yield 0.0, Splice((ast.Expr(value),))
    yield 1.0, Splice((ast.Expr(value), assign(node.targets[0], receiver)))
    if value.func.attr in ("sort", "reverse"):
        made = call("sorted", receiver) if value.func.attr == "sort" else call("list", call("reversed", receiver))
        yield 1.5, Splice((assign(node.targets[0], made),))


def given(node: ast.Return, context: Context) -> Changes:
    """Give a bare return a result."""
    if node.value is None:
        yield from ((cost, Splice((ast.Return(atom.node),))) for cost, atom in context.atoms(node))


def raised(node: ast.Raise, context: Context) -> Changes:
    """Raise an exception made of a text, of a kind that the file raises or of a usual one."""
    message = node.exc
    text = isinstance(message, ast.Constant) and isinstance(message.value, str)
    if message is not None and (text or isinstance(message, (ast.JoinedStr, ast.BinOp))):
        calls = [part.exc for part in context.facts.file.nodes if isinstance(part, ast.Raise)]
        known = [c.func.id for c in calls if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)]
        for rank, kind in enumerate(dict.fromkeys([*known, *EXCEPTIONS])):
            yield 0.5 * bits(rank + 1), Splice((ast.Raise(call(kind, message), node.cause),))


def _in_place(value: ast.Call) -> bool:
    return isinstance(value.func, ast.Attribute) and value.func.attr in IN_PLACE


def equal(node: ast.Expr, context: Context) -> Changes:
    """Take `a = b`, `a += b` where `a == b` does nothing."""
    test = node.value
    if not isinstance(test, ast.Compare) or len(test.ops) > 1 or not isinstance(test.ops[0], ast.Eq):
        return
    if isinstance(test.left, (ast.Name, ast.Subscript, ast.Attribute)):
        yield 0.0, Splice((assign(test.left, test.comparators[0]),))
        for operation in (ast.Add(), ast.Sub(), ast.Mult()):
            yield 2.0, Splice((ast.AugAssign(test.left, operation, test.comparators[0]),))


ROWS = (
    Operator("assign", (ast.Expr,), 2.5, equal, STATEMENT),  # a == b -> a = b
    Operator("missing exception", (ast.Raise,), 3.5, raised, STATEMENT),  # raise "a" -> raise ValueError("a")
    Operator("keep result", (ast.Expr,), 5.5, kept, STATEMENT),  # f(a) -> a = f(a)
    Operator("return", (ast.Expr,), 4.5, printed, STATEMENT),  # print(a) -> return a
    Operator("in place", (ast.Assign, ast.Return), 4.0, in_place, STATEMENT),  # a = a.append(b) -> a.append(b)
    Operator("result", (ast.Return,), 4.5, given, STATEMENT),  # return -> return a
)
