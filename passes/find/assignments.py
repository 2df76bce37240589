"""Syntax tree -> Targets of kind `expression`: what a module, or a class in it, assigns to a name of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tracec.passes.find.definitions import DEFINITIONS
from tracec.passes.find.values import written
from tracec.passes.nouns.target import Target
from tracec.passes.syntax.parsing import Parsed
from tracec.passes.syntax.tree import FUNCTIONS


def assigned(parsed: Parsed) -> Iterator[Target]:
    """Yield one target for each plain assignment to one name outside functions, less `__names__`; ids are not given.

    What `# tracec: skip` stands beside is left out, and what is a name or a function of its own.
    """
    for statement, scope in _statements(parsed.tree):
        names = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        value = statement.value
        if len(names) != 1 or not isinstance(names[0], ast.Name) or value is None:
            continue
        dunder = names[0].id.startswith("__") and names[0].id.endswith("__")
        if dunder or isinstance(value, (ast.Name, ast.Attribute, ast.Lambda)) or parsed.comment_on(statement, "skip"):
            continue
        qualname = ".".join((*scope, names[0].id))
        yield Target("", "expression", qualname, parsed.span(value), written(parsed, value))


def _statements(tree: ast.Module) -> Iterator[tuple[ast.Assign | ast.AnnAssign, tuple[str, ...]]]:
    """The assignments that run on import, in the order of the text, each with the classes around it."""
    stack: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield node, scope
        elif not isinstance(node, FUNCTIONS):
            scope = (*scope, node.name) if isinstance(node, DEFINITIONS) else scope
            inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
            stack.extend((child, scope) for child in reversed(inner))
