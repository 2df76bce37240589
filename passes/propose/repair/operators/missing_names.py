"""Operators on names of which failing tests say that nothing has them."""

from __future__ import annotations

import ast
import builtins
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.calls import ONE_ARGUMENT
from tracec.passes.propose.repair.operators.operator import ROOT, VALUE_OR_EFFECT, Changes, Operator
from tracec.passes.propose.repair.operators.repeat_change import renamed, rewritten
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import (
    binary,
    call,
    changed,
    compare,
    is_item,
    last_name,
    literal,
    method,
    name,
    shifted,
)
from tracec.passes.syntax.tree import FUNCTIONS, Role

ANY_USE: frozenset[Role] = frozenset(("value", "callee"))
ANYWHERE: frozenset[Role] = frozenset(("value", "callee", "store"))
CALLABLE = [text for text in dir(builtins) if text.islower() and not text.startswith("_")]
TYPES = (str, bytes, int, float, list, tuple, dict, set, frozenset, deque, Counter, OrderedDict, defaultdict)
KINDS = {kind.__name__: kind for kind in TYPES}
USED = 1.0  # bits less for a method that the file calls elsewhere; chosen
STRANGE = 4.0  # bits for a name that has nothing in common with the one there; chosen


def misspelt(node: ast.Name, context: Context) -> Changes:
    """Take a name that is spelt alike: a variable, what the file defines or imports, a function of Python's own."""
    if node.id in context.facts.clues.missing_names:
        known = context.scope.module_names.union(context.scope.defined(node), CALLABLE)
        alike = ((_strangeness(node.id, text), text) for text in sorted(known - {node.id}))
        yield from cheapest((cost, name(text)) for cost, text in alike if cost < STRANGE / 2)


def without_receiver(node: ast.Attribute, context: Context) -> Changes:
    """Take `b` for `a.b`, where there is no `a`."""
    if isinstance(node.value, ast.Name) and node.value.id in context.facts.clues.missing_names:
        yield 0.0, ast.Name(node.attr, node.ctx)


def neighbouring_item(node: ast.Name, context: Context) -> Changes:
    """Take the item next to that on the other side of an operation: `a[i] - b` to `a[i] - a[i + 1]`."""
    parent = context.tree.parent(node)
    sides: list[ast.expr] = [parent.left, parent.right] if isinstance(parent, ast.BinOp) else []
    sides = [parent.left, *parent.comparators] if isinstance(parent, ast.Compare) else sides
    for other in sides if node.id in context.facts.clues.missing_names else ():
        if is_item(other):
            yield from ((0.0, shifted(other, operation)) for operation in (ast.Add(), ast.Sub()))


def methods(node: ast.Attribute, context: Context) -> Changes:
    """Call a method that values of such a type have, those that are spelt alike first."""
    clues = context.facts.clues
    if node.attr in clues.missing_names or any(node.attr == text.rpartition(".")[2] for text in clues.rejected_calls):
        types = context.shape(node.value).types or {*clues.types}
        kinds = [KINDS[text] for text in sorted(types) if text in KINDS]
        every = dict.fromkeys(text for kind in kinds for text in dir(kind) if not text.startswith("_"))
        used = {text for texts in context.facts.file.methods.values() for text in texts}
        alike = ((_strangeness(node.attr, text) - USED * (text in used), text) for text in every if text != node.attr)
        yield from cheapest((max(0.0, cost), changed(node, attr=text)) for cost, text in alike)


def function(node: ast.Call, context: Context) -> Changes:
    """Call `f(b)` for `self.f(b)`, for `a.f(b)` and for `b.f()`."""
    held, unknown = node.func, context.facts.clues.missing_names
    if isinstance(held, ast.Attribute) and _is_function(held.attr, node, context):
        if held.attr in unknown:
            yield 0.0, changed(node, func=name(held.attr))
            yield 0.5, changed(node, func=name(held.attr), args=[held.value, *node.args])
        elif isinstance(held.value, ast.Name) and held.value.id in unknown:
            yield 0.0, changed(node, func=name(held.attr))


