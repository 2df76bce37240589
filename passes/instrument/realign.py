"""Two syntax trees -> the instrumented one with the original's positions, proven to be the original plus hooks."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from tracec.passes.errors import TracecError
from tracec.passes.instrument import hooks

PLACES = ("lineno", "col_offset", "end_lineno", "end_col_offset")


class Unequal(Exception):
    """The instrumented tree is not the original plus hooks at this line."""


def realign(path: str, original: ast.Module, tree: ast.Module) -> None:
    """Give every node of `tree` the position of its original, and hooks that of what they watch.

    Raises TracecError where taking the hooks away does not give the original tree: such a program is never run.
    """
    try:
        _block(original.body, tree.body, 1)
    except Unequal as error:
        raise TracecError(
            "instrumenting would change this program",
            "put `# tracec: skip` above it and report it",
            path=path,
            line=error.args[0],
        ) from None


def _block(old: Sequence[ast.stmt], new: Sequence[ast.stmt], line: int) -> None:
    """Statement by statement; a hook takes the place of the statement after it, the last ones that of the last."""
    plain = list(_without_hooks(new))
    if len(plain) != len(old):
        raise Unequal(old[0].lineno if old else line)
    for before, after in zip(old, plain):
        _pair(before, after, before.lineno)
    anchor = old[-1] if old else None
    for statement in reversed(new):
        if _is_hook(statement) or _is_guard(statement):
            _place_hooks(statement, anchor)
        if not _is_hook(statement):
            anchor = statement


def _without_hooks(body: Sequence[ast.stmt]) -> Any:
    for statement in body:
        if _is_guard(statement):
            yield from _without_hooks(statement.body)  # type: ignore[attr-defined]
        elif not _is_hook(statement):
            yield statement


def _place_hooks(statement: ast.stmt, anchor: ast.stmt | None) -> None:
    """A hook statement, or the frame of a guard around a body."""
    inner = {id(node) for child in getattr(statement, "body", []) for node in ast.walk(child) if not _is_hook(child)}
    real = list(_without_hooks([statement]))
    where = real[0] if real else anchor
    for node in ast.walk(statement):
        if id(node) not in inner and where is not None:
            _copy(where, node)
    if real:
        for child in statement.body:  # type: ignore[attr-defined]
            if _is_hook(child):
                for node in ast.walk(child):
                    _copy(real[-1], node)


def _is_guard(node: ast.stmt) -> bool:
    handlers = node.handlers if isinstance(node, ast.Try) else []
    return len(handlers) == 1 and handlers[0].name == hooks.ERROR


_STATEMENTS = frozenset({hooks.REC})


def _is_hook(node: ast.AST) -> bool:
    """`__rec__(x)`, `__g__ = __frame__(...)` and the prologue, as statements."""
    if isinstance(node, ast.Expr):
        return _named(node.value, _STATEMENTS) or _is_prologue(node.value)
    return isinstance(node, ast.Assign) and _named(node.value, frozenset({hooks.FRAME}))


def _is_prologue(node: ast.AST) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "attach" and _named(func.value, frozenset({"__import__"}))


def _named(node: ast.AST, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _strip(node: ast.AST) -> ast.AST:
    """An expression -> what is inside its hooks."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == hooks.VAL:
            return _strip(node.args[0])
        if node.func.id in (hooks.PAUSE, hooks.RESUME, hooks.AGAIN):
            return _strip(node.args[1])
    if isinstance(node, ast.BoolOp) and _named(node.values[0], _STATEMENTS):
        first, last = node.values[0], node.values[-1]
        if isinstance(last, ast.Name) and last.id == hooks.TEMP:
            return _strip(first.args[0].value)  # type: ignore[attr-defined]
        return _strip(last)
    return node


def _pair(old: Any, new: Any, line: int) -> None:
    """The same tree? Then `new` gets the positions of `old`."""
    if isinstance(old, ast.AST) and isinstance(new, ast.expr):
        inner = _strip(new)
        if inner is not new:
            _place_around(old, new, inner)
            new = inner
    if type(old) is not type(new):
        raise Unequal(line)
    if isinstance(old, ast.AST):
        _fields(old, new, getattr(old, "lineno", line))
    elif isinstance(old, list):
        _lists(old, new, line)
    elif old != new or repr(old) != repr(new):
        raise Unequal(line)


def _fields(old: ast.AST, new: Any, line: int) -> None:
    _copy(old, new)
    for name in old._fields:
        before, after = getattr(old, name, None), getattr(new, name, None)
        if isinstance(old, ast.Yield) and before is None and isinstance(after, ast.AST):
            _bare_yield(old, after, line)  # `yield -> (yield (__pause__(..., None)))`
        else:
            _pair(before, after, line)


def _bare_yield(old: ast.AST, after: ast.AST, line: int) -> None:
    inner = _strip(after)
    if not (isinstance(inner, ast.Constant) and inner.value is None):
        raise Unequal(line)
    _place_around(old, after, None)


def _lists(old: list[Any], new: list[Any], line: int) -> None:
    if any(isinstance(item, ast.stmt) for item in [*old, *new]):
        _block(old, new, line)
        return
    if len(old) != len(new):
        raise Unequal(line)
    for before, after in zip(old, new):
        _pair(before, after, line)


def _place_around(old: ast.AST, hook: ast.AST, inner: ast.AST | None) -> None:
    """The nodes of a hook take the place of what they watch."""
    todo = [hook]
    while todo:
        node = todo.pop()
        if node is not inner:
            _copy(old, node)
            todo += ast.iter_child_nodes(node)


def _copy(old: ast.AST, new: ast.AST) -> None:
    if hasattr(new, "lineno"):
        for name in PLACES:
            setattr(new, name, getattr(old, name))
