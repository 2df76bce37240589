"""A hole in a definition + traced states -> the types that a value there may have."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from tracec.passes.nouns.credit import Credit, State
from tracec.passes.nouns.trace import Picture
from tracec.passes.propose.repair.definition import CodeTarget
from tracec.passes.propose.repair.evidence.evaluate import NoValue, evaluate
from tracec.passes.syntax.nodes import last_name
from tracec.passes.syntax.tree import FUNCTIONS

Kinds = frozenset[type]
NUMBERS: Kinds = frozenset([int, float])
WHOLE: Kinds = frozenset([int])
MANY: Kinds = frozenset([list, tuple, str, dict, set, range])
NAMED = {kind.__name__: kind for kind in (int, float, bool, str, list, tuple, dict, set, bytes)}
TAKES = {  # what functions take first
    "len": MANY, "sum": MANY, "sorted": MANY, "enumerate": MANY, "list": MANY, "tuple": MANY, "set": MANY,
    "reversed": MANY, "range": WHOLE, "abs": NUMBERS, "round": NUMBERS, "chr": WHOLE, "ord": frozenset([str]),
}  # fmt: skip
BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)


def kinds_at(definition: CodeTarget, node: ast.AST, credit: Credit | None, states: Sequence[State]) -> Kinds | None:
    """The types that fit, None where any may."""
    parent = definition.tree.parent(node)
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
        return MANY
    if isinstance(parent, (ast.BinOp, ast.AugAssign, ast.Compare)):
        return _beside(parent, node, states)
    if isinstance(parent, ast.Slice):
        return WHOLE
    if isinstance(parent, ast.Subscript) and parent.slice is node:
        of = _types(parent.value, states)
        return WHOLE if of and of <= {list, tuple, str} else None
    if isinstance(parent, ast.Call):
        return _argument(definition, parent, node, credit)
    return None


def _beside(parent: ast.BinOp | ast.AugAssign | ast.Compare, node: ast.AST, states: Sequence[State]) -> Kinds | None:
    """What goes with the other operand."""
    if isinstance(parent, ast.Compare):
        others = [part for part in (parent.left, *parent.comparators) if part is not node]
        if len(parent.ops) != 1 or isinstance(parent.ops[0], (ast.In, ast.NotIn, ast.Is, ast.IsNot)):
            return None
        other, operator = others[0], None
    elif isinstance(parent, ast.AugAssign):
        other, operator = parent.target, parent.op
    else:
        other, operator = parent.right if parent.left is node else parent.left, parent.op
    found = _types(other, states)
    if not found:
        return NUMBERS if operator is not None and isinstance(operator, (ast.Sub, ast.Div, ast.Pow)) else None
    if found <= NUMBERS:
        return WHOLE if isinstance(operator, BITS) else NUMBERS
    return found if operator is None or isinstance(operator, ast.Add) else None


def _types(node: ast.AST, states: Sequence[State]) -> Kinds:
    """The types that an expression has in the states, those of a store among them."""
    read = ast.Name(node.id, ast.Load()) if isinstance(node, ast.Name) else node
    found = set()
    for state in states:
        try:
            found.add(type(evaluate(read, dict(state.names))))
        except NoValue:
            continue
    return frozenset(found)


def _argument(definition: CodeTarget, call: ast.Call, node: ast.AST, credit: Credit | None) -> Kinds | None:
    """What a function takes there: one that is built in, or the function itself, by what it was given."""
    name = last_name(call.func)
    if isinstance(call.func, ast.Name) and name in TAKES and call.args and call.args[0] is node:
        return TAKES[name]
    root = definition.tree.root
    if not isinstance(root, FUNCTIONS) or name != root.name or node not in call.args:
        return None
    names = [a.arg for a in (*root.args.posonlyargs, *root.args.args)]
    at = call.args.index(node) + isinstance(call.func, ast.Attribute)
    held: Mapping[str, Sequence[object]] = dict(credit.names) if credit is not None else {}
    seen = {_type_of(value) for value in held.get(names[at] if at < len(names) else "", ())}
    known = frozenset(kind for kind in seen if kind is not None)
    return (known | NUMBERS if known & NUMBERS else known) or None


def _type_of(value: object) -> type | None:
    """The type of a recorded value, None for one that is not plain."""
    return NAMED.get(value.type) if isinstance(value, Picture) else type(value)
