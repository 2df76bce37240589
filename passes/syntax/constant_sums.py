"""Definition -> the same with sums of constants that changes have left in it written as one: `e - 1 + 1` is `e`."""

from __future__ import annotations

import ast


def folded(new: str, old: str) -> str:
    """A definition with its sums of whole constants folded, but for those in its `old` text; as it is without any."""
    tree = ast.parse(new)
    folding = _Folding(frozenset(ast.dump(node) for node in ast.walk(ast.parse(old)) if isinstance(node, ast.BinOp)))
    return ast.unparse(folding.visit(tree)) if folding.sums(tree) else new


class _Folding(ast.NodeTransformer):
    """Folds every sum but those that are `kept`, given by their dumps."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept

    def sums(self, tree: ast.AST) -> bool:
        """True where there is something to fold."""
        return any(isinstance(node, ast.BinOp) and self._is_sum(node) for node in ast.walk(tree))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """`e + a + b` becomes `e + (a + b)`, from the inside out."""
        mine = ast.dump(node) not in self._kept
        self.generic_visit(node)
        if not (mine and self._is_sum(node)):
            return node
        assert isinstance(node.left, ast.BinOp)
        total = (_term(node.left) or 0) + (_term(node) or 0)
        sign = ast.Add() if total > 0 else ast.Sub()
        return ast.BinOp(node.left.left, sign, ast.Constant(abs(total))) if total else node.left.left

    def _is_sum(self, node: ast.BinOp) -> bool:
        return ast.dump(node) not in self._kept and _term(node) is not None and _term(node.left) is not None


def _term(node: ast.AST) -> int | None:
    """The whole number that is added last, negative where it is taken away; None for everything else."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.Constant):
        number = node.right.value
        if type(number) is int:
            return number if isinstance(node.op, ast.Add) else -number
    return None
