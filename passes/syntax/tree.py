"""Definition -> its editable places, each with its parent: where a repair may be put."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tracec.passes.syntax.nodes import is_docstring

Role = Literal["value", "effect", "callee", "store", "default", "statement", "root"]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
JUMPS = (ast.Return, ast.Break, ast.Continue, ast.Raise)
# Nothing in these fields is ever changed: they say what a thing is, not what it does.
FIXED = frozenset(("decorator_list", "returns", "annotation", "type_params", "bases", "pattern", "type_comment"))


@dataclass(frozen=True, slots=True)
class TreePlace:
    """Where a node hangs: `parent.field`, or `parent.field[index]`."""

    parent: ast.AST
    field: str
    index: int | None
    role: Role | None  # None where the node itself is not to be replaced


@dataclass(frozen=True, slots=True)
class Tree:
    """A definition with the place of each of its nodes, in the order of the source."""

    root: ast.stmt
    places: dict[ast.AST, TreePlace] = field(default_factory=dict)

    @staticmethod
    def of(root: ast.stmt) -> Tree:
        """Index a function or class definition."""
        tree = Tree(root)
        tree.places.update(_walk(root, in_function=isinstance(root, FUNCTIONS)))
        return tree

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node above, None for the root."""
        place = self.places.get(node)
        return place.parent if place else None

    def role(self, node: ast.AST) -> Role | None:
        """Return how the node may be changed; None where it may not."""
        if node is self.root:
            return "root"
        place = self.places.get(node)
        return place.role if place else None

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the ancestors of `node`, nearest first, the root last."""
        place = self.places.get(node)
        while place is not None:
            yield place.parent
            place = self.places.get(place.parent)

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement that holds `node`, itself included."""
        if isinstance(node, ast.stmt):
            return node
        return next((up for up in self.above(node) if isinstance(up, ast.stmt)), self.root)

    def function(self, node: ast.AST) -> FunctionNode | None:
        """Return the innermost function around `node`, the node itself not counted; None in a class body."""
        for up in self.above(node):
            if isinstance(up, FUNCTIONS):
                return up
            if isinstance(up, ast.ClassDef):
                return None
        return None

    def block(self, statement: ast.AST) -> list[ast.stmt]:
        """Return the statements among which `statement` stands; empty for the root."""
        place = self.places.get(statement)
        if place is None:
            return []
        found: list[ast.stmt] = getattr(place.parent, place.field)
        return found

    def loop(self, node: ast.AST) -> ast.stmt | None:
        """Return the innermost loop whose body holds `node`, within the same function."""
        below = node
        for up in self.above(node):
            if isinstance(up, FUNCTIONS):
                return None
            if isinstance(up, LOOPS) and self.places[below].field == "body":
                return up
            below = up
        return None


def _walk(node: ast.AST, in_function: bool) -> Iterator[tuple[ast.AST, TreePlace]]:
    for name in node._fields:
        if name in FIXED:
            continue
        value = getattr(node, name, None)
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if not isinstance(child, ast.AST) or not _is_part(child):
                continue
            said = index == 0 and isinstance(node, (*FUNCTIONS, ast.ClassDef)) and is_docstring(child)
            if not said:
                yield child, TreePlace(node, name, index, _role(node, name, child, in_function))
                inner = isinstance(child, FUNCTIONS) or (in_function and not isinstance(child, ast.ClassDef))
                yield from _walk(child, inner)


def _is_part(node: ast.AST) -> bool:
    """False for contexts and operators: the parser uses one object for all of a kind."""
    return bool(node._fields) or isinstance(node, ast.stmt)


def _role(parent: ast.AST, field: str, child: ast.AST, in_function: bool) -> Role | None:
    if isinstance(child, ast.stmt):
        return "statement" if in_function else None
    if not isinstance(child, ast.expr) or isinstance(child, (ast.Slice, ast.Starred)):
        return None
    if isinstance(parent, ast.arguments):
        return "default"
    if isinstance(parent, ast.JoinedStr):
        return None
    context = getattr(child, "ctx", None)
    if isinstance(context, ast.Del):
        return None
    if isinstance(context, ast.Store):
        return "store"
    if isinstance(parent, ast.Expr):
        return "effect"  # its value is thrown away: only what it does counts
    return "callee" if isinstance(parent, ast.Call) and field == "func" else "value"
