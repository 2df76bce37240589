"""Operators that put in a missing statement, before a statement or at the end of its block."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.pools import ARITHMETIC, UNSURE, Term
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import LOAD, assign, call, changed, cut, literal, method, store
from tracec.passes.syntax.shapes import SEQUENCES
from tracec.passes.syntax.tree import FUNCTIONS, JUMPS

Node = TypeVar("Node", bound=ast.AST)
# How a value of these types is often prepared: functions, methods.
UPDATES: tuple[tuple[frozenset[str], tuple[str, ...], tuple[str, ...]], ...] = (
    (ARITHMETIC, ("abs", "int", "str"), ()),
    (frozenset(("str",)), ("int", "float", "list"), ("lower", "upper", "strip", "split")),
    (frozenset(("list", "tuple")), ("sorted", "list", "set"), ()),
    (frozenset(("set", "dict", "map", "filter", "zip")), ("list", "sorted"), ()),
)
MOST_UPDATED = 8  # variables that are updated, the likeliest; chosen
MOST_VARIABLES = 24  # variables, the nearest ones, of which all pairs are tried; chosen
FIXED = 2.0  # bits more to collect a constant: what is collected depends on something; chosen
Insertion = tuple[float, ast.stmt]
RESETS: tuple[tuple[object, float], ...] = ((0, 1.5), (1, 2.5), (None, 3.5), (True, 2.5), (False, 2.5), ("", 2.5))


def insertion(make: Callable[[ast.stmt, Context, bool], Iterator[Insertion]]) -> Callable[[ast.stmt, Context], Changes]:
    """Make an operator that puts each new statement before a statement and, at the end of a block, after it."""

    def insert(node: ast.stmt, context: Context) -> Changes:
        places = [False, True] if _ends(node, context) else [False]
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            places = []
        both = ((cost, new, after) for after in places for cost, new in make(node, context, after))
        ranked = ((cost, Splice((node, new) if after else (new, node))) for cost, new, after in both)
        yield from cheapest(ranked)

    return insert


def _ends(node: ast.stmt, context: Context) -> bool:
    """True where something may be put after `node` that cannot as well be put before the next statement."""
    if isinstance(node, JUMPS):
        return False
    block = context.tree.block(node)
    place = block.index(node) + 1
    return place == len(block) or not context.suspicion.executed(block[place])


def _assigned(node: ast.stmt, context: Context) -> frozenset[str]:
    return frozenset(context.scope.locals_of(context.tree.function(node)))


def assignment(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `a = b` of two variables of one type, `a += b`, `a -= b`."""
    variables, assigned = context.variables(node, after)[:MOST_VARIABLES], _assigned(node, context)
    for cost, target in variables:
        for extra, value in variables:
            if target is value or not isinstance(target.node, ast.Name):
                continue
            pair = 0.5 * (cost - 1) + 0.5 * (extra - 1)
            like = target.shape.like(value.shape)
            if target.node.id in assigned and (like or like is None or "NoneType" in target.shape.types):
                yield pair + (0.0 if like else 1.0), assign(store(target.node.id), value.node)
            if target.node.id in assigned and like and target.shape.types & (ARITHMETIC | SEQUENCES):
                yield pair + 1.0, ast.AugAssign(store(target.node.id), ast.Add(), value.node)
            if target.node.id in assigned and like and target.shape.types & ARITHMETIC:
                yield pair + 2.0, ast.AugAssign(store(target.node.id), ast.Sub(), value.node)