def operation(node: ast.Call, context: Context) -> Changes:
    """Do what may be done with what a function that nothing has was called with."""
    if last_name(node.func) in context.facts.clues.missing_names:
        yield from ((0.0, way) for way in _ways(node))


def _ways(node: ast.Call) -> list[ast.expr]:
    found: list[ast.expr] = []
    if len(node.args) == 2:
        one, other = node.args
        relations = (ast.Lt, ast.Gt, ast.LtE, ast.GtE, ast.Eq, ast.NotEq, ast.In)
        found += [compare(one, relation(), other) for relation in relations]
        found += [binary(one, kind(), other) for kind in (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Div, ast.Mod)]
        found += [call(function, one, other) for function in ("max", "min")]
    elif len(node.args) == 1:
        found += [call(function, *node.args) for function in ONE_ARGUMENT]
        found.append(method(literal(""), "join", *node.args))
    return found


def _way(index: int, node: ast.Call) -> ast.expr:
    return _ways(node)[index]


def _is_function(text: str, node: ast.AST, context: Context) -> bool:
    """True where a name may be called there, as far as the file tells."""
    scope = context.scope
    return text in CALLABLE or text in scope.module_names | scope.defined(node) or context.facts.file.open


def text(node: ast.expr, context: Context) -> Changes:
    """Take a text that failing tests show."""
    if last_name(node.func if isinstance(node, ast.Call) else node) in context.facts.clues.missing_names:
        shown = context.facts.shown_texts
        yield from ((0.5 * bits(len(shown)), literal(value)) for value in shown)


def all_uses(node: ast.stmt, context: Context) -> Changes:
    """Replace all uses of a name by a variable, and methods of that name by a function or an operation."""
    made: list[tuple[float, list[Any], Callable[[Any], ast.AST]]] = []
    for unknown in context.facts.clues.missing_names:
        every = [part for part in context.tree.places if isinstance(part, ast.Attribute) and part.attr == unknown]
        called = [part for part in every if context.tree.role(part) == "callee"]
        if _is_function(unknown, node, context):
            made.append((0.0, called, lambda part: name(part.attr)))
        calls = [part for part in map(context.tree.parent, called) if isinstance(part, ast.Call)]
        if len({len(part.args) for part in calls}) == 1:
            made += [(1.0, calls, partial(_way, index)) for index in range(len(_ways(calls[0])))]
        parts = [part for part in context.tree.places if isinstance(part, ast.Name) and part.id == unknown]
        if any(isinstance(part.ctx, ast.Load) for part in parts):
            others = [(cost, atom.node) for cost, atom in context.variables(parts[0])]
            named = [(cost, other.id) for cost, other in others if isinstance(other, ast.Name) and other.id != unknown]
            made += [(cost, parts, partial(renamed, other)) for cost, other in named]
    for cost, parts, make in sorted(made, key=lambda each: each[0]):
        if len(parts) > 1:
            yield cost, rewritten(node, parts, make)


def _strangeness(one: str, other: str) -> float:
    """Bits: 0 for equal texts."""
    return STRANGE * (1.0 - SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio())


ROWS = (
    Operator("unknown name", (ast.Name,), 3.0, misspelt, ANY_USE),  # lenght(a) -> len(a)
    Operator("unknown name", (ast.Attribute,), 3.0, without_receiver, ANYWHERE),  # a.b = c -> b = c
    Operator("unknown name", (ast.Name,), 4.0, neighbouring_item),  # a[i] - b -> a[i] - a[i + 1]
    Operator("unknown name", (ast.Attribute,), 3.0, methods, ANY_USE),  # a.push(b) -> a.append(b)
    Operator("unknown name", (ast.Call,), 3.0, function, VALUE_OR_EFFECT),  # self.f(a) -> f(a), a.len() -> len(a)
    Operator("unknown name", (ast.Call,), 4.0, operation, VALUE_OR_EFFECT),  # self.less(a, b) -> a < b
    Operator("unknown name", (ast.Call, ast.Name, ast.Attribute), 3.0, text),  # f() -> "a", which tests show
    Operator("unknown name", FUNCTIONS, 1.5, all_uses, ROOT),  # a ... a -> b ... b
)
