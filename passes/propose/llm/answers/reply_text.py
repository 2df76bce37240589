"""A statement of a reply -> its text by itself, as an edit has it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence

from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.names import DEFINITIONS
from tracec.passes.syntax.untrusted import documentation, read, same


def text_of(lines: Sequence[str], node: ast.stmt, comments: bool) -> str:
    """The text of a statement, dedented except within strings; with the comments right above it."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    while getattr(node, "decorator_list", ()) and not lines[first - 1].lstrip().startswith("@"):
        first -= 1
    indent = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
    while comments and first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    inside: set[int] = set()
    for inner in ast.walk(node):
        if isinstance(inner, (ast.JoinedStr, ast.Constant)) and inner.end_lineno is not None:
            inside.update(range(inner.lineno + 1, inner.end_lineno + 1))
    numbers = range(first, (node.end_lineno or node.lineno) + 1)
    text = "\n".join(lines[n - 1].removeprefix("" if n in inside else indent) for n in numbers)
    made = parsed(text)
    return text if made is not None and same(made, node) else ast.unparse(node)


def restored(source: str, value: str) -> str:
    """New code with the docstrings of the old one, where they differ in nothing but their indentation."""
    new, old = _documented(source), _documented(value)
    for qualname, node in sorted(new.items(), key=lambda item: -item[1].lineno):
        was = old.get(qualname)
        if (
            was is None
            or was.value == node.value
            or inspect.cleandoc(str(was.value)) != inspect.cleandoc(str(node.value))
        ):
            continue
        text = ast.get_source_segment(value, was)
        lines = [f"{line}\n" for line in source.split("\n")]
        ends = ((node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0))
        start, end = (len("".join(lines[: n - 1])) + characters(lines[n - 1], c) for n, c in ends)
        source = f"{source[:start]}{text}{source[end:]}"
    return source


def _documented(text: str) -> dict[str, ast.Constant]:
    """The docstrings of a definition and of those in it, by qualified name."""
    found: dict[str, ast.Constant] = {}
    stack: list[tuple[ast.AST | None, str]] = [(parsed(text), "")]
    while stack:
        node, scope = stack.pop()
        docstring = documentation(node) if node is not None else None
        scope = f"{scope}.{node.name}" if isinstance(node, DEFINITIONS) else scope
        if docstring is not None:
            found[scope] = docstring
        stack += [(child, scope) for child in ast.iter_child_nodes(node)] if node is not None else []
    return found


def text_of_value(lines: Sequence[str], node: ast.expr) -> str:
    """The text of an expression; over several lines it needs the parentheses that it may have had."""
    text = ast.get_source_segment("\n".join(lines), node) or ast.unparse(node)
    return f"({text})" if "\n" in text else text


def parsed(text: str) -> ast.stmt | None:
    """The only statement of a text."""
    tree = read(text)
    return tree.body[0] if isinstance(tree, ast.Module) and len(tree.body) == 1 else None
