"""Operator: one way to change one kind of node, and how unlikely it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tracec.passes.propose.repair.context import Context
from tracec.passes.syntax.tree import Role


@dataclass(frozen=True, slots=True)
class Splice:
    """Statements that take the place of a statement and of the `over - 1` that follow it in its block."""

    statements: tuple[ast.stmt, ...]
    over: int = 1


Change = tuple[float, ast.expr | Splice]  # further bits, and what takes the place of the node
Changes = Iterator[Change]
# The roles that operators are for, besides a value.
STATEMENT: frozenset[Role] = frozenset(("statement",))
ROOT: frozenset[Role] = frozenset(("root",))
VALUE_OR_EFFECT: frozenset[Role] = frozenset(("value", "effect"))


@dataclass(frozen=True, slots=True)
class Operator:
    """A row of the table: how to change nodes of some types.

    `cost` is its prior in bits; `make` yields (further bits, replacement of the node) in non-decreasing order, lazily
    where there are many. It shares parts with the tree and never changes a node. `roles` says which uses of such a node
    it is for.
    """

    name: str
    nodes: tuple[type[ast.AST], ...]
    cost: float
    make: Callable[[Any, Context], Changes]
    roles: frozenset[Role] = frozenset(("value",))
