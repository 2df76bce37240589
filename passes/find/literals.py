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

WHOLE = (ast.FloorDiv, ast.Mod, ast.LShift, ast.RShift)
APART = (ast.JoinedStr, ast.pattern, ast.Slice)  # numbers in there are no settings, or have no place of their own


def literals(source: Source, targets: Sequence[Target]) -> tuple[Target, ...]:
    """Find the number literals in the bodies of code targets, in the order of the text.

    They are called `f.1`, `f.2` and so on. What lies within a marked value, an index, an f-string or a pattern is left
    out, and whole numbers that make the code what it is: the starts and steps of counters, what `//`, `%` and shifts
    have on the right, the bounds of `range`. TracecError for a syntax error.
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
            counted = frozenset(counters(node))
            yield from (parsed.span(number) for number in sorted(numbers(node.body, counted), key=place))
            return


def counters(function: ast.AST) -> Iterator[str]:
    """Yield the variables that a function adds to, or takes from, as it goes."""
    for node in ast.walk(function):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            held = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
            yield from (t.id for t in node.targets if isinstance(t, ast.Name) and t.id in held)


def place(node: ast.expr) -> tuple[int, int]:
    """Return the line and column at which a node begins, as `ast` counts them."""
    return node.lineno, node.col_offset


def numbers(nodes: Iterable[ast.AST], counted: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Yield the numbers below some nodes that may be another; a sign belongs to its number. `counted` are counters."""
    for node in nodes:
        if isinstance(node, APART) or marked(node):
            continue
        if number(node) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and number(node.operand)):
            yield node
        else:
            fixed = set(map(id, structural(node, counted)))
            yield from numbers((part for part in ast.iter_child_nodes(node) if id(part) not in fixed), counted)


def structural(node: ast.AST, counted: frozenset[str]) -> Iterator[ast.AST]:
    """Yield the parts of a node that are whole numbers and no settings: with another one it would be other code."""
    parts: list[ast.AST] = []
    small = False  # 0 and 1 alone are meant
    if isinstance(node, ast.Subscript):
        parts = [node.slice]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, WHOLE):
        parts = [node.right]
    elif isinstance(node, ast.AugAssign):
        parts, small = [node.value], not isinstance(node.op, WHOLE)
    elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in counted for t in node.targets):
        parts, small = [node.value], True
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("range", "enumerate"):
        parts = [*node.args]
    for part in parts:
        inner = part.operand if isinstance(part, ast.UnaryOp) else part
        whole = isinstance(inner, ast.Constant) and type(inner.value) is int
        if whole and (not small or inner.value in (0, 1)):  # type: ignore[attr-defined]
            yield part


def number(node: ast.AST) -> bool:
    """Tell whether a node is a number; a bool is none."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def marked(node: ast.AST) -> bool:
    """Tell whether a node is a `param(...)` or `choice(...)`: what is written there is the user's own saying."""
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return name in VALUE_MARKS
