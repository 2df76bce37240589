"""Syntax tree -> source text, with long lines wrapped where that is safe."""

from __future__ import annotations

import ast

WIDTH = 88  # columns from which on a line is wrapped; chosen


def to_source(tree: ast.AST) -> str:
    """Write `tree` as text, without a final newline. Lines over 88 columns are wrapped where that keeps its meaning.

    `ast.unparse` writes each statement on one line; astor wraps, but it has no handler for newer syntax and its text is
    not always the same program, so it is kept only when it parses back to an equal tree. Raises what `ast.unparse`
    raises for a tree it cannot write, and nothing else.
    """
    plain = ast.unparse(tree)
    if max(map(len, plain.splitlines()), default=0) <= WIDTH:
        return plain
    wrapped = _wrapped(tree)
    return wrapped if wrapped is not None and _same(plain, wrapped) else plain


def _wrapped(tree: ast.AST) -> str | None:
    try:
        import astor

        return str(astor.to_source(tree)).rstrip()
    except Exception:  # astor fails in many ways (AttributeError, AssertionError, ...) on syntax it does not know
        return None


def _same(plain: str, wrapped: str) -> bool:
    try:
        return ast.dump(ast.parse(plain)) == ast.dump(ast.parse(wrapped))
    except SyntaxError:
        return plain == wrapped
