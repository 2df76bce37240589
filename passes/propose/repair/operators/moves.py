"""Operators on the place of a statement: before its neighbour, into or out of a block."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.syntax.nodes import LOAD, STORE, assign, changed
from tracec.passes.syntax.tree import JUMPS

BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With)


def _follower(node: ast.stmt, context: Context) -> ast.stmt | None:
    block = context.tree.block(node)
    place = block.index(node) + 1
    return block[place] if place < len(block) else None


def swapped(node: ast.stmt, context: Context) -> Changes:
    """Exchange two statements."""
    follower = _follower(node, context)
    if follower is not None and not isinstance(follower, ast.FunctionDef):
        yield 0.0, Splice((follower, node), 2)


def out_at_end(node: ast.For | ast.While | ast.If | ast.With, context: Context) -> Changes:
    """Move the last statement of a block after the block."""
    if len(node.body) > 1:
        yield 0.0, Splice((changed(node, body=node.body[:-1]), node.body[-1]))
    orelse = getattr(node, "orelse", [])
    if len(orelse) > 1:
        yield 0.5, Splice((changed(node, orelse=orelse[:-1]), orelse[-1]))


def out_at_start(node: ast.For | ast.While | ast.If | ast.With, context: Context) -> Changes:
    """Move the first statement of a block before the block."""
    if len(node.body) > 1:
        yield 0.0, Splice((node.body[0], changed(node, body=node.body[1:])))


def in_at_end(node: ast.For | ast.While | ast.If | ast.With, context: Context) -> Changes:
    """Move the statement after a block into it, as its last."""
    follower = _follower(node, context)
    if follower is not None and not isinstance(node.body[-1], JUMPS):
        yield 0.0, Splice((changed(node, body=[*node.body, follower]),), 2)
    if follower is not None and getattr(node, "orelse", []):
        yield 0.5, Splice((changed(node, orelse=[*node.orelse, follower]),), 2)  # type: ignore[union-attr]


def in_at_start(node: ast.stmt, context: Context) -> Changes:
    """Move the statement before a block into it, as its first."""
    follower = _follower(node, context)
    if isinstance(follower, BLOCKS):
        yield 0.0, Splice((changed(follower, body=[node, *follower.body]),), 2)


def into_block_above(node: ast.If, context: Context) -> Changes:
    """Move all that follows a block into it: the usual slip of indentation."""
    block = context.tree.block(node)
    rest = block[block.index(node) + 1 :]
    if len(rest) > 1:
        yield 0.0, Splice((changed(node, body=[*node.body, *rest]),), len(rest) + 1)


def together(node: ast.Assign, context: Context) -> Changes:
    """Make two assignments one, of which the second does not see what the first assigned."""
    follower = _follower(node, context)
    if isinstance(follower, ast.Assign) and len(node.targets) == len(follower.targets) == 1:
        targets, values = [node.targets[0], follower.targets[0]], [node.value, follower.value]
        if not any(isinstance(target, (ast.Tuple, ast.List)) for target in targets):
            yield 0.0, Splice((assign(ast.Tuple(targets, STORE), ast.Tuple(values, LOAD)),), 2)


def test_order(node: ast.If, context: Context) -> Changes:
    """Exchange the first two tests of a chain, each with its branch: the special case comes first."""
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        second = node.orelse[0]
        first = changed(second, test=node.test, body=node.body)
        yield 0.0, Splice((changed(node, test=second.test, body=second.body, orelse=[first]),))


ROWS = (
    Operator("statement order", (ast.stmt,), 6.0, swapped, STATEMENT),  # a; b -> b; a
    Operator("at once", (ast.Assign,), 5.0, together, STATEMENT),  # a = c; b = d -> a, b = c, d
    Operator("test order", (ast.If,), 5.0, test_order, STATEMENT),  # if c: a elif d: b -> if d: b elif c: a
    Operator("move out", BLOCKS, 6.0, out_at_end, STATEMENT),  # for x in y: a; b -> for x in y: a / b
    Operator("move out", BLOCKS, 7.0, out_at_start, STATEMENT),  # for x in y: a; b -> a / for x in y: b
    Operator("move in", BLOCKS, 6.5, in_at_end, STATEMENT),  # for x in y: a / b -> for x in y: a; b
    Operator("move in", (ast.stmt,), 7.0, in_at_start, STATEMENT),  # a / for x in y: b -> for x in y: a; b
    Operator("move in", BLOCKS, 8.0, into_block_above, STATEMENT),  # if c: a / b; d -> if c: a; b; d
)
