"""f-strings rewritten, and where their expressions really stand: before Python 3.12 the syntax tree does not say."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from typing import Any

from tracec.passes.instrument.expressions import Expressions, Rewritten
from tracec.passes.instrument.prescan import sleeps
from tracec.passes.nouns.structure import Ref
from tracec.passes.syntax.columns import characters

TOLD = sys.version_info >= (3, 12)
OPENING = re.compile(r"([a-zA-Z]*)('''|\"\"\"|'|\")")
BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Strings(Expressions):
    """Adds f-strings to the expressions."""

    def on_JoinedStr(self, node: ast.JoinedStr) -> Rewritten:
        placed = TOLD or self.locate(node)
        if self.resumes and sleeps([node]) and not (placed and all(map(self.can_be_hooked, ast.walk(node)))):
            return self.as_one("text", node)
        if not placed:
            return self.record("text", node, [name.id for name in ast.walk(node) if isinstance(name, ast.Name)])
        return self.record("text", node, self.fields(node))

    def fields(self, node: ast.JoinedStr) -> list[Ref]:
        """Rewrite what a string's braces hold, format specifications included."""
        refs: list[Ref] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                if not self.shown(part.value):
                    part.value, more = self.expr(part.value)
                    refs += more
                if isinstance(part.format_spec, ast.JoinedStr):
                    refs += self.fields(part.format_spec)
        return refs

    def can_be_hooked(self, part: ast.AST) -> bool:
        """False for a field of an f-string that sleeps, and whose text is shown."""
        return not (isinstance(part, ast.FormattedValue) and sleeps([part.value]) and self.shown(part.value))

    def as_one(self, kind: str, node: ast.expr) -> Rewritten:
        """Implemented where frames sleep."""
        raise NotImplementedError

    def shown(self, node: ast.expr) -> bool:
        """True for the expression of `{x=}`, whose text is shown: no text can have a hook there."""
        _, _, line, column = self.span(node)
        rest = self.lines[line - 1][column:] + (self.lines[line] if line < len(self.lines) else "")
        return re.match(r"[\s)]*=(?!=)", rest) is not None

    def locate(self, node: ast.JoinedStr) -> bool:
        """Note where the expressions of a string stand; False where that can't be found out."""
        values = list(in_order(node))
        line, column, end_line, end_column = self.span(node)
        text = "".join(self.lines[line - 1 : end_line])
        stop = len(text) - len(self.lines[end_line - 1]) + end_column
        try:
            places = list(braces(text[:stop], column))
        except IndexError:
            return False
        if len(places) != len(values):
            return False
        found = [(value, parsed(text, *place), place) for value, place in zip(values, places)]
        if any(real is None or ast.dump(real) != ast.dump(value) for value, real, _ in found):
            return False
        for value, real, place in found:
            for old, new in zip(ast.walk(value), ast.walk(real)):  # type: ignore[arg-type]
                if hasattr(new, "lineno"):
                    self.moved[id(old)] = (old, place_of(new, text, line, *place))
        return True


def in_order(node: ast.JoinedStr) -> Iterator[ast.expr]:
    """The expressions of a string in the order of the text."""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            yield part.value
            if isinstance(part.format_spec, ast.JoinedStr):
                yield from in_order(part.format_spec)


def braces(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the expressions of implicitly joined literals begin and end. IndexError where the text ends early."""
    place = start
    while place < len(text):
        opening = OPENING.match(text, place)
        if opening is None:
            place += 1  # space, a line's end, a backslash or a comment's text between two literals
            if text[place - 1] == "#":
                place = text.index("\n", place) if "\n" in text[place:] else len(text)
            continue
        place, quote = opening.end(), opening[2]
        raw, formatted = "r" in opening[1].lower(), "f" in opening[1].lower()
        while not text.startswith(quote, place):
            if text[place] == "\\":
                place += 1 if raw and text[place + 1] in "{}" else 2
                if formatted and text[place - 2 : place] == "\\N" and text[place] == "{":
                    place = text.index("}", place) + 1
            elif formatted and text[place] in "{}":
                if text[place + 1] == text[place]:
                    place += 2
                    continue
                found, place = field(text, place + 1)
                yield from found
            else:
                place += 1
        place += len(quote)


def field(text: str, start: int) -> tuple[list[tuple[int, int]], int]:
    """The places in one replacement field that begins after its brace, and where it ends."""
    stop = end_of_expression(text, start)
    found, place = [(start, stop)], stop
    while text[place] not in ":}":
        place += 1
    if text[place] == ":":
        place += 1
        while text[place] != "}":
            if text[place] == "{":
                inner, place = field(text, place + 1)
                found += inner
            else:
                place += 1
    return found, place + 1


def end_of_expression(text: str, place: int) -> int:
    """Where `!r`, `:spec`, `=` or the closing brace follows an expression."""
    depth, quote = 0, ""
    while True:
        char = text[place]
        if quote:
            if text.startswith(quote, place):
                place, quote = place + len(quote) - 1, ""
        elif char in "'\"":
            quote = char * 3 if text.startswith(char * 3, place) else char
            place += len(quote) - 1
        elif depth == 0 and (char in ":}" or (char == "!" and text[place + 1] != "=") or is_equals(text, place)):
            return place
        else:
            depth += BRACKETS.get(char, 0)
        place += 1


def is_equals(text: str, place: int) -> bool:
    """True for the `=` of `{x=}`, no part of `==`, `!=`, `<=`, `>=` or `:=`."""
    return text[place] == "=" and text[place + 1] != "=" and text[place - 1] not in "=!<>:"


def parsed(text: str, start: int, stop: int) -> ast.expr | None:
    """The tree of a piece of text within parentheses that are ours."""
    try:
        return ast.parse("(" + text[start:stop] + ")", mode="eval").body
    except (SyntaxError, ValueError):
        return None


def place_of(node: Any, text: str, line: int, start: int, stop: int) -> tuple[int, int, int, int]:
    """Where a node of `parsed` stands in the file, in characters, when `text` begins with `line`."""
    pieces = ("(" + text[start:stop] + ")").splitlines(keepends=True)
    found: list[int] = []
    for at, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)):
        inside = sum(map(len, pieces[: at - 1])) + characters(pieces[at - 1], column) - 1
        place = start + min(max(inside, 0), stop - start)  # a bare tuple takes in our parentheses
        found += [line + text.count("\n", 0, place), place - text.rfind("\n", 0, place) - 1]
    return found[0], found[1], found[2], found[3]
