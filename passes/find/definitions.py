"""Syntax tree -> the definitions in it, and a definition -> Target of kind `code`."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass

from tracec.passes.find.marks import TargetMark
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.syntax.parsing import Definable, Parsed, syntax
from tracec.passes.syntax.tree import FUNCTIONS

DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class FoundDefinition:
    """A function or class, and the definitions around it, outermost first."""

    node: Definable
    scope: tuple[Definable, ...]

    @property
    def is_function(self) -> bool:
        """Tell a function from a class."""
        return isinstance(self.node, FUNCTIONS)

    @property
    def in_function(self) -> bool:
        """Tell whether a function stands around it, however far."""
        return any(isinstance(around, FUNCTIONS) for around in self.scope)

    @property
    def qualname(self) -> str:
        """The name with those around it, as `Cart.total`, without `<locals>`."""
        return ".".join(node.name for node in (*self.scope, self.node))


def definitions(tree: ast.Module) -> list[FoundDefinition]:
    """Find every function and class, in the order of the text. No recursion: a chain of `elif` may be long."""
    found: list[FoundDefinition] = []
    stack: list[tuple[ast.AST, tuple[Definable, ...]]] = [(tree, ())]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, DEFINITIONS):
            found.append(FoundDefinition(node, scope))
            scope = (*scope, node)
        inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
        stack.extend((child, scope) for child in reversed(inner))
    return found


def is_overload(node: Definable) -> bool:
    """Return True for `@overload` and `@typing.overload`."""
    return any(ast.unparse(decorator).rpartition(".")[2] == "overload" for decorator in node.decorator_list)


def ordinals(tree: ast.Module) -> dict[Definable, int]:
    """Counts the definitions of one qualified name from 1, in the order of the text: a getter is 1, its setter 2."""
    counts: Counter[str] = Counter()
    found: dict[Definable, int] = {}
    for definition in definitions(tree):
        counts[definition.qualname] += 1
        found[definition.node] = counts[definition.qualname]
    return found


def numbered(qualname: str, ordinal: int) -> str:
    """`total` for the first of a name, `total#2` for the second."""
    return qualname if ordinal == 1 else f"{qualname}#{ordinal}"


def code_target(parsed: Parsed, definition: FoundDefinition, mark: TargetMark | None, ordinal: int) -> Target:
    """A target is the whole definition, from its first decorator, dedented."""
    span = _with_decorators(parsed, definition.node)
    value = _dedented(parsed, definition.node, span)
    goal, constraints = (mark.goal, mark.constraints) if mark else ("", ())
    name = f"{span.path}:{numbered(definition.qualname, ordinal)}"
    return Target(name, "code", definition.qualname, span, value, goal, constraints, mark is not None)


def _with_decorators(parsed: Parsed, node: Definable) -> Span:
    span = parsed.span(node)
    if not node.decorator_list:
        return span
    line = node.decorator_list[0].lineno
    while line > 1 and not parsed.lines[line - 1].lstrip().startswith("@"):  # @(\n  name\n)
        line -= 1
    text = parsed.lines[line - 1]
    return Span(span.path, line, len(text) - len(text.lstrip()), span.end_line, span.end_column)


def _dedented(parsed: Parsed, node: Definable, span: Span) -> str:
    """The text with its indentation taken off, but not within strings; `ast.unparse` where that changes its meaning."""
    indent = parsed.lines[span.line - 1][: span.column].rpartition("\f")[2]
    first, *others = parsed.text(span).split("\n")
    if not indent:
        return "\n".join((first, *others))
    rest = (
        line if number in parsed.in_strings else _without(line, indent)
        for number, line in enumerate(others, span.line + 1)
    )
    text = "\n".join((first, *rest))
    return text if _means(text, node) else ast.unparse(node)


def _without(line: str, indent: str) -> str:
    """A line less its indentation; a comment or a continuation may have less of it than the definition."""
    return line[len(indent) :] if line.startswith(indent) else line.lstrip(" \t")


def _means(text: str, node: Definable) -> bool:
    try:
        tree = syntax(text)
    except SyntaxError:
        return False
    return [ast.dump(statement) for statement in tree.body] == [ast.dump(node)]
