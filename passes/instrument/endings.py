"""What ends a function is put at the end of each branch that falls through to it.

The compiler copies a bare end to every branch, so that none seems to run a line of another. It does not copy what has
hooks in it: one end behind all branches has the line that stands before it in the text, which did not run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from tracec.passes.instrument.hooks import Nowhere

Ending = Callable[[], list[ast.stmt]]  # makes the statements: each place needs its own
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def ended(body: list[ast.stmt], ending: Ending) -> list[ast.stmt]:
    """A block with an ending wherever it falls through. Statements in it are changed."""
    last = body[-1] if body else None
    if isinstance(last, LEAVES):
        return body
    if isinstance(last, ast.If):
        last.body = ended(last.body, ending)
        last.orelse = ended(last.orelse, ending)
        return body
    if isinstance(last, (ast.Try, ast.TryStar)) and not last.finalbody:
        for handler in last.handlers:
            handler.body = ended(handler.body, ending)
        if last.orelse or not branches(last.body):
            last.orelse = ended(last.orelse, ending)
        else:
            last.body = ended(last.body, ending)
        return body
    if isinstance(last, ast.Match):
        for case in last.cases:
            case.body = ended(case.body, ending)
        if not any(catches_all(case) for case in last.cases):
            rest = ast.MatchAs(lineno=-1, col_offset=-1, end_lineno=-1, end_col_offset=-1)
            last.cases.append(ast.match_case(rest, None, ending()))
        return body
    return [*body, *ending()]


def branches(body: list[ast.stmt]) -> bool:
    """Whether the last statement of a block has several ends."""
    return bool(body) and isinstance(body[-1], (ast.If, ast.Match, ast.Try, ast.TryStar, *LEAVES))


def catches_all(case: ast.match_case) -> bool:
    """Whether nothing gets past a case."""
    pattern: ast.pattern | None = case.pattern
    while isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        pattern = pattern.pattern
    alone = isinstance(pattern, ast.MatchAs) or (
        isinstance(pattern, ast.MatchOr) and any(isinstance(p, ast.MatchAs) for p in pattern.patterns[-1:])
    )
    return alone and case.guard is None


def returning() -> list[ast.stmt]:
    """A bare `return` that has no line: what a `finally` around it does comes in each place."""
    node = ast.Return(None)
    node.lineno = node.end_lineno = node.col_offset = node.end_col_offset = Nowhere.lineno
    return [node]
