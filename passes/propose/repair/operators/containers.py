"""Operators on displays, subscripts, slices and comprehensions."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import Changes, Operator, Splice
from tracec.passes.propose.repair.pools import Term
from tracec.passes.propose.repair.ranked import bits, dearer, merge, spread
from tracec.passes.syntax.nodes import (
    LOAD,
    assign,
    binary,
    changed,
    cut,
    exchanged,
    item,
    literal,
    method,
    put,
    without,
)
from tracec.passes.syntax.shapes import MAPPINGS

INDEX = frozenset(("int",))
CUTTABLE = frozenset(("list", "str", "tuple", "bytes"))
ENDS = ("lower", "upper", "step")
Display = ast.List | ast.Tuple
Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp


def element_order(node: Display, context: Context) -> Changes:
    """Exchange two elements."""
    for first in range(len(node.elts)):
        for second in range(first + 1, len(node.elts)):
            yield 0.0, changed(node, elts=exchanged(node.elts, first, second))


def surplus_element(node: Display, context: Context) -> Changes:
    """Leave an element out; take one of two alone."""
    yield from ((0.0, changed(node, elts=without(node.elts, index))) for index in range(len(node.elts)))
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        yield from ((0.0, one) for one in node.elts if not isinstance(one, ast.Starred))


def missing_element(node: Display, context: Context) -> Changes:
    """Add an element, at the end or the start."""
    if isinstance(context.tree.parent(node), (ast.Subscript, ast.Compare)) and isinstance(node, ast.Tuple):
        return
    atoms = context.atoms(node)[:40]
    last = ((cost, changed(node, elts=[*node.elts, atom.node])) for cost, atom in atoms)
    first = ((cost + 1.0, changed(node, elts=[atom.node, *node.elts])) for cost, atom in atoms if node.elts)
    yield from merge(last, first)


def nested(node: ast.List, context: Context) -> Changes:
    """Put an empty list in as the only element: the usual start of a recursion over lists."""
    if not node.elts:
        yield 0.0, ast.List([ast.List([], LOAD)], LOAD)


def dictionary_values(node: ast.Dict, context: Context) -> Changes:
    """Exchange two values."""
    for first in range(len(node.values)):
        for second in range(first + 1, len(node.values)):
            yield 0.0, changed(node, values=exchanged(node.values, first, second))


def without_subscript(node: ast.Subscript, context: Context) -> Changes:
    """Take the whole container."""
    yield 0.0, node.value


def keyed(node: ast.Name, context: Context) -> Changes:
    """Take one entry of a dictionary, by a key that it had."""
    keys = context.facts.keys(node.id)
    if not isinstance(context.tree.parent(node), (ast.Subscript, ast.Attribute)):
        yield from ((0.5 * bits(len(keys)), item(node, literal(key))) for key in keys)


def key_order(node: ast.Subscript, context: Context) -> Changes:
    """Turn a pair used as key round: `d[a, b]`, or `m[a][b]`."""
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        yield 0.0, changed(node, slice=changed(node.slice, elts=node.slice.elts[::-1]))
    inner = node.value
    if isinstance(inner, ast.Subscript) and not any(isinstance(key, ast.Slice) for key in (node.slice, inner.slice)):
        yield 1.0, item(item(inner.value, node.slice), inner.slice)


def slice_ends(node: ast.Subscript, context: Context) -> Changes:
    """Leave an end of a slice out, take it alone, or move it to the other side."""
    bounds = node.slice
    if not isinstance(bounds, ast.Slice):
        return
    yield from ((0.0, changed(node, slice=changed(bounds, **{end: None}))) for end in ENDS if getattr(bounds, end))
    if (bounds.lower is None) != (bounds.upper is None):
        yield 0.0, changed(node, slice=changed(bounds, lower=bounds.upper, upper=bounds.lower))
    if bounds.lower is not None:
        yield 1.5, item(node.value, bounds.lower)


def missing_end(node: ast.Subscript, context: Context) -> Changes:
    """Add a missing end of a slice, taken from the numbers in scope."""
    bounds = node.slice
    if not isinstance(bounds, ast.Slice):
        return
    atoms = context.atoms(node, INDEX)
    streams = [_with_end(node, bounds, end, atoms) for end in ENDS if getattr(bounds, end) is None]
    yield from merge(*streams)


def _with_end(node: ast.Subscript, bounds: ast.Slice, end: str, atoms: list[Term]) -> Changes:
    extra = 2.0 if end == "step" else 0.0
    return ((cost + extra, changed(node, slice=changed(bounds, **{end: atom.node}))) for cost, atom in atoms)


def index_to_slice(node: ast.Subscript, context: Context) -> Changes:
    """Take all from an index on, or all up to it."""
    if not isinstance(node.slice, (ast.Slice, ast.Tuple)) and context.shape(node.value).fits(MAPPINGS) is not True:
        yield 0.0, cut(node.value, node.slice)
        yield 0.0, cut(node.value, None, node.slice)


def get_with_default(node: ast.Subscript, context: Context) -> Changes:
    """Give a look-up that may fail a default."""
    if context.shape(node.value).types & MAPPINGS and not isinstance(node.slice, ast.Slice):
        for cost, default in ((0.0, None), (0.5, 0), (1.0, ""), (1.0, 1)):
            yield cost, method(node.value, "get", node.slice, literal(default))
        yield 1.0, method(node.value, "setdefault", node.slice, ast.List([], LOAD))


def first_time(node: ast.AugAssign, context: Context) -> Changes:
    """Give an update of what may not be there yet a start."""
    target = node.target
    if isinstance(target, ast.Subscript) and context.shape(target.value).types & MAPPINGS:
        for cost, start in ((0.0, literal(0)), (1.0, ast.List([], LOAD)), (1.0, literal("")), (1.0, literal(1))):
            old = method(target.value, "get", target.slice, start)
            yield cost, Splice((assign(target, binary(old, node.op, node.value)),))


def sliced(node: ast.expr, context: Context) -> Changes:
    """Take a part of a sequence: without its first or last element, reversed, from or up to an index, one element."""
    extra = _cuttable(node, context)
    if extra is None:
        return
    fixed: list[tuple[float, ast.Subscript]] = [
        (0.0, cut(node, literal(1))),
        (0.5, cut(node, None, literal(-1))),
        (1.0, item(node, literal(0))),
        (1.0, item(node, literal(-1))),
        (2.0, cut(node, None, None, literal(-1))),
        (4.0, cut(node, None, None, literal(2))),
    ]
    at = spread(
        context.atoms(node, INDEX)[:24],
        (0.0, lambda atom: cut(node, atom.node)),
        (0.5, lambda atom: cut(node, None, atom.node)),
        (1.0, lambda atom: item(node, atom.node)),
    )
    yield from dearer(merge(fixed, at), extra)


def _cuttable(node: ast.expr, context: Context) -> float | None:
    if isinstance(node, (ast.Constant, ast.Compare, ast.JoinedStr, ast.List, ast.Tuple)):
        return None
    parent = context.tree.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.slice, ast.Slice):
        return None
    if isinstance(parent, ast.Attribute) and context.tree.role(_above(parent, context)) == "effect":
        return None  # a copy would be changed and thrown away
    return context.fit(node, CUTTABLE)


def _above(node: ast.AST, context: Context) -> ast.AST:
    return context.tree.parent(node) or node


def surplus_filter(node: Comprehension, context: Context) -> Changes:
    """Leave a filter of a comprehension out."""
    for index, generator in enumerate(node.generators):
        for place in range(len(generator.ifs)):
            plain = changed(generator, ifs=without(generator.ifs, place))
            yield 0.0, changed(node, generators=put(node.generators, index, plain))


def missing_filter(node: Comprehension, context: Context) -> Changes:
    """Put a condition on what a comprehension takes."""
    inner = node.key if isinstance(node, ast.DictComp) else node.elt
    last = node.generators[-1]
    for cost, condition in context.predicates(inner):
        more = changed(last, ifs=[*last.ifs, condition])
        yield cost, changed(node, generators=[*node.generators[:-1], more])


def loop_order(node: Comprehension, context: Context) -> Changes:
    """Exchange two loops of a comprehension."""
    if len(node.generators) == 2:
        second, first = node.generators
        if context.defined(node, first.iter):
            yield 0.0, changed(node, generators=[first, second])


def other_comprehension(node: Comprehension, context: Context) -> Changes:
    """Make a set in place of a list, a list in place of a set or generator."""
    if isinstance(node, ast.ListComp):
        yield 0.0, ast.SetComp(node.elt, node.generators)
    elif isinstance(node, (ast.SetComp, ast.GeneratorExp)):
        yield 0.0, ast.ListComp(node.elt, node.generators)


COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
DISPLAYS = (ast.List, ast.Tuple)
ROWS = (
    Operator("element order", DISPLAYS, 4.2, element_order),  # (a, b) -> (b, a)
    Operator("surplus element", DISPLAYS, 6.0, surplus_element),  # [a, b] -> [a]
    Operator("missing element", DISPLAYS, 5.0, missing_element),  # [a] -> [a, b]
    Operator("nested list", (ast.List,), 5.5, nested),  # [] -> [[]]
    Operator("value order", (ast.Dict,), 5.0, dictionary_values),  # {a: x, b: y} -> {a: y, b: x}
    Operator("drop subscript", (ast.Subscript,), 5.5, without_subscript),  # a[i] -> a
    Operator("missing key", (ast.Name,), 5.0, keyed),  # d -> d["k"]
    Operator("key order", (ast.Subscript,), 4.0, key_order),  # d[a, b] -> d[b, a]
    Operator("slice", (ast.Subscript,), 5.0, slice_ends),  # a[1:] -> a[:1]
    Operator("slice", (ast.Subscript,), 5.5, missing_end),  # a[1:] -> a[1:n]
    Operator("slice", (ast.Subscript,), 6.5, index_to_slice),  # a[i] -> a[i:]
    Operator("default", (ast.Subscript,), 6.0, get_with_default),  # d[k] -> d.get(k, 0)
    Operator(
        "default", (ast.AugAssign,), 5.0, first_time, frozenset(("statement",))
    ),  # d[k] += 1 -> d[k] = d.get(k, 0) + 1
    Operator("slice", (ast.expr,), 5.5, sliced),  # a -> a[1:]
    Operator("drop filter", COMPREHENSIONS, 5.5, surplus_filter),  # [x for x in a if p] -> [x for x in a]
    Operator("missing filter", COMPREHENSIONS, 7.0, missing_filter),  # [x for x in a] -> [x for x in a if p]
    Operator("loop order", COMPREHENSIONS, 6.0, loop_order),  # [x for a in b for x in c] -> [x for x in c for a in b]
    Operator("comprehension", COMPREHENSIONS, 6.5, other_comprehension),  # [x for x in a] -> {x for x in a}
)
