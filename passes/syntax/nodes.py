"""Short constructors of syntax nodes. Nothing here changes a node: parts are shared with the tree they come from."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeGuard, TypeVar

Node = TypeVar("Node", bound=ast.AST)
Item = TypeVar("Item")
LOAD = ast.Load()
STORE = ast.Store()


def name(text: str) -> ast.Name:
    """Make a variable that is read."""
    return ast.Name(text, LOAD)


def store(text: str) -> ast.Name:
    """Make a variable that is assigned."""
    return ast.Name(text, STORE)


def literal(value: object) -> ast.expr:
    """Make a constant; a negative number as the parser writes it, or `-1 ** 2` would come out of `(-1) ** 2`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)  # type: ignore[arg-type]


def literal_value(node: ast.AST | None) -> tuple[object, ...]:
    """Evaluate a literal: (value,), or () where an expression is none."""
    if not isinstance(node, ast.expr):
        return ()
    try:
        return (ast.literal_eval(node),)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ()


def call(function: str | ast.expr, *arguments: ast.expr) -> ast.Call:
    """Make `function(*arguments)`."""
    return ast.Call(name(function) if isinstance(function, str) else function, list(arguments), [])


def method(receiver: ast.expr, attribute: str, *arguments: ast.expr) -> ast.Call:
    """Make `receiver.attribute(*arguments)`."""
    return call(ast.Attribute(receiver, attribute, LOAD), *arguments)


def item(value: ast.expr, index: ast.expr) -> ast.Subscript:
    """Make `value[index]`."""
    return ast.Subscript(value, index, LOAD)


def cut(
    value: ast.expr, lower: ast.expr | None = None, upper: ast.expr | None = None, step: ast.expr | None = None
) -> ast.Subscript:
    """Make `value[lower:upper:step]`."""
    return ast.Subscript(value, ast.Slice(lower, upper, step), LOAD)


def binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.BinOp:
    """Make `left operator right`."""
    return ast.BinOp(left, operator, right)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
    """Make `left operator right`, a comparison."""
    return ast.Compare(left, [operator], [right])


def asks_none(node: ast.AST, *kinds: type[ast.cmpop]) -> TypeGuard[ast.Compare]:
    """Tell whether a node is `a is None` or `a is not None`; of `kinds` only, where some are given."""
    relations = kinds or (ast.Is, ast.IsNot)
    whole = isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], relations)
    return whole and literal_value(node.comparators[0]) == (None,)  # type: ignore[attr-defined]


def is_item(node: ast.AST) -> TypeGuard[ast.Subscript]:
    """Tell `a[i]` from `a[i:]` and all else."""
    return isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice)


def last_name(node: ast.AST) -> str:
    """Return `b` of `a.b` and of `b`; "" for others."""
    return getattr(node, "attr", "") or getattr(node, "id", "")


def shifted(part: ast.Subscript, operation: ast.operator) -> ast.Subscript:
    """Make `a[i + 1]` or `a[i - 1]` of `a[i]`."""
    return changed(part, slice=binary(part.slice, operation, literal(1)))


def both(left: ast.expr, right: ast.expr) -> ast.BoolOp:
    """Make `left and right`."""
    return ast.BoolOp(ast.And(), [left, right])


def either(left: ast.expr, right: ast.expr) -> ast.BoolOp:
    """Make `left or right`."""
    return ast.BoolOp(ast.Or(), [left, right])


def negated(value: ast.expr) -> ast.UnaryOp:
    """Make `not value`."""
    return ast.UnaryOp(ast.Not(), value)


def assign(target: ast.expr, value: ast.expr) -> ast.Assign:
    """Make `target = value`; `ast.unparse` asks an assignment for its line."""
    return ast.Assign([target], value, lineno=0)


def plainly(statement: ast.stmt) -> ast.stmt:
    """Make `a: T = b` `a = b`; give other statements back."""
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return ast.copy_location(assign(statement.target, statement.value), statement)
    return statement


def is_docstring(node: ast.AST) -> bool:
    """Tell whether a statement is a text that stands alone."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def changed(node: Node, **fields: Any) -> Node:
    """Copy `node`, shallowly, with other values in some fields."""
    kept = {field: getattr(node, field) for field in node._fields if hasattr(node, field)}
    return ast.copy_location(type(node)(**{**kept, **fields}), node)


def put(items: Sequence[Item], index: int, new: Item) -> list[Item]:
    """Copy `items` with `new` in place of the one at `index`."""
    return [*items[:index], new, *items[index + 1 :]]


def without(items: Sequence[Item], index: int) -> list[Item]:
    """Copy `items` but the one at `index`."""
    return [*items[:index], *items[index + 1 :]]


def exchanged(items: Sequence[Item], first: int, second: int) -> list[Item]:
    """Copy `items` with two of them exchanged."""
    return put(put(items, first, items[second]), second, items[first])


def size(node: ast.AST) -> int:
    """Count the expressions and operators that `node` is made of."""
    return sum(isinstance(part, (ast.expr, ast.operator)) for part in ast.walk(node))


def is_idle(node: ast.AST) -> bool:
    """Tell whether an expression stands alone and does nothing: `a == b`, `a`, but not `f(a)`."""
    kinds = (ast.Compare, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Name, ast.Attribute, ast.Subscript)
    return isinstance(node, ast.Expr) and isinstance(node.value, kinds)


def names_in(node: ast.AST) -> list[str]:
    """List the variables that must be known for `node` to run: those it reads, less those of its comprehensions."""
    own = {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    for part in ast.walk(node):
        if isinstance(part, ast.comprehension):
            own.update(target_names(part.target))
    updated = [part.target for part in ast.walk(node) if isinstance(part, ast.AugAssign)]
    read = [part for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)]
    return [part.id for part in [*read, *updated] if isinstance(part, ast.Name) and part.id not in own]


@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    """Split a name into its words: `_isSpace` -> is, space."""
    return frozenset(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower().split("_")) - {""}


def target_names(target: ast.AST) -> list[str]:
    """Return the variables that an assignment target binds: `(a, *b)` -> `["a", "b"]`."""
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
