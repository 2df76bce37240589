"""Proofs: the printed program is the one that runs, and without its hooks it is the user's."""

from __future__ import annotations

import ast
from typing import Any

from tracec.passes.errors import TracecError
from tracec.passes.instrument.hooks import AGAIN, ANY, BUILTINS, FRAME, KEEP, PAUSE, PUT, REC, RESUME, VAL

EVENTS = (REC, KEEP, PUT)


def prove(path: str, text: str, tree: ast.Module) -> None:
    """TracecError where `text` is not the program of `tree`, one prologue apart."""
    try:
        printed = ast.parse(text)
    except (SyntaxError, MemoryError) as error:
        raise unreadable(path, getattr(error, "msg", "it nests too deeply")) from None
    printed.body = [statement for statement in printed.body if not is_prologue(statement)]
    if ast.dump(printed) != ast.dump(tree):
        raise unreadable(path, "the text would be another program")


def unreadable(path: str, why: str) -> TracecError:
    """What is said where a program runs with hooks, but cannot be printed with them."""
    todo = "leave it out of what is printed, or put `# tracec: skip` above its function"
    return TracecError(f"has no readable form with hooks: {why}", todo, path=path, line=1)


def is_prologue(node: ast.stmt) -> bool:
    """True for the statement which makes a printed module's tokens."""
    call = node.value if isinstance(node, ast.Expr) else None
    func = call.func if isinstance(call, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "attach" and is_call(func.value, "__import__")


def is_faithful(text: str, tree: ast.Module) -> bool:
    """True where a program without its hooks is that of `text`. Changes `tree`."""
    return ast.dump(Stripper().visit(ast.parse(text))) == ast.dump(Stripper().visit(tree))


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
        node.value = node.value or ast.Constant(None)
        return self.generic_visit(node)


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
