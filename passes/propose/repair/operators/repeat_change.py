"""Operators that make one change wherever it applies: who mistakes `<` for `<=` once often does so again."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators import arithmetic, comparisons
from tracec.passes.propose.repair.operators.operator import ROOT, Changes, Operator, Splice
from tracec.passes.propose.repair.ranked import bits
from tracec.passes.syntax.nodes import changed, is_item, literal, name, shifted
from tracec.passes.syntax.tree import FUNCTIONS

COMPOUND = (ast.Subscript, ast.Attribute, ast.Call, ast.BinOp)
Part = TypeVar("Part", bound=ast.AST)
Key = TypeVar("Key")


def relations(node: ast.stmt, context: Context) -> Changes:
    """Take one relation for another in all comparisons."""
    parts = _executed(ast.Compare, context)
    for old in _repeated(Counter(type(op) for part in parts for op in part.ops)):
        for new in comparisons.NEAR[old]:
            yield 0.0, rewritten(node, parts, partial(_related, old=old, new=new))


def operations(node: ast.stmt, context: Context) -> Changes:
    """Take one operation for another."""
    parts = _executed(ast.BinOp, context)
    for old in _repeated(Counter(type(part.op) for part in parts)):
        for new in arithmetic.NEAR.get(old, ()):
            alike = [part for part in parts if type(part.op) is old]
            yield 0.0, rewritten(node, alike, partial(_operated, new=new))


def constants(node: ast.stmt, context: Context) -> Changes:
    """Take one number for another."""
    parts = [part for part in _executed(ast.Constant, context) if type(part.value) is int]
    numbers = [part.value for part in parts if isinstance(part.value, int)]
    for old in _repeated(Counter(numbers)):
        for new in dict.fromkeys((old + 1, old - 1, *numbers)):
            if new != old:
                alike = [part for part in parts if part.value == old]
                yield 0.0, rewritten(node, alike, partial(_instead, literal(new)))


def variables(node: ast.stmt, context: Context) -> Changes:
    """Take one variable for another where it is read."""
    parts = [part for part in _executed(ast.Name, context) if context.tree.role(part) == "value"]
    shapes = {part.id: context.shape(part) for part in parts}
    pairs = [
        (old, new)
        for old in _repeated(Counter(part.id for part in parts))
        for new in shapes
        if new != old and shapes[old].like(shapes[new])
    ]
    for old, new in pairs:
        alike = [part for part in parts if part.id == old]
        yield 0.5 * bits(len(pairs)), rewritten(node, alike, partial(_instead, name(new)))


def expressions(node: ast.stmt, context: Context) -> Changes:
    """Take a part of an expression for the whole of it, or the item beside it."""
    found: dict[str, list[ast.expr]] = {}
    for part in [part for kind in COMPOUND for part in _executed(kind, context)]:
        if context.tree.role(part) == "value":
            found.setdefault(ast.dump(part), []).append(part)
    repeated = [parts for parts in found.values() if len(parts) > 1]
    made = ((extra + 0.5 * bits(len(repeated)), parts, new) for parts in repeated for extra, new in _parts(parts[0]))
    for cost, parts, new in sorted(made, key=lambda each: each[0]):
        yield cost, rewritten(node, parts, partial(_instead, new))


def statements(node: ast.stmt, context: Context) -> Changes:
    """Leave a repeated statement out."""
    found: dict[str, list[ast.stmt]] = {}
    for kind in (ast.Expr, ast.Assign, ast.AugAssign):
        for part in [part for part in context.tree.places if isinstance(part, kind)]:
            found.setdefault(ast.dump(part), []).append(part)
    for parts in found.values():
        likely = max(context.suspicion.likely.get(part, 0.0) for part in parts)
        if len(parts) > 1 and any(map(context.suspicion.executed, parts)):
            yield 2.0 - likely, rewritten(node, parts, lambda part: None)


def _parts(whole: ast.expr) -> Iterator[tuple[float, ast.expr]]:
    if is_item(whole):
        yield 0.0, whole.slice
        yield from ((1.0, shifted(whole, operation)) for operation in (ast.Sub(), ast.Add()))
    inner = [whole.left, whole.right] if isinstance(whole, ast.BinOp) else getattr(whole, "args", [])
    holder = getattr(whole, "func", whole)
    for part in [*inner, getattr(holder, "value", None)]:
        if isinstance(part, ast.expr) and not isinstance(part, ast.Starred):
            yield 0.0, part


def _executed(kind: type[Part], context: Context) -> list[Part]:
    """The nodes of a kind that a failing test ran, in source order."""
    return [p for p in context.tree.places if isinstance(p, kind) and context.suspicion.executed(p)]


def _repeated(found: Mapping[Key, int]) -> Iterator[Key]:
    return (key for key, count in found.items() if count > 1)


def _related(part: ast.Compare, old: type[ast.cmpop], new: type[ast.cmpop]) -> ast.Compare:
    return changed(part, ops=[new() if type(op) is old else op for op in part.ops])


def _operated(part: ast.BinOp, new: type[ast.operator]) -> ast.BinOp:
    return changed(part, op=new())


def _instead(new: ast.expr, part: ast.AST) -> ast.expr:
    return new


def renamed(text: str, part: ast.Name) -> ast.Name:
    """Copy a use of a name with another name."""
    return changed(part, id=text)


def rewritten(root: ast.stmt, parts: Sequence[ast.AST], make: Callable[[Any], ast.AST | None]) -> Splice:
    """Copy the definition with `make` done to each of `parts`; None leaves a statement out."""
    chosen = set(parts)
    copy = copied(root, lambda old, new: make(new) if old in chosen else new)
    assert isinstance(copy, ast.stmt)
    return Splice((copy,))


def copied(node: ast.AST, replace: Callable[[ast.AST, ast.AST], ast.AST | None]) -> ast.AST | None:
    """Copy `node` with `replace(node, its copy)` done everywhere, inner ones first; what stays is shared."""
    fields: dict[str, object] = {}
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            copy = copied(value, replace)
            if copy is not value:
                fields[field] = copy
        elif isinstance(value, list):
            copies = [copied(part, replace) if isinstance(part, ast.AST) else part for part in value]
            if any(copy is not part for copy, part in zip(copies, value, strict=True)):
                kept = [copy for copy in copies if copy is not None]
                fields[field] = kept or [ast.Pass()] * (field == "body")
    return replace(node, changed(node, **fields) if fields else node)


ROWS = (
    Operator("everywhere", FUNCTIONS, 6.5, relations, ROOT),  # a < b ... c < d -> a <= b ... c <= d
    Operator("everywhere", FUNCTIONS, 7.5, operations, ROOT),  # a / b ... c / d -> a // b ... c // d
    Operator("everywhere", FUNCTIONS, 8.0, constants, ROOT),  # 1 ... 1 -> 2 ... 2
    Operator("everywhere", FUNCTIONS, 8.0, variables, ROOT),  # a ... a -> b ... b
    Operator("everywhere", FUNCTIONS, 7.0, expressions, ROOT),  # a[i] ... a[i] -> i ... i
    Operator("everywhere", FUNCTIONS, 6.0, statements, ROOT),  # a; b; a -> b
)
