"""Operators on tables of constants: a member that the failing test shows, a comma too much."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import Changes, Operator
from tracec.passes.propose.repair.ranked import bits
from tracec.passes.syntax.nodes import changed, literal

MOST_MEMBERS = 40  # texts that are tried as members of one table; chosen


def shown_member(node: ast.Set | ast.List | ast.Tuple, context: Context) -> Changes:
    """Add a text of the failing test to a table of texts; to one of single characters, a character of such a text."""
    held = {one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    if not held or len(held) != len(node.elts):
        return
    clues = context.facts.clues
    texts = dict.fromkeys((*clues.shown_texts, *clues.test_texts))
    if all(len(one) == 1 for one in held):
        texts = dict.fromkeys(letter for text in texts for letter in text)
    new = [text for text in texts if text not in held][:MOST_MEMBERS]
    yield from ((0.5 * bits(len(new)), changed(node, elts=[*node.elts, literal(text)])) for text in new)


def lone(node: ast.Tuple, context: Context) -> Changes:
    """Take the one element of a tuple: a comma too much."""
    if len(node.elts) == 1 and not isinstance(node.elts[0], ast.Starred):
        yield 0.0, node.elts[0]


ROWS = (
    Operator("member", (ast.Set, ast.List, ast.Tuple), 4.0, shown_member),  # {"a"} -> {"a", "b"}
    Operator("comma", (ast.Tuple,), 3.5, lone),  # a, -> a
)
