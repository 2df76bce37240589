"""Operators on the form of a call: a method of the object for a builtin, keywords that a failure asks for."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import VALUE_OR_EFFECT, Changes, Operator
from tracec.passes.syntax.nodes import call, changed, last_name, literal, method

# Builtin -> the method that it calls, which a class may define for itself.
SPECIAL = {
    "getattr": "__getattr__",
    "setattr": "__setattr__",
    "delattr": "__delattr__",
    "len": "__len__",
    "iter": "__iter__",
    "next": "__next__",
    "str": "__str__",
    "repr": "__repr__",
    "hash": "__hash__",
}
OPENING = frozenset(("open", "read_text", "write_text"))
# For files whose text is not in the usual encoding.
ENCODED: tuple[tuple[float, dict[str, str]], ...] = (
    (0.0, {"encoding": "utf-8", "errors": "replace"}),
    (0.0, {"encoding": "utf-8", "errors": "ignore"}),
    (0.5, {"errors": "replace"}),
    (0.5, {"errors": "ignore"}),
    (0.5, {"encoding": "utf-8"}),
    (1.0, {"encoding": "latin-1"}),
)


def special_method(node: ast.Call, context: Context) -> Changes:
    """Call the special method that the class defines, not the builtin, which looks elsewhere first."""
    special = SPECIAL.get(node.func.id) if isinstance(node.func, ast.Name) else None
    defined = {function.name for function in context.facts.owner.methods}
    if special in defined and node.args and last_name(node.args[0]) == "self" and not node.keywords:
        yield 0.0, method(node.args[0], special, *node.args[1:])


def encoding(node: ast.Call, context: Context) -> Changes:
    """Say how a text file is encoded, where a failing test could not read one."""
    given = {keyword.arg for keyword in node.keywords}
    wrong = {"UnicodeDecodeError", "UnicodeEncodeError"}.intersection(context.facts.clues.raised)
    if wrong and last_name(node.func) in OPENING and not given & {"encoding", "errors"}:
        for cost, more in ENCODED:
            keywords = [ast.keyword(name, literal(text)) for name, text in more.items()]
            yield cost, changed(node, keywords=[*node.keywords, *keywords])


def text_of(node: ast.BinOp, context: Context) -> Changes:
    """Make a text of what was joined to a text, where that raised."""
    if isinstance(node.op, ast.Add) and context.is_raised(node) and "TypeError" in context.facts.clues.raised:
        yield from ((0.0, changed(node, **{side: call("str", getattr(node, side))})) for side in ("left", "right"))


ROWS = (
    Operator("special method", (ast.Call,), 5.0, special_method, VALUE_OR_EFFECT),  # len(self) -> self.__len__()
    Operator("text of it", (ast.BinOp,), 3.5, text_of),  # a + b -> a + str(b)
    Operator("encoding", (ast.Call,), 3.5, encoding, VALUE_OR_EFFECT),  # open(a) -> open(a, encoding="utf-8")
)
