"""Operators on texts: a missing f, a text that the failing test has, another repetition in a pattern."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.constants import ANYWHERE
from tracec.passes.propose.repair.operators.operator import Changes, Operator
from tracec.passes.propose.repair.ranked import cheapest
from tracec.passes.syntax.nodes import last_name, literal, method

ALIKE = 0.6  # of two texts, from which on one may be meant for the other; chosen
FAR = 4.0  # bits more for texts that are as unlike as that; chosen
SHORTEST = 4  # characters of such a text; chosen
PLACEHOLDER = re.compile(r"\{[A-Za-z_][\w.]*(?:\[[^\]{}]*\]|\(\))*(?:![rsa])?(?::[^{}]*)?\}")
QUANTIFIER = re.compile(r"(?<!\\)(?:[+*?]|\{\d+(?:,\d*)?\})\??")
PATTERNS = frozenset(("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"))
LONGEST_FRAGMENT = 6  # characters: what is longer would only be written down; chosen


def formatted(node: ast.Constant, context: Context) -> Changes:
    """Fill in the names that a text has in braces and that are known here: a missing `f`."""
    text, parent = node.value, context.tree.parent(node)
    if (
        not isinstance(text, str)
        or not PLACEHOLDER.search(text)
        or isinstance(parent, (ast.Attribute, ast.FormattedValue))
    ):
        return
    try:
        made = ast.parse("f" + repr(text), mode="eval").body
    except SyntaxError:
        return
    holes = [part.value for part in ast.walk(made) if isinstance(part, ast.FormattedValue)]
    if holes and all(context.defined(node, hole) for hole in holes):
        yield 0.0, made


def as_tested(node: ast.Constant, context: Context) -> Changes:
    """Take a text that the failing test has, where it is similar."""
    text = node.value
    if not isinstance(text, str) or len(text) < SHORTEST or "\n" in text:
        return
    known = {*context.facts.clues.test_texts, *context.facts.clues.shown_texts}
    ranked = []
    for other in sorted(known - {text}):
        if len(other) >= SHORTEST and "\n" not in other:
            alike = SequenceMatcher(None, text, other, autojunk=False).ratio()
            if alike >= ALIKE:
                ranked.append((FAR * (1 - alike), literal(other)))
    yield from cheapest(ranked)


def repetition(node: ast.Constant, context: Context) -> Changes:
    """Repeat a part of a pattern more or less often, or greedily or not."""
    text, call = node.value, context.tree.parent(node)
    if not isinstance(text, str) or not isinstance(call, ast.Call) or last_name(call.func) not in PATTERNS:
        return
    for found in QUANTIFIER.finditer(text):
        for other in ("+", "*", "?", "+?", "*?", ""):
            if other != found[0]:
                yield 0.0, literal(text[: found.start()] + other + text[found.end() :])


def fitted(node: ast.expr, context: Context) -> Changes:
    """Leave out of a text, or strip off it, what the failing test shows too much."""
    if "str" not in context.shape(node).types or isinstance(node, (ast.Constant, ast.JoinedStr)):
        return
    for fragment, place in _surplus(context):
        if place == "start":
            yield 0.0, method(node, "removeprefix", literal(fragment))
        elif place == "end":
            yield (
                0.0,
                method(node, "rstrip", literal(fragment))
                if len(fragment) == 1
                else method(node, "removesuffix", literal(fragment)),
            )
        else:
            yield 0.0, method(node, "replace", literal(fragment), literal(""))


def _surplus(context: Context) -> Iterator[tuple[str, str]]:
    """What one of two compared texts has more than the other, and where."""
    for one, other in context.facts.clues.compared_texts:
        steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        changed = [step for step in steps if step[0] != "equal"]
        if len(changed) != 1 or changed[0][0] not in ("delete", "insert"):
            continue
        kind, a, b, c, d = changed[0]
        fragment = one[a:b] if kind == "delete" else other[c:d]
        whole, at = (one, a) if kind == "delete" else (other, c)
        if len(fragment) <= LONGEST_FRAGMENT and 2 * len(fragment) < len(whole):
            yield fragment, "start" if at == 0 else "end" if at + len(fragment) == len(whole) else "middle"


def position(node: ast.BinOp, context: Context) -> Changes:
    """Look for a text where its place was worked out of two lengths: it need not be the end."""
    sides = node.left, node.right
    if not isinstance(node.op, ast.Sub) or not all(_is_length(side) for side in sides):
        return
    whole, part = (side.args[0] for side in sides if isinstance(side, ast.Call))
    yield from ((0.5 * at, method(whole, name, part)) for at, name in enumerate(("find", "rfind", "index")))


def _is_length(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "len" and len(node.args) == 1


ROWS = (
    Operator("missing f", (ast.Constant,), 3.5, formatted, ANYWHERE),  # "{a}" -> f"{a}"
    Operator("text of the test", (ast.Constant,), 4.0, as_tested, ANYWHERE),  # "OLD_NAME" -> "NEW_NAME"
    Operator("pattern", (ast.Constant,), 6.0, repetition),  # re.match("a+", b) -> re.match("a*", b)
    Operator("surplus text", (ast.expr,), 6.0, fitted),  # a -> a.removeprefix("x")
    Operator("position", (ast.BinOp,), 6.0, position),  # len(a) - len(b) -> a.find(b)
)
