"""A module printed with its hooks -> the same program without them, for when nothing is recorded."""

from __future__ import annotations

import ast
import warnings
from types import CodeType
from typing import Any

from tracec.runtime.record.bind_hooks import (
    AGAIN,
    ANY,
    BEGIN,
    BUILTINS,
    FRAME,
    KEEP,
    PAUSE,
    PUT,
    REC,
    RESUME,
    VAL,
    fill,
)

EVENTS = (REC, KEEP, PUT, BEGIN)


def unhook(code: CodeType) -> None:
    """What a printed module that is running will define has no hooks: they would be called, and do nothing.

    Left as it is where the file is not what runs, or where that cannot be told.
    """
    if code.co_name != "<module>":
        return
    try:
        with open(code.co_filename, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they were given when it was compiled
            lighten(code, ast.parse(file.read()))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, ImportError):
        return


def lighten(code: CodeType, tree: ast.Module) -> None:
    """The same for a tree that `code` may be of. Changes the tree."""
    if compile(tree, code.co_filename, "exec", dont_inherit=True) == code:
        stripped = compile(Stripper().visit(tree), code.co_filename, "exec", dont_inherit=True)
        fill(code, paired(code.co_consts, stripped.co_consts))


def paired(consts: tuple[object, ...], stripped: tuple[object, ...]) -> tuple[object, ...]:
    """Constants with the code among them replaced, where both have the same code in the same order."""
    old, new = ([const for const in both if isinstance(const, CodeType)] for both in (consts, stripped))
    if [(c.co_qualname, c.co_firstlineno) for c in old] != [(c.co_qualname, c.co_firstlineno) for c in new]:
        return consts
    plain = iter(new)
    return tuple(next(plain) if isinstance(const, CodeType) else const for const in consts)


class Stripper(ast.NodeTransformer):
    """Takes every hook away."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Blocks lose their hooks before what is in them is looked at."""
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [inner for statement in block for inner in self.unguarded(statement)])
        return super().generic_visit(node)

    def unguarded(self, node: ast.stmt) -> list[ast.stmt]:
        if is_statement(node) or is_prologue(node):
            return []
        handlers = node.handlers if isinstance(node, ast.Try) else []
        if isinstance(node, ast.Try) and not handlers and all(map(is_statement, node.finalbody)):
            return [inner for statement in node.body for inner in self.unguarded(statement)]
        if not (len(handlers) == 1 and isinstance(handlers[0].type, ast.Name) and handlers[0].type.id == ANY):
            return [node]
        return [inner for statement in node.body for inner in self.unguarded(statement)]  # type: ignore[attr-defined]

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        first, last = node.values[0], node.values[-1]
        if any(is_call(first, name) for name in EVENTS):
            kept = first.args[0] if isinstance(first, ast.Call) else None
            ours = isinstance(kept, ast.NamedExpr) and isinstance(last, ast.Name) and kept.target.id == last.id
            return self.visit(kept.value if ours else last)  # type: ignore[union-attr,no-any-return]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if is_call(node, VAL):
            return self.visit(node.args[0])  # type: ignore[no-any-return]
        if any(is_call(node, name) for name in (PAUSE, RESUME, AGAIN)):
            return self.visit(node.args[1])  # type: ignore[no-any-return]
        return self.generic_visit(node)

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        """A bare `yield` has become `yield None`: here all have."""
        node.value = node.value or ast.copy_location(ast.Constant(None), node)
        return self.generic_visit(node)


def is_prologue(node: ast.stmt) -> bool:
    """True for the statement which makes a printed module's tokens."""
    call = node.value if isinstance(node, ast.Expr) else None
    func = call.func if isinstance(call, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "attach" and is_call(func.value, "__import__")


def is_statement(node: ast.stmt) -> bool:
    """True for a hook that is a statement."""
    if isinstance(node, ast.Expr):
        return any(is_call(node.value, name) for name in EVENTS)
    return isinstance(node, ast.Assign) and is_call(node.value, FRAME)


def is_call(node: Any, name: str) -> bool:
    """True for `name(...)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
        and name in BUILTINS | {"__import__"}
    )