def collected(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `a.append(b)`, `a.add(b)`, `a.extend(b)`."""
    members: list[Term] = context.atoms(node, after=after)[:40]
    for cost, holder in context.variables(node, after)[:MOST_VARIABLES]:
        for extra, member in members:
            if holder is member or not isinstance(holder.node, ast.Name):
                continue
            apt = not holder.shape.elements or not member.shape.types or member.shape.types & holder.shape.elements
            price = 0.5 * (cost - 1) + extra - 1.0 + (0.0 if member.shape.types else 1.0) + FIXED * member.fixed
            if (holder.shape.types & {"list", "deque"} and apt) or (not holder.shape.types and not member.fixed):
                unsure = 0.0 if holder.shape.types else UNSURE
                yield price + unsure, ast.Expr(method(holder.node, "append", member.node))
            if "set" in holder.shape.types and apt and not member.fixed:
                yield price, ast.Expr(method(holder.node, "add", member.node))
                yield price + 2.0, ast.Expr(method(holder.node, "discard", member.node))
            if "list" in holder.shape.types and "list" in member.shape.types and not member.fixed:
                yield price + 1.5, ast.Expr(method(holder.node, "extend", member.node))


def counted(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `a += 1`, `a -= 1`, `a = 0`, `a = []`, `a.sort()`."""
    assigned = _assigned(node, context)
    for cost, target in context.variables(node, after)[:MOST_VARIABLES]:
        if not isinstance(target.node, ast.Name) or target.node.id not in assigned:
            continue
        price = 0.5 * (cost - 1)
        types = target.shape.types
        if types & ARITHMETIC:
            yield price, ast.AugAssign(store(target.node.id), ast.Add(), literal(1))
            yield price + 1.0, ast.AugAssign(store(target.node.id), ast.Sub(), literal(1))
        for value, extra in RESETS:
            if type(value).__name__ in types:
                yield price + extra, assign(store(target.node.id), literal(value))
        if "list" in types:
            yield price + 2.5, assign(store(target.node.id), ast.List([], LOAD))
            yield from ((price + 2.5, ast.Expr(method(target.node, called))) for called in ("sort", "reverse", "pop"))


def updated(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in a step that a variable went without: `a = abs(a)`, `a = a.lower()`, `a = sorted(a)`."""
    for cost, target in context.variables(node, after)[:MOST_UPDATED]:
        if not isinstance(target.node, ast.Name):
            continue
        for types, calls, methods in UPDATES:
            if target.shape.types & types:
                made = [call(called, target.node) for called in calls]
                made += [method(target.node, called) for called in methods]
                extra = 0.5 * (cost - 1) + 0.5 * bits(len(made))
                yield from ((extra, assign(store(target.node.id), value)) for value in made)
        if target.shape.types & SEQUENCES:
            pieces = (
                cut(target.node, literal(1)),
                cut(target.node, None, literal(-1)),
                cut(target.node, None, None, literal(-1)),
            )
            yield from ((0.5 * (cost - 1) + 1.5, assign(store(target.node.id), value)) for value in pieces)


def result(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `return a`."""
    for cost, choice in context.atoms(node, after=after):
        yield 0.7 * (cost - 1), ast.Return(choice.node)


def copied(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in a statement of the function once more."""
    for statement in context.statements(node):
        if statement is not node and context.defined(node, statement, after):
            yield 0.0, statement


def renamed(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in a statement of the function once more with one variable exchanged for another."""
    variables = context.variables(node, after)[:MOST_VARIABLES]
    for statement in context.statements(node):
        parts = [part for part in ast.walk(statement) if isinstance(part, ast.Name) and _is_variable(part, context)]
        for part in parts:
            for _, choice in variables:
                if not isinstance(choice.node, ast.Name) or choice.node.id == part.id:
                    continue
                if choice.shape.like(context.shape(part)) is False:
                    continue
                new = substitute(statement, part, ast.Name(choice.node.id, part.ctx))
                if context.defined(node, new, after):
                    yield 0.5 * bits(len(variables)) + 0.5 * bits(len(parts)), new


def argument(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in a call of the function once more with another argument."""
    for statement in context.statements(node):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and len(statement.value.args) == 1:
            again = statement.value
            for cost, choice in context.atoms(node, after=after)[:40]:
                new = ast.Expr(changed(again, args=[choice.node]))
                if context.defined(node, again.func, after):
                    yield cost + FIXED * choice.fixed, new


def leave_loop(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `break`, `continue`."""
    if context.tree.loop(node) is not None:
        yield 0.0, ast.Break()
        yield 1.0, ast.Continue()


def missing_else(node: ast.If, context: Context) -> Changes:
    """Add an else of a statement of the function, as it is or with one variable exchanged, or of a new one."""
    if not node.orelse:
        new = [*copied(node, context, False), *((c + 0.5, s) for c, s in renamed(node, context, False))]
        for make in (assignment, collected, counted, result):
            new += [(cost + 1.0, statement) for cost, statement in make(node, context, False)]
        yield from cheapest((cost, Splice((changed(node, orelse=[statement]),))) for cost, statement in new)


def _is_variable(part: ast.Name, context: Context) -> bool:
    return context.tree.role(part) in ("value", "store")


def substitute(tree: Node, old: ast.AST, new: ast.AST) -> Node:
    """Copy `tree` with `old` exchanged for `new`; only the nodes on the way are copied."""
    return cast(Node, _path_copy(tree, old, new))


def _path_copy(node: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    if node is old:
        return new
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            copy = _path_copy(value, old, new)
            if copy is not value:
                return changed(node, **{field: copy})
        elif isinstance(value, list):
            copies = [_path_copy(part, old, new) if isinstance(part, ast.AST) else part for part in value]
            if any(copy is not part for copy, part in zip(copies, value, strict=True)):
                return changed(node, **{field: copies})
    return node


ROWS = (
    Operator("missing assignment", (ast.stmt,), 8.0, insertion(assignment), STATEMENT),  # + a = b, a += b
    Operator("missing collection", (ast.stmt,), 8.0, insertion(collected), STATEMENT),  # + a.append(b)
    Operator("missing count", (ast.stmt,), 8.0, insertion(counted), STATEMENT),  # + a += 1
    Operator("missing update", (ast.stmt,), 8.0, insertion(updated), STATEMENT),  # + a = abs(a), a = a.lower()
    Operator("missing return", (ast.stmt,), 8.5, insertion(result), STATEMENT),  # + return a
    Operator("missing statement", (ast.stmt,), 9.5, insertion(copied), STATEMENT),  # + a copy of b
    Operator("missing statement", (ast.stmt,), 9.5, insertion(renamed), STATEMENT),  # + a copy of b(x) as b(y)
    Operator("missing statement", (ast.stmt,), 10.0, insertion(argument), STATEMENT),  # + a copy of f(x) as f(y)
    Operator("missing jump", (ast.stmt,), 8.5, insertion(leave_loop), STATEMENT),  # + break
    Operator("missing else", (ast.If,), 9.0, missing_else, STATEMENT),  # if c: a -> if c: a else: b
)
