"""Code targets -> the numbers written in them, as targets of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import VALUE_MARKS, Target
from tracec.passes.syntax.parsing import Parsed, parse
from tracec.passes.syntax.tree import FUNCTIONS

APART = (ast.JoinedStr, ast.pattern, ast.Slice)  # numbers in there are no settings, or have no place of their own


def literals(source: Source, targets: Sequence[Target]) -> tuple[Target, ...]:
    """Find the number literals in the bodies of code targets, in the order of the text.

    They are called `f.1`, `f.2` and so on. What lies within a marked value, a nested literal of a container's index, an
    f-string or a pattern is left out. TracecError for a syntax error.
    """
    parsed = parse(source)
    code = [target for target in targets if target.kind == "code" and target.span.path == source.path]
    values = [target.span for target in targets if target.kind != "code"]
    found: list[Target] = []
    for target in code:
        numbers = [span for span in spans(parsed, target) if not any(value.holds(span) for value in values)]
        known = {t.span for t in found}
        found += [made(parsed, target, number, span) for number, span in enumerate(numbers, 1) if span not in known]
    return tuple(sorted(found, key=lambda target: target.span))


def made(parsed: Parsed, target: Target, number: int, span: Span) -> Target:
    """Make a target of one literal."""
    name = f"{target.qualname}.{number}"
    return Target(f"{target.id}.{number}", "number", name, span, parsed.text(span), target.goal)


def spans(parsed: Parsed, target: Target) -> Iterator[Span]:
    """Yield the places of the numbers in one definition's body."""
    for node in ast.walk(parsed.tree):
        if isinstance(node, FUNCTIONS) and target.span.holds(parsed.span(node)):
            yield from (parsed.span(number) for number in sorted(numbers(node.body), key=place))
            return


def place(node: ast.expr) -> tuple[int, int]:
    """Return the line and column at which a node begins, as `ast` counts them."""
    return node.lineno, node.col_offset


def numbers(nodes: Iterable[ast.AST]) -> Iterator[Any]:
    """Yield the numbers below some nodes; a sign belongs to its number."""
    for node in nodes:
        if isinstance(node, APART) or marked(node):
            continue
        if number(node) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and number(node.operand)):
            yield node
        else:
            yield from numbers(ast.iter_child_nodes(node))


def number(node: ast.AST) -> bool:
    """Tell whether a node is a number; a bool is none."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def marked(node: ast.AST) -> bool:
    """Tell whether a node is a `param(...)` or `choice(...)`: what is written there is the user's own saying."""
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return name in VALUE_MARKS
