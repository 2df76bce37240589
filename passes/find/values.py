"""Syntax tree -> Targets of kind number, text and choice: `param(...)`, `choice(...)` and marked assignments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tracec.passes.errors import TracecError
from tracec.passes.find.definitions import DEFINITIONS, FUNCTIONS
from tracec.passes.find.marks import Mark, call_mark, called, keyword
from tracec.passes.find.parsed import Parsed
from tracec.passes.target import Kind, Span, Target


@dataclass(frozen=True, slots=True)
class Place:
    """A node, the names of the definitions around it, and the name its value goes to ("" when it has none)."""

    node: ast.AST
    scope: tuple[str, ...] = ()
    name: str = ""


def value_targets(
    parsed: Parsed, names: dict[str, str], used: set[int], kept: set[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]
) -> Iterator[Target]:
    """Every marked value. `names` are the imports, `kept` the definitions to look into.

    `used` holds the lines of the comments that mark a definition; those that mark a value are added to it.
    """
    for place in _places(parsed.tree, kept):
        node = place.node
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            comment = parsed.comment_beside(node, "trainable")
            if comment and comment.line not in used:
                used.add(comment.line)
                if not _is_marked(node.value, names):
                    mark = Mark(comment.rest, _bools(node.value))
                    yield from _kept_value(parsed, _named(node, place), node.value, mark)
        elif isinstance(node, ast.Call) and (mark_name := called(node.func, names)) in ("param", "choice"):
            value = node.args[0] if node.args else keyword(node, "value")
            if value is None or (mark_name == "choice" and keyword(node, "options") is None):
                raise _refusal(parsed, node, mark_name)
            mark = call_mark(parsed, node)
            if mark_name == "param":
                mark = Mark(mark.goal, (*mark.constraints, *_bools(value)))
            qualname = ".".join((*place.scope, place.name or mark_name))
            yield from _kept_value(parsed, qualname, value, mark, "choice" if mark_name == "choice" else None)
