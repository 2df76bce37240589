"""Operators on one statement: deleted, of another kind, its branches changed."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.syntax.nodes import assign, binary, changed, compare, literal, name, store
from tracec.passes.syntax.tree import FUNCTIONS, Role

ANY_FUNCTION: frozenset[Role] = frozenset(("root", "statement"))  # the target itself, or one within it


def deleted(node: ast.stmt, context: Context) -> Changes:
    """Leave the statement out."""
    kept = (*FUNCTIONS, ast.ClassDef, ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
    if not isinstance(node, kept) and not context.only_binding(node):
        yield (0.0 if not isinstance(node, (ast.For, ast.While, ast.If, ast.Try, ast.With)) else 0.5), Splice(())


def jump(node: ast.stmt, context: Context) -> Changes:
    """Leave the loop another way, or stay."""
    for other in (ast.Break(), ast.Continue(), ast.Pass()):
        if type(other) is not type(node):
            yield 0.0, Splice((other,))


def update_to_assignment(node: ast.AugAssign, context: Context) -> Changes:
    """Assign plainly, or with the operands the other way round."""
    yield 0.0, Splice((assign(node.target, node.value),))
    yield 1.0, Splice((assign(node.target, binary(node.value, node.op, node.target)),))


def assignment_to_update(node: ast.Assign, context: Context) -> Changes:
    """Add to what was there."""
    target = node.targets[0]
    if isinstance(node.value, ast.Compare):
        return
    if len(node.targets) == 1 and isinstance(target, (ast.Name, ast.Subscript, ast.Attribute)):
        for cost, operator in ((0.0, ast.Add()), (1.5, ast.Sub()), (2.0, ast.Mult())):
            yield cost, Splice((ast.AugAssign(target, operator, node.value),))


def call_to_assignment(node: ast.Expr, context: Context) -> Changes:
    """Make `a.update(b)` `a = b`; keep or return the result of a call."""
    call = node.value
    if not isinstance(call, ast.Call):
        return
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, (ast.Name, ast.Subscript, ast.Attribute)):
        yield 0.0, Splice((assign(function.value, call),))
        if len(call.args) == 1:
            yield 0.0, Splice((assign(function.value, call.args[0]),))
    yield 0.0, Splice((ast.Return(call),))


def while_to_if(node: ast.While, context: Context) -> Changes:
    """Do it once instead of again and again."""
    if not _jumps(node.body):
        yield 0.0, Splice((ast.If(node.test, node.body, []),))


def if_to_while(node: ast.If, context: Context) -> Changes:
    """Do it again and again instead of once."""
    if not node.orelse and not _jumps(node.body):
        yield 0.0, Splice((ast.While(node.test, node.body, []),))


def branches(node: ast.If, context: Context) -> Changes:
    """Exchange the branches; make the else unconditional; take one branch alone."""
    if node.orelse:
        yield 0.0, Splice((changed(node, body=node.orelse, orelse=node.body),))
        yield 0.5, Splice((changed(node, orelse=[]), *node.orelse))
    yield 0.5, Splice(tuple(node.body))
    if node.orelse:
        yield 1.0, Splice(tuple(node.orelse))


def else_to_if(node: ast.If, context: Context) -> Changes:
    """Look at an `elif` in any case, or make what follows an `if` its else."""
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        yield 0.0, Splice((changed(node, orelse=[]), node.orelse[0]))
    block = context.tree.block(node)
    after = block[block.index(node) + 1 :]
    if after and not node.orelse:
        if isinstance(after[0], ast.If):
            yield 0.0, Splice((changed(node, orelse=[after[0]]),), 2)
        yield 1.0, Splice((changed(node, orelse=after),), len(after) + 1)
        if len(after) > 1:
            yield 1.0, Splice((changed(node, orelse=after[:1]),), 2)


def generator(node: ast.Return | ast.Expr, context: Context) -> Changes:
    """Exchange `yield`, `yield from` and `return`."""
    value = node.value
    if isinstance(node, ast.Return) and value is not None and _is_generator(context.around(node)):
        yield 0.0, Splice((ast.Expr(ast.Yield(value)),))
        yield 0.0, Splice((ast.Expr(ast.YieldFrom(value)),))
    elif isinstance(value, ast.Yield) and value.value is not None:
        yield 0.0, Splice((ast.Expr(ast.YieldFrom(value.value)),))
        yield 2.0, Splice((ast.Return(value.value),))
    elif isinstance(value, ast.YieldFrom):
        yield 0.0, Splice((ast.Expr(ast.Yield(value.value)),))
        yield 2.0, Splice((ast.Return(value.value),))


def returned(node: ast.Assign, context: Context) -> Changes:
    """Return what was computed."""
    yield 0.0, Splice((ast.Return(node.value),))


def guarded(node: ast.stmt, context: Context) -> Changes:
    """Put a condition before a statement that ran in any case."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return
    for cost, condition in context.predicates(node):
        yield cost, Splice((ast.If(condition, [node], []),))


