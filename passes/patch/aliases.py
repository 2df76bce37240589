"""`from m import a, c` + b -> `from m import a, b, c`, in the form that the statement has."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from tracec.passes.patch.layout import Layout
from tracec.passes.patch.normal import parse
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.untrusted import same

WIDTH = 88  # columns that a line may have, or as many as the longest import of the file


def merged(layout: Layout, index: int, node: ast.ImportFrom, alias: str) -> str | None:
    """The text with `alias` (`b`, `b as c`) in the import that is the top-level statement `index`.

    None where it does not fit the line, or the proof fails.
    """
    at = _place(node.names, alias)
    made = _stacked(layout, node, at, alias) if _is_stacked(layout, node) else _inline(layout, node, at, alias)
    return made if made is not None and _proves(layout, made, index, at, alias) else None


def _proves(layout: Layout, made: str, index: int, at: int, alias: str) -> bool:
    try:
        tree = parse(made)
        name = tree.body[index].names.pop(at)  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, RecursionError, MemoryError, AttributeError, IndexError):
        return False
    wanted = parse(f"import {alias}").body[0].names[0]  # type: ignore[attr-defined]
    return same(tree, layout.tree) and same(name, wanted)


def _place(names: Sequence[ast.alias], alias: str) -> int:
    """Where a name goes: by the order that the names are in, behind them where they are in none."""
    for key in (_by_type, _as_is, str.lower):
        keys = [key(name.name) for name in names]
        if keys == sorted(keys):
            return sum(k <= key(alias.partition(" ")[0]) for k in keys)
    return len(names)


def _by_type(name: str) -> str:
    """CONSTANTS, then Classes, then functions, as isort and ruff do."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return f"{kind}{name.lower()}"


def _as_is(name: str) -> str:
    return name


def _span(layout: Layout, name: ast.alias) -> tuple[int, int]:
    """Where a name stands in the text."""
    ends = ((name.lineno, name.col_offset), (name.end_lineno or name.lineno, name.end_col_offset or 0))
    first, last = (layout.offset(line) + characters(layout.lines[line - 1], column) for line, column in ends)
    return first, last


def _is_stacked(layout: Layout, node: ast.ImportFrom) -> bool:
    """True where each name stands on a line of its own."""
    lines = [name.lineno for name in node.names]
    alone = all(not layout.lines[n.lineno - 1][: n.col_offset].strip() for n in node.names)
    return alone and len(set(lines)) == len(lines)


def _stacked(layout: Layout, node: ast.ImportFrom, at: int, alias: str) -> str:
    text, names, new = layout.text, node.names, layout.newline
    near = names[min(at, len(names) - 1)]
    indent = layout.lines[near.lineno - 1][: near.col_offset]
    if at < len(names):
        line = names[at - 1].end_lineno if at else names[0].lineno - 1
        start = layout.offset((line or 0) + 1)
        return f"{text[:start]}{indent}{alias},{new}{text[start:]}"
    end = _span(layout, near)[1]
    comma = re.compile(r"[ \t]*,").match(text, end)
    line_end = layout.offset((near.end_lineno or near.lineno) + 1)
    if ")" in text[end:line_end].partition("#")[0]:
        return f"{text[:end]},{new}{indent}{alias}{text[end:]}"
    head = text[:line_end] if comma else f"{text[:end]},{text[end:line_end]}"
    return f"{head}{indent}{alias}{',' if comma else ''}{new}{text[line_end:]}"


def _inline(layout: Layout, node: ast.ImportFrom, at: int, alias: str) -> str | None:
    text, names = layout.text, node.names
    start = _span(layout, names[at])[0] if at < len(names) else _span(layout, names[-1])[1]
    near = names[at] if at < len(names) else names[-1]
    room = max([WIDTH, *_import_widths(layout)]) - len(layout.lines[near.lineno - 1].rstrip())
    if len(alias) + 2 <= room:
        return text[:start] + (f"{alias}, " if at < len(names) else f", {alias}") + text[start:]
    if node.lineno == node.end_lineno or at < len(names):
        return None
    first = layout.lines[names[-1].lineno - 1]
    column = len(first) - len(first.lstrip())
    if not column:
        return None
    return f"{text[:start]},{layout.newline}{first[:column]}{alias}{text[start:]}"


def _import_widths(layout: Layout) -> list[int]:
    nodes = [node for node in layout.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return [len(layout.lines[n - 1].rstrip()) for node in nodes for n in range(node.lineno, (node.end_lineno or 0) + 1)]
