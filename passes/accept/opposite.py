"""A change that only moves a number -> the same definition with the number moved as far the other way."""

from __future__ import annotations

import ast

from tracec.passes.syntax.ast_diff import differences
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.parsing import NO_PROGRAM

STEPS = {ast.Add: ast.Sub, ast.Sub: ast.Add}


def opposite(before: str, after: str) -> str:
    """`2 -> 3` gives the text with 1, and `x -> x + 1` that with `x - 1`; "" where anything else was changed."""
    try:
        edits = differences(before, after)
    except NO_PROGRAM:
        return ""
    if len(edits) != 1 or len(edits[0].old) != 1 or len(edits[0].new) != 1:
        return ""
    (old,), (new,) = edits[0].old, edits[0].new
    was, now = _number(old), _number(new)
    if was is not None and now is not None:
        return _put(after, new, f"({2 * was - now})" if 2 * was < now else str(2 * was - now))
    step = STEPS.get(type(new.op)) if isinstance(new, ast.BinOp) else None
    if step and isinstance(new, ast.BinOp) and _number(new.right) is not None and ast.dump(new.left) == ast.dump(old):
        return _put(after, new, ast.unparse(ast.BinOp(new.left, step(), new.right)))
    return ""


def _number(node: ast.AST) -> int | float | None:
    """The number that an expression is."""
    try:
        value = ast.literal_eval(node) if isinstance(node, (ast.Constant, ast.UnaryOp)) else None
    except ValueError:
        return None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _put(text: str, node: ast.AST, new: str) -> str:
    """The text with another expression in the place of one; "" where it goes over several lines."""
    assert isinstance(node, ast.expr)
    if node.end_lineno != node.lineno:
        return ""
    lines = text.split("\n")
    line = lines[node.lineno - 1]
    start, end = (characters(line, at) for at in (node.col_offset, node.end_col_offset or 0))
    lines[node.lineno - 1] = f"{line[:start]}{new}{line[end:]}"
    return "\n".join(lines)
