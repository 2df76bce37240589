"""Definition -> the same without the arithmetic that changes have left in it for nothing: `e - 1 + 1` is `e`."""

from __future__ import annotations

import ast


def folded(new: str, old: str) -> str:
    """A definition with its sums of whole constants folded, and what adds 0 or multiplies by 1 left out.

    What stands in the `old` text stays. A definition without any of this is answered as it is.
    """
    kept = frozenset(ast.dump(node) for node in ast.walk(ast.parse(old)) if isinstance(node, ast.BinOp))
    tree, folding = ast.parse(new), _Folding(kept)
    made = folding.visit(tree)
    return ast.unparse(made) if folding.changed else new


def simplified(node: ast.expr) -> ast.expr:
    """An expression without what does nothing at its top: `e - 1 + 1` and `0 + e` are `e`."""
    if isinstance(node, ast.BinOp):
        return _sum(node) or _neutral(node) or node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.UnaryOp):
        inner = node.operand
        return inner.operand if isinstance(inner.op, ast.Not) and isinstance(inner.operand, ast.Compare) else node
    if isinstance(node, ast.IfExp) and ast.dump(node.body) == ast.dump(node.orelse):
        return node.body
    return node


class _Folding(ast.NodeTransformer):
    """Folds every operation but those that are `kept`, given by their dumps, from the inside out."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept, self.changed = kept, False

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """`e + a + b` becomes `e + (a + b)`, `e + 0` and `1 * e` become `e`."""
        mine = ast.dump(node) not in self._kept
        self.generic_visit(node)
        made = (_sum(node) or _neutral(node)) if mine else None
        self.changed = self.changed or made is not None
        return made or node


def _sum(node: ast.BinOp) -> ast.expr | None:
    left, last = node.left, _term(node)
    first = _term(left)
    if first is None or last is None or not isinstance(left, ast.BinOp):
        return None
    total = first + last
    return ast.BinOp(left.left, ast.Add() if total > 0 else ast.Sub(), ast.Constant(abs(total))) if total else left.left


def _neutral(node: ast.BinOp) -> ast.expr | None:
    left, right = _whole(node.left), _whole(node.right)
    if isinstance(node.op, ast.Add):
        return node.left if right == 0 else node.right if left == 0 else None
    if isinstance(node.op, ast.Mult):
        return node.left if right == 1 else node.right if left == 1 else None
    return node.left if isinstance(node.op, ast.Sub) and right == 0 else None


def _term(node: ast.AST) -> int | None:
    """The whole number that is added last, negative where it is taken away; None for everything else."""
    if not isinstance(node, ast.BinOp) or (number := _whole(node.right)) is None:
        return None
    return number if isinstance(node.op, ast.Add) else -number if isinstance(node.op, ast.Sub) else None


def _whole(node: ast.expr) -> int | None:
    """The number that a constant is, no truth value and no fraction."""
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None
