"""Reads of variables that something in the same expression may set anew before what reads them is done."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

FLAT = (ast.Starred, ast.keyword, ast.Slice, ast.FormattedValue, ast.JoinedStr)  # what has no value of its own to keep
EARLY = "is_early"  # the mark, an attribute of the node


def mark(tree: ast.Module) -> None:
    """Mark the names whose value is recorded when they are read, as `x` in `x + (x := 5)`, or in `x + f()` where
    a function within says `nonlocal x`.
    """
    if not any(isinstance(node, (ast.Nonlocal, ast.NamedExpr)) for node in ast.walk(tree)):
        return
    todo: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while todo:
        node, shared = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not shared:
            shared = frozenset(n for inner in ast.walk(node) if isinstance(inner, ast.Nonlocal) for n in inner.names)
        if isinstance(node, (ast.expr, ast.AugAssign)):
            mark_operands(node, shared)
        todo += [(child, shared) for child in ast.iter_child_nodes(node)]


def mark_operands(node: ast.AST, shared: frozenset[str]) -> None:
    """Mark those of a node which something that is evaluated after them may set; calls set what is `shared`."""
    set_later: frozenset[str] = frozenset()
    for part in reversed([*operands(node)]):
        if not isinstance(part, ast.Name):
            set_later |= set_in(part, shared)
        elif part.id in set_later:
            setattr(part, EARLY, True)


def is_early(node: ast.AST) -> bool:
    """Tell whether a name is marked."""
    return getattr(node, EARLY, False)


def set_in(node: ast.expr, shared: frozenset[str]) -> frozenset[str]:
    """The names that may be set while an expression is evaluated."""
    if isinstance(node, ast.Constant):
        return frozenset()
    return shared | {inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)}


def operands(node: ast.AST) -> Iterator[ast.expr]:
    """What is evaluated for a node, in order; of a method that is called, or a place that is changed, its parts."""
    open_part = getattr(node, "func", None) or getattr(node, "target", None)
    for part in parts_in_order(node):
        if isinstance(part, FLAT) or (part is open_part and isinstance(part, (ast.Attribute, ast.Subscript))):
            yield from operands(part)
        elif isinstance(part, ast.expr):
            yield part


def parts_in_order(node: ast.AST) -> Iterable[ast.AST | None]:
    """The children of a node as they are evaluated."""
    if isinstance(node, ast.Dict):
        return [part for pair in zip(node.keys, node.values) for part in pair]
    if isinstance(node, ast.IfExp):
        return [node.test, node.body, node.orelse]
    return ast.iter_child_nodes(node)
