"""Positions in a source -> the statement that binds, the return or lambda that leaves, the yield that gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Point = tuple[int, int]
Place = tuple[object, ...]  # what values are compared under

# Statements that bind a name to something that is not a value of the program's computing.
DECLARATIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of source from start to end, in characters."""

    kind: str
    start: Point
    end: Point
    inner: Point | None = None  # where the value of a yield, or the body of a lambda, starts

    def holds(self, point: Point) -> bool:
        return self.start <= point < self.end


class Places:
    """Answers for one source. Positions are in characters, lines from 1."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.regions = sorted(self._regions(ast.parse(text)), key=lambda r: (-r.start[0], -r.start[1], r.end))
        self.comprehensions = {region.start for region in self.regions if region.kind == "comprehension"}
        self.given = {(region.start, region.end) for region in self.regions if region.kind == "given"}

    def in_characters(self, place: Point) -> Point:
        """(line, UTF-8 bytes) -> (line, characters)."""
        line, column = place
        whole = self.lines[line - 1].encode() if line <= len(self.lines) else b""
        return line, len(whole[:column].decode(errors="replace"))

    def _regions(self, tree: ast.AST) -> Iterator[Region]:
        for node in ast.walk(tree):
            if isinstance(node, DECLARATIONS):
                yield self._region("declaration", node)
            elif isinstance(node, ast.stmt):
                yield self._region("statement", node)
            if isinstance(node, ast.ExceptHandler):
                yield self._region("statement", node)
            if isinstance(node, ast.comprehension):
                yield self._region("statement", node.target)
            if isinstance(node, ast.match_case):
                yield self._region("statement", node.pattern)
            if isinstance(node, ast.Return):
                yield self._region("return", node)
            if isinstance(node, ast.Lambda):
                yield self._region("lambda", node, node.body)
                yield self._region("return", node.body)
            if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
                yield self._region("comprehension", node)
            if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
                yield self._region("element", node.elt)
            if isinstance(node, ast.DictComp):
                yield self._region("element", node.value)
            if isinstance(node, ast.Yield) and node.value is not None:
                yield self._region("yield", node, node.value)
                yield self._region("given", node.value)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                yield Region("function", (first, 0), self._region("", node).end)

    def _region(self, kind: str, node: ast.AST, inner: ast.AST | None = None) -> Region:
        first = self.in_characters((node.lineno, node.col_offset))  # type: ignore[attr-defined]
        last = self.in_characters((node.end_lineno, node.end_col_offset))  # type: ignore[attr-defined]
        start = None if inner is None else self.in_characters((inner.lineno, inner.col_offset))  # type: ignore[attr-defined]
        return Region(kind, first, last, start)

    def innermost(self, point: Point, *kinds: str) -> Region | None:
        """The smallest region of those kinds that holds a point."""
        return next((r for r in self.regions if r.kind in kinds and r.holds(point)), None)

    def binder(self, point: Point) -> Point | None:
        """Where the statement, handler, pattern or comprehension target starts that binds a name; None for imports,
        functions and classes.
        """
        region = self.innermost(point, "statement", "declaration")
        return region.start if region and region.kind == "statement" else None

    def in_element(self, point: Point) -> bool:
        """True in what a comprehension makes, and no statement or target nearer."""
        region = self.innermost(point, "statement", "element")
        return region is not None and region.kind == "element"

    def leaving(self, point: Point) -> Place | None:
        """The return statement or lambda body at a point; None for what falls off the end."""
        region = self.innermost(point, "return", "element")
        return region.start if region and region.kind == "return" else None

    def body_of_lambda(self, point: Point) -> Place | None:
        """The lambda body that starts at a point."""
        return next((r.inner for r in self.regions if r.kind == "lambda" and r.inner == point), None)

    def yielding(self, point: Point) -> Place | None:
        """Where the value of the yield that starts at a point starts."""
        return next((r.inner for r in self.regions if r.kind == "yield" and r.start == point), None)

    def function(self, point: Point) -> tuple[bool, int]:
        """Whether a lambda is around a point, and the line at which it or the function starts; 0 for the module."""
        region = self.innermost(point, "function", "lambda")
        return (region.kind == "lambda", region.start[0]) if region else (False, 0)
