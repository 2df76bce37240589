"""A file's text and tree -> where statements begin and end with their comments, and lines put between them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracec.passes.patch.normal import parse
from tracec.passes.patch.place import first_line, last_line, split_lines
from tracec.passes.syntax.names import DEFINITIONS, bindings, declared

# Comments that speak of the whole file: nothing is put above them, nor between them and the top.
OF_FILE = re.compile(
    r"#!|#.*(?:coding[:=]|copyright|licen[sc]e|SPDX|skip-file|-\*-|vim?:)|#\s*(?:type|mypy|ruff|flake8|pylint|pyright):",
    re.IGNORECASE,
)
MARK = re.compile(r"#\s*tracec:\s*(?:trainable|skip)\b(?!-)")
BETWEEN_DEFINITIONS, BETWEEN_METHODS = 2, 1  # blank lines, as PEP 8 has it, where the file has no example
TAB = 8  # columns, as Python counts them


@dataclass(frozen=True, slots=True)
class Layout:
    """A text, its tree and its lines; line n is `lines[n - 1]`."""

    text: str
    tree: ast.Module
    lines: list[str]
    newline: str

    @staticmethod
    def of(text: str, newline: str) -> Layout:
        """The layout of a text that is Python."""
        tree = parse(text)
        assert isinstance(tree, ast.Module)
        return Layout(text, tree, split_lines(text), newline)

    def first(self, node: ast.stmt) -> int:
        """The line that a statement begins on, with its decorators."""
        return first_line(node, self.lines)

    def top(self, node: ast.stmt, above: ast.stmt | None) -> int:
        """The first line of the comments right above a statement that speak of it; else that of the statement."""
        first = top = self.first(node)
        floor = last_line(above, self.lines) + 1 if above is not None else 1
        while top > floor and self.is_comment(top - 1) and not OF_FILE.match(self.lines[top - 2].strip()):
            top -= 1
        if top == 1 and above is None and not isinstance(node, DEFINITIONS):
            return first  # the head of the file
        if above is None and top > 1 and self.is_comment(top - 1):
            marks = (n for n in range(top, first) if MARK.match(self.lines[n - 1].strip()))
            return next(marks, first)  # the rest of a head which names its author, and the like
        return top

    def last(self, node: ast.stmt) -> int:
        """The last line of a statement, with the comments below that are indented as its body is."""
        last = line = last_line(node, self.lines)
        while hasattr(node, "body") and line < len(self.lines):
            line += 1
            if self.is_comment(line) and width(self.lines[line - 1]) > width(self.lines[node.lineno - 1]):
                last = line
            elif not self.is_blank(line):
                break
        return last

    def indent(self, node: ast.stmt) -> str:
        """The white space that a statement's first line begins with."""
        line = self.lines[self.first(node) - 1]
        return line[: len(line) - len(line.lstrip())].rpartition("\f")[2]

    def says(self, node: ast.stmt, names: Iterable[str]) -> bool:
        """True where a statement's text has one of the names; a cheap look before a close one."""
        lines = self.lines[self.first(node) - 1 : node.end_lineno]
        return any(not name.isascii() or any(name in line for line in lines) for name in names)

    def globals(self, names: Iterable[str]) -> dict[str, int]:
        """Those of the names that are bound at module level, with the line."""
        if all(name.isascii() and name not in self.text for name in names):
            return {}
        found = bindings(self.tree.body)
        return {**declared(self.tree), **found} if "global" in self.text else found

    def is_comment(self, line: int) -> bool:
        """True for a line with nothing but a comment (or one that looks like it within a string)."""
        return self.lines[line - 1].lstrip().startswith("#")

    def is_blank(self, line: int) -> bool:
        """True for a line of white space."""
        return not self.lines[line - 1].strip()

    def blanks(self, line: int, step: int) -> int:
        """How many blank lines come one after another from `line` on, downwards (1) or upwards (-1)."""
        count = 0
        while 1 <= line <= len(self.lines) and self.is_blank(line):
            line, count = line + step, count + 1
        return count

    def offset(self, line: int) -> int:
        """Where a line begins, in characters."""
        return sum(map(len, self.lines[: line - 1]))

    def slot(self, body: Sequence[ast.stmt], index: int, below: bool) -> tuple[int, int]:
        """(index, line) for a statement that comes before `body[index]`, or (`below`) right after the one above it.

        Statements that share a line are not taken apart: the index may become another.
        """
        while 0 < index < len(body) and body[index].lineno <= last_line(body[index - 1], self.lines):
            index += 1 if below or index == 1 else -1
        above = body[index - 1] if index else None
        if above is not None and (below or index == len(body)):
            return index, self.last(above) + 1
        if not body:
            return 0, len(self.lines) + 1
        return index, self.top(body[index], above)

    def put(self, line: int, piece: str, above: int, below: int) -> str:
        """The text with `piece` before `line`, and so many blank lines around it at least, where there is something."""
        new, end = self.newline, self.offset(line)
        over, under = self.blanks(line - 1, -1), self.blanks(line, 1)
        apart = over and line - 1 - over >= 1 and self.is_comment(line - 1 - over)  # a heading, with its own distance
        lead = "" if line == 1 or apart else new * max(0, above - over)
        tail = new * max(0, below - under) if line + under <= len(self.lines) else ""
        if line > len(self.lines) and self.text and not self.text.endswith(("\n", "\r")):
            return self.text + new + lead + piece
        return self.text[:end] + lead + piece + new + tail + self.text[end:]


def width(line: str) -> int:
    """How far a line is indented, in columns."""
    return len(line[: len(line) - len(line.lstrip())].expandtabs(TAB))


def has_docstring(body: Sequence[ast.stmt]) -> bool:
    """True where a block begins with a string."""
    first = body[0] if body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def kind(node: ast.stmt) -> str:
    """What a statement is to the blank lines around it: definition, import, text, block or line."""
    if isinstance(node, DEFINITIONS):
        return "definition"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return "import"
    if has_docstring([node]):
        return "text"
    if hasattr(node, "body"):
        inside = any(isinstance(n, (ast.Import, ast.ImportFrom)) for n in ast.iter_child_nodes(node))
        return "import" if inside else "block"
    return "line"


def gap(one: ast.stmt, other: ast.stmt, between: int) -> int:
    """How many blank lines part two statements, where `between` part two definitions."""
    kinds = {kind(one), kind(other)}
    if "definition" in kinds:
        return between
    return 0 if len(kinds) == 1 else 1


def usual(layout: Layout, body: Sequence[ast.stmt], of_class: bool) -> int:
    """How many blank lines the file has between definitions of a module or of a class: mostly, in `body` first."""
    found = Counter(_gaps(layout, body))
    if not found and of_class:
        for node in ast.walk(layout.tree):
            if isinstance(node, ast.ClassDef):
                found.update(_gaps(layout, node.body))
    default = BETWEEN_METHODS if of_class else BETWEEN_DEFINITIONS
    return max(found, key=lambda count: (found[count], count == default)) if found else default


def _gaps(layout: Layout, body: Sequence[ast.stmt]) -> Iterator[int]:
    for above, node in pairwise(body):
        if isinstance(above, DEFINITIONS) and isinstance(node, DEFINITIONS):
            yield layout.blanks(layout.top(node, above) - 1, -1)
