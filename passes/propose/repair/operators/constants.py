"""Operators on constants: nudged, scaled, negated, or exchanged for another of the function, the file or the trace."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import Changes, Operator
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import LOAD, literal
from tracec.passes.syntax.tree import Role

ANYWHERE: frozenset[Role] = frozenset(("value", "default"))
NEUTRAL_START = 2.0  # bits more to start with anything but the neutral element of the updates; chosen
USELESS = 1.5  # bits more for a number that leaves the other operand as it is: to drop it says the same; chosen
LONGEST_TEXT = 30  # characters of a text whose parts are tried; chosen


def nudged(node: ast.Constant, context: Context) -> Changes:
    """Take the neighbours of a number, the other truth value; large numbers are seldom off by one, and 0 seldom -1.

    What a variable starts with that is added to is seldom anything but 0, and 1 where it is multiplied.
    """
    value = node.value
    if isinstance(value, bool):
        yield 0.0, literal(not value)
    elif isinstance(value, int):
        right = NEUTRAL_START if value in _neutral(node, context) else 0.0
        large = 0.7 if abs(value) > 2 else 0.0
        less = 1.2 if value == 0 else USELESS if _does_nothing(node, value - 1, context) else 0.0
        yield from cheapest(((large + right, literal(value + 1)), (large + right + less, literal(value - 1))))


def _does_nothing(node: ast.Constant, value: int, context: Context) -> bool:
    """True for `a + 0`, `a - 0`, `a * 1`, `a // 1`."""
    parent = context.tree.parent(node)
    if not isinstance(parent, ast.BinOp) or parent.right is not node:
        return False
    return (value, isinstance(parent.op, (ast.Add, ast.Sub))) in ((0, True), (1, False))


def _neutral(node: ast.Constant, context: Context) -> frozenset[int]:
    """The values that change nothing in the updates of the variable that starts with this constant."""
    statement = context.tree.parent(node)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return frozenset()
    return context.neutral(statement, statement.targets[0].id)


def shifted(node: ast.Constant, context: Context) -> Changes:
    """Take round, negative, double and half values; of a float also tenfold and a tenth."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    usual: list[tuple[float, int | float]] = [(0.0, -value), (0.0, 0), (0.0, 1), (1.0, 2), (1.0, -1)]
    if isinstance(context.tree.parent(node), ast.Subscript):
        usual += [(0.5, -1), (1.0, -2)]
    if isinstance(value, int):
        usual += [(2.0, value * 2), (2.0, value // 2), (2.5, value + 2), (2.5, value - 2), (2.5, value * 10), (3.0, 10)]
    else:
        usual += [(0.5, value + 1), (0.5, value - 1), (1.0, value * 2), (1.0, value / 2)]
        usual += [(1.0, value * 10), (1.0, value / 10), (2.0, 1 / value if value else 0.0)]
    yield from ((cost, literal(new)) for cost, new in cheapest(usual) if repr(new) != repr(value))


def emptied(node: ast.Constant, context: Context) -> Changes:
    """Take other values that stand for nothing or for no answer."""
    if node.value is None or isinstance(node.value, bool) or node.value in (0, ""):
        for value in (0, False, True, None, "", -1):
            if repr(value) != repr(node.value):
                yield 0.0, literal(value)
        yield 0.5, ast.List([], LOAD)
        yield 2.0, ast.Dict([], [])


def infinite(node: ast.Constant, context: Context) -> Changes:
    """Take the neutral element of a minimum or maximum."""
    if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield 0.0, ast.Call(ast.Name("float", LOAD), [literal("inf")], [])
        yield 0.0, ast.UnaryOp(ast.USub(), ast.Call(ast.Name("float", LOAD), [literal("inf")], []))


def in_program(node: ast.Constant, context: Context) -> Changes:
    """Take constants of the same kind from the function, the rest of the file, the traced values and the messages."""
    facts = context.facts
    sources = ((0.0, facts.constants), (1.5, facts.file_constants), (2.0, facts.traced), (1.5, facts.shown_texts))
    yield from cheapest(
        (extra + 0.4 * bits(len(values)), literal(value))
        for extra, values in sources
        for value in values
        if _like(value, node.value)
    )


def respelled(node: ast.Constant, context: Context) -> Changes:
    """Write the text in another case, trimmed, padded, turned round, or without its first or last character."""
    text = node.value
    if not isinstance(text, str):
        return
    forms = [text.lower(), text.upper(), text.capitalize(), text.title(), text.strip(), f"{text} ", f" {text}"]
    forms += [text[1:], text[:-1], text[::-1], " "]
    yield from ((0.0, literal(form)) for form in dict.fromkeys(forms) if form not in (text, ""))
    if text:
        yield 0.5, literal("")


def recomposed(node: ast.Constant, context: Context) -> Changes:
    """Add or drop a character of a text, the characters taken from the other texts of file and trace."""
    text = node.value
    if isinstance(text, str) and len(text) <= LONGEST_TEXT:
        yield from cheapest((cost, literal(form)) for cost, form in _recomposed(text, _characters(context)))


def renumbered(node: ast.Constant, context: Context) -> Changes:
    """Make one of the digits in a text one more or less, as in a format."""
    text = node.value
    if isinstance(text, str) and len(text) <= LONGEST_TEXT:
        for index, character in enumerate(text):
            if character in "0123456789":
                digits = (str(int(character) + step) for step in (1, -1))
                yield from ((0.0, literal(text[:index] + d + text[index + 1 :])) for d in digits if len(d) == 1)


def separator(node: ast.Constant, context: Context) -> Changes:
    """Take what usually stands between the parts that are joined, or split."""
    parent = context.tree.parent(node)
    joined = isinstance(parent, ast.Attribute) and parent.attr == "join"
    called = parent.func if isinstance(parent, ast.Call) else None
    if isinstance(node.value, str) and (joined or getattr(called, "attr", "") in ("split", "rsplit")):
        usual = ((0.0, " "), (0.5, ""), (0.5, ", "), (0.5, ","), (0.5, "\n"), (1.5, "-"), (1.5, "; "))
        yield from ((cost, literal(text)) for cost, text in usual if text != node.value)


def both_cases(node: ast.Constant, context: Context) -> Changes:
    """Take a set of letters in both cases: the usual slip in a membership test."""
    text = node.value
    if isinstance(text, str) and text.lower() != text.upper():
        yield 0.0, literal(text + text.swapcase())


def swept(node: ast.Constant, context: Context) -> Changes:
    """Take any small whole number, the nearest first."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and abs(node.value) < 1000:
        for distance in range(2, 64):
            yield 0.5 * bits(distance), literal(node.value + distance)
            yield 0.5 * bits(distance), literal(node.value - distance)


def _like(value: object, old: object) -> bool:
    if isinstance(old, str):
        return isinstance(value, str) and value != old
    numeric = isinstance(old, (int, float)) and not isinstance(old, bool)
    return numeric and isinstance(value, (int, float)) and repr(value) != repr(old)


def _characters(context: Context) -> list[str]:
    facts = context.facts
    texts = [text for text in (*facts.constants, *facts.file_constants, *facts.traced) if isinstance(text, str)]
    return sorted({character for text in texts for character in text})[:48]


def _recomposed(text: str, characters: list[str]) -> Iterator[tuple[float, str]]:
    for character in dict.fromkeys((*characters, *".,;:-_ ")):
        if len(text) == 1 and character != text:
            yield 0.0, character
        yield 0.5, text + character
        yield 1.0, character + text
    for character in dict.fromkeys(text):
        if len(text) > 1:
            yield 0.0, text.replace(character, "")
    for index in range(1, len(text) - 1):
        yield 0.5, text[:index] + text[index + 1 :]
        yield 1.0, text[:index]
        yield 1.0, text[index:]


ROWS = (
    Operator("constant", (ast.Constant,), 3.5, nudged, ANYWHERE),  # 3 -> 4, True -> False
    Operator("constant", (ast.Constant,), 5.0, shifted, ANYWHERE),  # 3 -> 0, -3, 6
    Operator("constant", (ast.Constant,), 6.5, emptied, ANYWHERE),  # None -> 0, "", []
    Operator("constant", (ast.Constant,), 7.5, infinite, ANYWHERE),  # 0 -> float("inf")
    Operator("constant of this program", (ast.Constant,), 5.5, in_program, ANYWHERE),  # "a" -> "b", used elsewhere
    Operator("separator", (ast.Constant,), 4.5, separator),  # "".join(a) -> " ".join(a)
    Operator("text", (ast.Constant,), 6.5, respelled, ANYWHERE),  # "yes" -> "Yes"
    Operator("text", (ast.Constant,), 7.0, both_cases, ANYWHERE),  # "ab" -> "abAB"
    Operator("text", (ast.Constant,), 6.5, renumbered, ANYWHERE),  # "{:.1f}" -> "{:.2f}"
    Operator("text", (ast.Constant,), 8.5, recomposed, ANYWHERE),  # "ab," -> "ab"
    Operator("small number", (ast.Constant,), 8.5, swept, ANYWHERE),  # 24 -> 26
)