def fresh_default(node: ast.FunctionDef | ast.AsyncFunctionDef, context: Context) -> Changes:
    """Make a list, dict or set as default, which all calls share, anew in each call."""
    spec = node.args
    names = [*spec.posonlyargs, *spec.args]
    for index, default in enumerate(spec.defaults):
        if isinstance(default, (ast.List, ast.Dict, ast.Set, ast.Call)):
            argument = names[len(names) - len(spec.defaults) + index].arg
            defaults = [*spec.defaults[:index], literal(None), *spec.defaults[index + 1 :]]
            missing = compare(name(argument), ast.Is(), literal(None))
            fresh = ast.If(missing, [assign(store(argument), default)], [])
            start = 1 if ast.get_docstring(node, clean=False) is not None else 0
            body = [*node.body[:start], fresh, *node.body[start:]]
            yield 0.0, Splice((changed(node, args=changed(spec, defaults=defaults), body=body),))


def _jumps(body: list[ast.stmt]) -> bool:
    return any(isinstance(part, (ast.Break, ast.Continue)) for statement in body for part in ast.walk(statement))


def _is_generator(function: ast.AST) -> bool:
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(function))


ROWS = (
    Operator("delete", (ast.stmt,), 6.0, deleted, STATEMENT),  # a; b -> b
    Operator("jump", (ast.Break, ast.Continue), 4.5, jump, STATEMENT),  # break -> continue
    Operator("assign", (ast.AugAssign,), 5.0, update_to_assignment, STATEMENT),  # a += b -> a = b
    Operator("update", (ast.Assign,), 5.0, assignment_to_update, STATEMENT),  # a = b -> a += b
    Operator("assign", (ast.Expr,), 6.5, call_to_assignment, STATEMENT),  # a.update(b) -> a = b
    Operator("once", (ast.While,), 6.0, while_to_if, STATEMENT),  # while c: a -> if c: a
    Operator("repeat", (ast.If,), 6.0, if_to_while, STATEMENT),  # if c: a -> while c: a
    Operator("branches", (ast.If,), 6.0, branches, STATEMENT),  # if c: a else: b -> if c: b else: a
    Operator("else", (ast.If,), 6.0, else_to_if, STATEMENT),  # if c: a; b -> if c: a else: b
    Operator("generator", (ast.Return, ast.Expr), 4.5, generator, STATEMENT),  # yield a -> yield from a
    Operator("return", (ast.Assign,), 8.0, returned, STATEMENT),  # a = b -> return b
    Operator("guard", (ast.stmt,), 7.0, guarded, STATEMENT),  # a -> if p: a
    Operator(
        "shared default", FUNCTIONS, 5.0, fresh_default, ANY_FUNCTION
    ),  # def f(a=[]) -> def f(a=None): if a is None: a = []
)
