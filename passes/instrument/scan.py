"""Nodes -> what the instrumenter must know of them beforehand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

SKIP = re.compile(r"#\s*tracec:\s*skip\b(?!-)")


@dataclass(slots=True)
class Scan:
    """Of one function's own body: nested functions, lambdas and classes do not count."""

    calls: set[str] = field(default_factory=set)  # plain names called
    names: list[str] = field(default_factory=list)
    captures: list[str] = field(default_factory=list)  # names that patterns bind
    outside: set[str] = field(default_factory=set)  # declared global or nonlocal
    suspends: bool = False  # it yields
    lasting: bool = False  # a `return` may run through a `finally`


def scan(nodes: Sequence[cst.CSTNode]) -> Scan:
    """Look at some nodes and all below them, without entering nested scopes."""
    found = Scan()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        _note(node, found)
        if isinstance(node, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
            continue
        todo += reversed(_below(node))
    return found


def _below(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Children that can hold code, in order: what follows a dot, and a keyword's name, are not names that are read."""
    if isinstance(node, cst.Attribute):
        return [node.value]
    if isinstance(node, cst.Arg):
        return [node.value]
    return list(node.children)


def _note(node: cst.CSTNode, found: Scan) -> None:
    if isinstance(node, cst.Name):
        found.names.append(node.value)
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        found.calls.add(node.func.value)
    elif isinstance(node, cst.Yield):
        found.suspends = True
    elif isinstance(node, (cst.Try, cst.TryStar)) and node.finalbody is not None:
        found.lasting = True
    elif isinstance(node, (cst.Global, cst.Nonlocal)):
        found.outside |= {item.name.value for item in node.names}
    elif isinstance(node, (cst.MatchAs, cst.MatchStar, cst.MatchMapping)):
        name = node.rest if isinstance(node, cst.MatchMapping) else node.name
        found.captures += [name.value] if name is not None else []


def skipped(node: Any) -> bool:
    """True for a definition with `# tracec: skip` on its line or on a comment line directly above."""
    above = [line.comment.value for line in node.leading_lines if line.comment]
    body = node.body
    comment = (body.header if isinstance(body, cst.IndentedBlock) else body.trailing_whitespace).comment
    return any(SKIP.search(text) for text in [*above, comment.value if comment else ""])


def is_docstring(node: cst.CSTNode) -> bool:
    """True for a statement that begins with a bare string."""
    first = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
    return isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString))


def is_future(node: cst.CSTNode) -> bool:
    """True for `from __future__ import ...`."""
    first = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
    module = first.module if isinstance(first, cst.ImportFrom) else None
    return isinstance(module, cst.Name) and module.value == "__future__"
