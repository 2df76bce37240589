"""A program that shows a fault -> a much smaller one that still shows it."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from typing import Any

Shows = Callable[[str], bool]


def reduced(text: str, shows: Shows, seconds: float = 60) -> str:
    """The smallest text found in the time; `shows` answers whether a text still has the fault."""
    until = time.monotonic() + seconds
    by_tree = _normal(text)
    if by_tree is None or not shows(by_tree):
        return _by_lines(text, shows, until)  # the fault lies in the layout
    text, size = by_tree, 0
    while size != len(text) and time.monotonic() < until:
        size = len(text)
        text = _fewer_statements(text, shows, until)
        text = _one_round(text, shows, until)
    return text


def _normal(text: str) -> str | None:
    try:
        return ast.unparse(ast.parse(text)) + "\n"
    except (SyntaxError, ValueError, RecursionError):
        return None


def _by_lines(text: str, shows: Shows, until: float) -> str:
    """Drop runs of lines, long runs first."""
    lines = text.splitlines(keepends=True)
    size = len(lines) // 2
    while size:
        at = 0
        while at < len(lines) and time.monotonic() < until:
            fewer = lines[:at] + lines[at + size :]
            lines, at = (fewer, at) if _still(shows, "".join(fewer)) else (lines, at + size)
        size //= 2
    return "".join(lines)


def _still(shows: Shows, text: str) -> bool:
    try:
        compile(text, "reduced", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return shows(text)


def _fewer_statements(text: str, shows: Shows, until: float) -> str:
    """Drop runs of statements from every block, long runs first, outer blocks first, from the end of each."""
    number = 0
    while number < len(list(_blocks(ast.parse(text)))):
        size = len(list(_blocks(ast.parse(text)))[number])
        while size:
            text = _shorter_block(text, number, size, shows, until)
            size = min(size // 2, _length(text, number))
        number += 1
    return text


def _shorter_block(text: str, number: int, size: int, shows: Shows, until: float) -> str:
    """Drop as many runs of a size as can be missed: what comes late depends on what comes early."""
    at = _length(text, number) - size
    while at > -size and time.monotonic() < until:
        shorter = _without(text, number, max(0, at), size)
        text = shorter if _still(shows, shorter) else text
        at -= size
    return text


def _length(text: str, number: int) -> int:
    blocks = list(_blocks(ast.parse(text)))
    return len(blocks[number]) if number < len(blocks) else 0


def _blocks(tree: ast.AST) -> Iterator[list[Any]]:
    """Every list of statements, handlers or cases, outer ones first."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                yield block


def _without(text: str, block: int, at: int, size: int) -> str:
    tree = ast.parse(text)
    blocks = list(_blocks(tree))
    if block >= len(blocks):
        return "?"
    found = blocks[block]
    statements = isinstance(found[0], ast.stmt)
    del found[at : at + size]
    if not found and statements:
        found.append(ast.Pass())
    return _text(tree)


def _text(tree: ast.AST) -> str:
    try:
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except (ValueError, TypeError, RecursionError, AttributeError, KeyError):
        return "?"  # no Python: the change made no sense


def _one_round(text: str, shows: Shows, until: float) -> str:
    """Try every smaller form of every node once; what still shows the fault is kept."""
    place = 0
    while time.monotonic() < until:
        tried = False
        for smaller in _smaller(text, place):
            tried = True
            if len(smaller) < len(text) and _still(shows, smaller):
                text = smaller
                break
        else:
            place += 1
            if not tried and place >= len(list(ast.walk(ast.parse(text)))):
                return text
    return text


def _smaller(text: str, place: int) -> Iterator[str]:
    """The texts in which one node is replaced by something simpler."""
    tree = ast.parse(text)
    spots = list(_spots(tree))
    if place >= len(spots):
        return
    count = len(list(_replacements(spots[place])))
    for number in range(count):
        tree = ast.parse(text)
        parent, name, index = list(_spots(tree))[place]
        new = list(_replacements((parent, name, index)))[number]
        value = getattr(parent, name)
        if index is None:
            setattr(parent, name, new)
        else:
            value[index : index + 1] = new if isinstance(new, list) else [new]
        yield _text(tree)


REPLACEABLE = (
    ast.stmt, ast.expr, ast.arg, ast.keyword, ast.withitem, ast.excepthandler, ast.match_case, ast.pattern,
    ast.comprehension,
)  # fmt: skip
Spot = tuple[Any, str, int | None]


def _spots(tree: ast.AST) -> Iterator[Spot]:
    """Where each node hangs: parent, field, place in a list."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, REPLACEABLE):
                yield parent, name, None
            elif isinstance(value, list):
                yield from ((parent, name, index) for index, item in enumerate(value) if isinstance(item, REPLACEABLE))


def _replacements(spot: Spot) -> Iterator[Any]:
    parent, name, index = spot
    value = getattr(parent, name) if index is None else getattr(parent, name)[index]
    if isinstance(value, ast.stmt):
        if index is not None:
            yield from (getattr(value, part) for part in ("body", "orelse", "finalbody") if getattr(value, part, None))
            yield from ([ast.Expr(child)] for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr))
    elif isinstance(value, ast.expr):
        yield from ([], ast.Constant(0), ast.Constant(None)) if index is not None else (ast.Constant(0), None)
        yield from (child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr))
    elif index is not None:
        yield []
    else:
        yield None
