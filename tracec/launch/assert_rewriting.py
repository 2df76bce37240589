"""Instrumented asserts -> what pytest makes of them: its explanations, and every value in them recorded.

pytest's own rewriter takes an assertion apart, one statement for each value that it shows. It is shown the user's
expressions; the hook around an expression follows the statement in which that is evaluated, and a token comes before.
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

from _pytest.assertion.rewrite import AssertionRewriter

from tracec.passes.instrument import Instrumented

TAKEN_APART = (
    ast.Attribute,
    ast.BinOp,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Starred,
    ast.UnaryOp,
    ast.keyword,
)  # what the rewriter has a method for: all else is one value to it, with the hooks in it


class Passes:
    """What the rewriter asks of pytest's configuration."""

    def __init__(self, passes: bool) -> None:
        self._passes = passes

    def getini(self, name: str) -> bool:
        """Whether the hook for assertions that pass is asked for."""
        return self._passes and name == "enable_assertion_pass_hook"


class Rewriter(AssertionRewriter):
    """The rewriter of pytest, for asserts with hooks in them."""

    def visit_Assert(self, assert_: ast.Assert) -> list[ast.stmt]:
        """The statements that take an assertion's place."""
        assert_.test = bared(assert_.test)
        return super().visit_Assert(assert_)

    def visit(self, node: ast.AST) -> Any:
        """(what has the value of an expression, its explanation); its hooks are among the statements then."""
        hooks: list[Any] = vars(node).pop("hooks", [])
        for hook in hooks:
            if isinstance(hook, ast.BoolOp):
                self.statements += [ast.copy_location(ast.Expr(event), event) for event in hook.values[:-1]]
        found = super().visit(node)
        if isinstance(node, ast.Assert):
            return found
        value, explanation = found
        for hook in reversed(hooks):
            if isinstance(hook, ast.Call):
                hook.args = [*hook.args[:-1], value]
                value = self.assign(hook)
        return value, explanation


def bared(node: Any) -> Any:
    """An expression whose hooks are noted at what they stand around, as far down as it is taken apart."""
    hooks = []
    while getattr(node, "inner", None) is not None:
        hooks.append(node)
        node = node.inner
    if hooks:
        node.hooks = hooks
    if isinstance(node, TAKEN_APART):
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(node, name, [bared(part) for part in value])
            elif isinstance(value, ast.AST):
                setattr(node, name, bared(value))
    return node


def rewrite(made: Instrumented, path: str, data: bytes, *, passes: bool) -> None:
    """Rewrite a module's assertions in place, as pytest does for a file with these bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are given where the program runs
        Rewriter(path, Passes(passes), data).run(made.tree)  # type: ignore[arg-type]
