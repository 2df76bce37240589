"""Two values -> where the first difference between them is, in a few words: `["mean"] is 3.0, not 2`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tracec.passes.nouns.trace import Picture

DEEPEST = 4  # levels of containers that are gone into; chosen
SHORT = 24  # characters of both values up to which a difference is seen at a glance; chosen
AROUND = 12  # characters of a text that are told on each side of a difference; chosen
WIDTH = 40  # characters of a part; chosen
NOTHING = object()


def plain(value: object) -> object:
    """The value that a recorded one shows, NOTHING where it does not show all of it, or is no built-in one."""
    if not isinstance(value, Picture):
        return value
    if not value.whole:
        return NOTHING
    try:
        return ast.literal_eval(value.text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NOTHING


def difference(one: object, other: object) -> str:
    """Tell the first place at which two values differ; "" where that is plain to see, or not known."""
    if NOTHING in (one, other) or len(repr(one)) + len(repr(other)) <= SHORT:
        return ""
    return next(parts(one, other, "", DEEPEST), "")


def parts(one: object, other: object, where: str, depth: int) -> Iterator[str]:
    """Yield the differences within two values."""
    if not depth or type(one) is not type(other):
        if one != other and where:
            yield f"{where} is {shown(one)}, not {shown(other)}"
    elif isinstance(one, dict) and isinstance(other, dict):
        yield from in_dicts(one, other, where, depth)
    elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        yield from in_rows(one, other, where, depth)
    elif isinstance(one, (set, frozenset)) and isinstance(other, (set, frozenset)):
        yield from (f"{shown(item)} is not wanted" for item in sorted(one - other, key=repr))
        yield from (f"{shown(item)} is missing" for item in sorted(other - one, key=repr))
    elif isinstance(one, str) and isinstance(other, str):
        yield from in_texts(one, other, where)
    elif one != other and where:
        yield f"{where} is {shown(one)}, not {shown(other)}"


def in_dicts(one: dict[object, object], other: dict[object, object], where: str, depth: int) -> Iterator[str]:
    """Yield the differences of two dicts: keys of both first."""
    for key in (key for key in one if key in other):
        yield from parts(one[key], other[key], f"{where}[{key!r}]", depth - 1)
    yield from (f"{where}[{key!r}] is missing" for key in other if key not in one)
    yield from (f"{where}[{key!r}] is not wanted" for key in one if key not in other)


def in_rows(
    one: list[object] | tuple[object, ...], other: list[object] | tuple[object, ...], where: str, depth: int
) -> Iterator[str]:
    """Yield the differences of two lists or tuples, in order."""
    for place, (mine, theirs) in enumerate(zip(one, other)):
        yield from parts(mine, theirs, f"{where}[{place}]", depth - 1)
    if len(one) != len(other):
        yield f"{where or 'it'} has {len(one)} items, not {len(other)}"


def in_texts(one: str, other: str, where: str) -> Iterator[str]:
    """Yield where two texts part."""
    if one == other:
        return
    at = next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    mine, theirs = (text[max(0, at - AROUND) : at + AROUND] for text in (one, other))
    yield f"{where + ' ' if where else ''}at character {at}: {mine!r}, not {theirs!r}"


def shown(value: object) -> str:
    """A part, in bounded length."""
    text = repr(value)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
