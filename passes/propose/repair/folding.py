"""Definition -> its text with all but one place folded away, so that writing a change costs as much as the change."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tracec.passes.propose.repair.operators.operator import Splice
from tracec.passes.syntax.tree import Tree

BLOCKS = ("body", "orelse", "finalbody")
FOLD = re.compile(r"^ *__folded_(\d+)__$", re.MULTILINE)


class Folding:
    """The text of a definition, and the lines that each of its statements takes in it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.text = ast.unparse(tree.root)
        self._lines = self.text.split("\n")
        self._spans: dict[ast.AST, tuple[int, int]] = {}
        for node, written in zip(_statements(tree.root), _statements(ast.parse(self.text).body[0]), strict=True):
            self._spans[node] = self._span(written)
        self._numbers = list(self._spans)
        self._index = {node: number for number, node in enumerate(self._numbers) if not self._is_elif(node)}

    def skeleton(self, node: ast.AST, change: ast.expr | Splice) -> str:
        """Write the definition with `change` in place of `node`, the statements not concerned as `__folded_n__`.

        Raises what `ast.unparse` raises. The tree is changed for the time of writing and then put back.
        """
        place = self._tree.places[node]
        undo = [(place.parent, place.field, getattr(place.parent, place.field))]
        setattr(place.parent, place.field, self._replaced(undo[0][2], node, change))
        try:
            self._fold(node, isinstance(change, Splice), undo)
            return ast.unparse(self._tree.root)
        finally:
            for owner, field, old in reversed(undo):
                setattr(owner, field, old)

    def unfolded(self, skeleton: str) -> str:
        """Write out the folded statements of a skeleton."""
        return FOLD.sub(lambda found: self._written(self._numbers[int(found[1])]), skeleton)

    def _span(self, written: ast.stmt) -> tuple[int, int]:
        first = min([written.lineno, *(d.lineno for d in getattr(written, "decorator_list", []))]) - 1
        while first > 0 and not self._lines[first - 1]:  # the blank line before a nested function is its own
            first -= 1
        return first, written.end_lineno or written.lineno

    def _written(self, statement: ast.AST) -> str:
        first, end = self._spans[statement]
        return "\n".join(self._lines[first:end])

    def _is_elif(self, statement: ast.AST) -> bool:
        """True for an `if` in an else whose lines only make sense where they are."""
        return self._written(statement).lstrip().startswith("elif ")

    def _replaced(self, old: object, node: ast.AST, change: ast.expr | Splice) -> object:
        if not isinstance(old, list):
            return change
        at = next(index for index, item in enumerate(old) if item is node)
        if not isinstance(change, Splice):
            return [*old[:at], change, *old[at + 1 :]]
        block = [*old[:at], *change.statements, *old[at + change.over :]] or [ast.Pass()]
        if len(block) == 1:
            return block  # alone in an else, an `if` becomes an `elif`
        return [self._folded(part) if part in old else part for part in block]

    def _fold(self, node: ast.AST, splice: bool, undo: list[tuple[ast.AST, str, object]]) -> None:
        """Fold every statement that does not stand above `node`, in the blocks that do.

        A statement that is exchanged may come back deeper in its own splice (`a` -> `if p: a`): its blocks stay open.
        """
        done = {(id(owner), field) for owner, field, _ in undo}
        path = [node, *self._tree.above(node)]
        for owner in path[1:] if splice else path:
            for field in BLOCKS:
                block = getattr(owner, field, None)
                if not isinstance(block, list) or (id(owner), field) in done or _is_elif(field, block):
                    continue
                undo.append((owner, field, block))
                setattr(owner, field, [part if part in path else self._folded(part) for part in block])

    def _folded(self, statement: ast.stmt) -> ast.stmt:
        number = self._index.get(statement)
        return statement if number is None else ast.Expr(ast.Name(f"__folded_{number}__", ast.Load()))


def _is_elif(field: str, block: list[ast.stmt]) -> bool:
    return field == "orelse" and len(block) == 1 and isinstance(block[0], ast.If)


def _statements(root: ast.AST) -> Iterator[ast.stmt]:
    """The statements in a definition, itself not counted; the order depends on nothing but how they are nested."""
    return (node for node in ast.walk(root) if isinstance(node, ast.stmt) and node is not root)
