"""The node of a failure -> the first line of its road: what was compared with what, or what was raised where."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tracec.passes.explain.road import VALUE, Failure, Step
from tracec.passes.explain.tell import UNKNOWN, cut, is_fresh, maker_of, operands, unknown
from tracec.passes.explain.unlike import difference, plain
from tracec.passes.explain.walk import Stop
from tracec.passes.graph.why import Tree
from tracec.passes.nouns.trace import Node, Picture, Trace, show

WIDTH = 60  # characters of a value; chosen
MESSAGE = 160  # characters of an exception's message; chosen
DIFFERS = ("At index", "Left contains", "Right contains", "Differing items")  # with which pytest tells where


def head_of(trace: Trace, tree: Tree, number: int, failure: Failure) -> Step:
    """Tell what was wrong at the node of an exception."""
    node = trace.nodes[number]
    asserted = condition(trace, node)
    wrong = decisive(trace, asserted) if asserted is not None else node
    text = unequal(trace, wrong, rewritten(failure)) if asserted is not None else ""
    told = () if text else tuple(operands(trace, tree, maker_of(trace, wrong)))
    if asserted is not None:
        text = text or f"{cut(source(wrong))} → {shown(wrong)}"
    text = text or raised(node, failure)
    function = trace.frames[node.frame].function
    return Step(wrong.id, VALUE, node.site.span, text, "", told, function)


def rewritten(failure: Failure) -> str:
    """What pytest says of an `assert` that compared: the values then, and the first place at which they differ."""
    first, *others = failure.message.strip().split("\n")
    if not first.startswith("assert ") or " == " not in first:
        return ""
    where = next((line.strip() for line in others if line.strip().startswith(DIFFERS)), "")
    return f"{short(first)}{f': {where}' if where else ''}"


def start_of(trace: Trace, number: int) -> Stop:
    """Where the way back begins: what decided an assertion, else the exception."""
    node = trace.nodes[number]
    asserted = condition(trace, node)
    return Stop(number if asserted is None else decisive(trace, asserted).id, VALUE, 0)


def condition(trace: Trace, node: Node) -> Node | None:
    """The condition of a failing `assert`; None of another exception."""
    if not node.site.text.lstrip().startswith("assert") or not node.inputs:
        return None
    first = [s for s, word in zip(node.inputs, node.labels) if word not in ("return", "changed")]
    return trace.nodes[first[0]] if first else None


def decisive(trace: Trace, node: Node) -> Node:
    """Of `a and b` the part that was false."""
    while node.site.kind == "bool" and node.site.text and not node.value and node.inputs:
        inner = [s for s, word in zip(node.inputs, node.labels) if word == ""]
        last = trace.nodes[inner[-1]] if inner else node
        if last.id == node.id or not node.site.span.holds(last.site.span) or last.value or not is_and(node):
            return node
        node = last
    return node


def is_and(node: Node) -> bool:
    """Tell whether a node is `a and b`, whose last part decided."""
    found = parsed(node.site.text)
    return isinstance(found, ast.BoolOp) and isinstance(found.op, ast.And)


def parsed(text: str) -> ast.expr | None:
    """The expression of a text."""
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def unequal(trace: Trace, node: Node, message: str) -> str:
    """`total() is 3, not 4` for `total() == 4`, and where two containers differ; "" for other conditions.

    Where the trace does not know the values, or does not show what differs, it is the `message`.
    """
    found = parsed(node.site.text)
    if not isinstance(found, ast.Compare) or len(found.ops) != 1 or not isinstance(found.ops[0], ast.Eq):
        return ""
    sides = [Side.of(trace, node, part) for part in (found.left, found.comparators[0])]
    if any(unknown(side.value) for side in sides) or (message and sides[0].shown == sides[1].shown):
        return message
    one, other = reversed(sides) if sides[0].literal else sides
    where = difference(plain(one.value), plain(other.value))
    if one.shown == other.shown:
        return f"{cut(one.text)} is not equal to {cut(other.text)}, and both show as {one.shown}"
    told = f"not {other.shown}" if other.literal else f"{cut(other.text)} is {other.shown}"
    return f"{cut(one.text)} is {one.shown}, {told}{f': {where}' if where else ''}"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison; a `literal` is made of constants alone."""

    text: str
    value: object
    literal: bool

    @staticmethod
    def of(trace: Trace, node: Node, part: ast.expr) -> Side:
        """Read one side: its value is that of what the comparison reads by this text."""
        text = text_of(node.site.text, part)
        try:
            return Side(text, ast.literal_eval(part), True)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return Side(text, value_of(trace, node, part), is_literal(text))

    @property
    def shown(self) -> str:
        """The value, in one line."""
        return show(self.value, WIDTH)


def text_of(text: str, part: ast.expr) -> str:
    """The text of a part of an expression, in one line."""
    return " ".join((ast.get_source_segment(f"({text}\n)", part) or ast.unparse(part)).split())


def is_literal(text: str) -> bool:
    """Tell whether a text is made of constants alone."""
    found = parsed(text)
    names = (ast.Name, ast.Call, ast.Attribute, ast.Subscript)
    return found is not None and not any(isinstance(part, names) for part in ast.walk(found))


def value_of(trace: Trace, node: Node, side: ast.expr) -> object:
    """The value of one side, by its text among what the node reads; unknown where it is not there, or was changed."""
    wanted = ast.dump(side)
    for number, word in zip(node.inputs, node.labels):
        source = trace.nodes[number]
        texts = [source.site.text, *source.site.binds]
        if word == "" and any(ast.dump(p) == wanted for p in map(parsed, texts) if p is not None):
            return source.value if is_fresh(trace, source, node) else Picture("", UNKNOWN)
    return Picture("", UNKNOWN)


def source(node: Node) -> str:
    """The source of a node, in one line."""
    return " ".join(node.site.text.split())


def shown(node: Node) -> str:
    """The value of a node."""
    return show(node.value, WIDTH)


def raised(node: Node, failure: Failure) -> str:
    """`p + 1 raised TypeError: ...`."""
    return raised_as(cut(source(node)), failure)


def raised_as(text: str, failure: Failure) -> str:
    """What a text of the source raised; of a `raise`, the exception alone."""
    first = failure.message.strip().splitlines()[0] if failure.message.strip() else ""
    if first.startswith("DID NOT RAISE"):
        return first
    name = failure.type or "an exception"
    said = first if first.startswith(name) else f"{name}: {first}" if first else name
    said = short(said)
    return said if text.startswith("raise") else f"{text} raised {said}"


def short(text: str) -> str:
    """A message of bounded length."""
    return text if len(text) <= MESSAGE else text[: MESSAGE - 1] + "…"
