"""Where a target is in its file, and the proof that nothing else was changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.target import Target
from tracec.passes.patch.normal import parse
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.untrusted import same

Path = tuple[tuple[str, int | None], ...]  # the way from the module to a node: a field, and an index in it
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the file's syntax tree, and the piece of the text (as characters, end exclusive) that it takes up."""

    node: Any
    path: Path
    start: int
    end: int


def split_lines(text: str) -> list[str]:
    """Lines as Python counts them, with their ends: a form feed or U+2028 ends none."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def locate(text: str, target: Target) -> Place:
    """The definition (whole lines, decorators included) or literal that `target` means.

    Raises TracecError where the text has none there.
    """
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise TracecError("is not valid Python", "mend it first", path=target.span.path, line=line) from None
    place = _definition(text, tree, target) if target.kind == "code" else _literal(text, tree, target)
    if place is None:
        what = f"no definition of {target.qualname}" if target.kind == "code" else "no literal that may change"
        raise TracecError(f"{what} here", "run again", path=target.span.path, line=target.span.line)
    return place


def proves(before: str, place: Place, after: str, wanted: ast.AST) -> bool:
    """True where `after` has the tree `wanted` in that place, and equals `before` elsewhere."""
    try:
        old, new = parse(before), parse(after)
        if not same(at(new, place.path), wanted):
            return False
    except (SyntaxError, ValueError, RecursionError, MemoryError, AttributeError, IndexError):
        return False
    for tree in (old, new):
        _clear(tree, place.path)
    return same(old, new)


def _definition(text: str, tree: ast.AST, target: Target) -> Place | None:
    wanted = re.sub(r"#\d+$|<locals>\.", "", target.qualname)  # `f#2` is the second `f`
    found = [(n, p) for n, p, name in walk(tree) if name == wanted and isinstance(n, DEFINITIONS)]
    lines = split_lines(text)
    exact = [(n, p) for n, p in found if first_line(n, lines) <= target.span.line <= n.lineno]
    if not exact and len(found) != 1:
        return None
    node, path = (exact or found)[0]
    first, last = first_line(node, lines), last_line(node, lines)
    start = sum(map(len, lines[: first - 1]))
    return Place(node, path, start, start + sum(map(len, lines[first - 1 : last])))


def first_line(node: Any, lines: list[str]) -> int:
    """The line of the first decorator's `@`, which may stand above the decorator; else that of the statement."""
    decorators = getattr(node, "decorator_list", ())
    first = int(decorators[0].lineno) if decorators else int(node.lineno)
    while decorators and first > 1 and not lines[first - 1].lstrip().startswith("@"):
        first -= 1
    return first


def last_line(node: Any, lines: list[str]) -> int:
    """The line that a statement ends on; a backslash behind it takes in the next one."""
    last = int(node.end_lineno or node.lineno)
    while last < len(lines) and re.search(r"^[^#]*\\\r?\n?$", lines[last - 1]):
        last += 1
    return last


def _literal(text: str, tree: ast.AST, target: Target) -> Place | None:
    span, lines = target.span, split_lines(text)
    for node, path, _ in walk(tree):
        if isinstance(node, ast.expr) and (node.lineno, node.end_lineno) == (span.line, span.end_line):
            start = characters(lines[node.lineno - 1], node.col_offset)
            end = characters(lines[span.end_line - 1], node.end_col_offset or 0)
            if (start, end) == (span.column, span.end_column):
                offsets = sum(map(len, lines[: span.line - 1])), sum(map(len, lines[: span.end_line - 1]))
                return Place(node, path, offsets[0] + start, offsets[1] + end)
    return None


def walk(tree: ast.AST, expressions: bool = True) -> Iterator[tuple[Any, Path, str]]:
    """All nodes, outermost first, with the way to them and their qualified name (of the definition around them)."""
    stack: list[tuple[ast.AST, Path, str]] = [(tree, (), "")]
    while stack:
        node, path, name = stack.pop()
        if isinstance(node, DEFINITIONS):
            name = f"{name}.{node.name}" if name else node.name
        yield node, path, name
        inner = [(child, (*path, step), name) for step, child in _children(node)]
        stack += reversed([item for item in inner if expressions or not isinstance(item[0], ast.expr)])


def _children(node: ast.AST) -> Iterator[tuple[tuple[str, int | None], ast.AST]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield (field, None), value
        elif isinstance(value, list):
            yield from (((field, i), item) for i, item in enumerate(value) if isinstance(item, ast.AST))


def at(tree: Any, path: Path) -> Any:
    for field, index in path:
        tree = getattr(tree, field)
        tree = tree if index is None else tree[index]
    return tree


def _clear(tree: ast.AST, path: Path) -> None:
    parent, (field, index) = at(tree, path[:-1]), path[-1]
    if index is None:
        setattr(parent, field, ast.Pass())
    else:
        getattr(parent, field)[index] = ast.Pass()
