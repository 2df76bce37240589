"""Operators that pass on what nothing uses: a call, a store or a result that is missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.bindings import defaulted, unpacked
from tracec.passes.propose.repair.operators.borrow_from_similar import borrowed
from tracec.passes.propose.repair.operators.insertions import (
    Insertion,
    argument,
    assignment,
    collected,
    copied,
    counted,
    insertion,
    renamed,
    result,
    updated,
)
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.operators.pass_through_calls import Costed, arguments, forwarded, once
from tracec.passes.propose.repair.operators.supply_missing import supplied
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import LOAD, assign, is_idle, literal, name, size, words
from tracec.passes.syntax.tree import FUNCTIONS

NEEDED = 2.0  # bits more where a block would be empty without the `pass`; chosen
WRONG = 2.0  # bits more for a statement that does something, but calls what is unknown; chosen
MOST_HOLDERS = 6  # dictionaries that an item is put into; chosen
MOST_KEYS = 8  # variables that are its key, or its value; chosen


def forwarded_result(node: ast.Return, context: Context) -> Changes:
    """Return `f(a, *b)` where the result uses nothing."""
    if node.value is None or size(node.value) == 1:
        yield from ((cost, Splice((ast.Return(value),))) for cost, value in forwarded(node, context))


def forwarding(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `f(a, *b)`."""
    return ((cost, ast.Expr(value)) for cost, value in forwarded(node, context))


def inherited(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `super().f(a, *b)` in a method that does not call the same of the class above."""
    function, owner = context.tree.function(node), context.facts.owner.node
    if not isinstance(function, FUNCTIONS) or owner is None or not owner.bases:
        return
    if any(isinstance(part, ast.Name) and part.id == "super" for part in ast.walk(function)):
        return
    unused, whole = context.scope.unused(function), arguments(function, None)
    ways = [(0.5, whole), (1.0, ([], []))]
    ways += [(0.0, arguments(function, unused))] if unused else []
    ways += [(1.5, ([argument], [])) for argument in whole[0]]
    ways += [(1.5, (whole[0][:count], [])) for count in range(2, len(whole[0]))]
    above = ast.Attribute(ast.Call(name("super"), [], []), function.name, LOAD)
    calls: list[Costed] = [(cost, ast.Call(above, args, keywords)) for cost, (args, keywords) in ways]
    yield from ((cost, ast.Expr(value)) for cost, value in once(calls))


def stored(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `self.a = a` for a parameter that nothing uses, or whose attribute is read and never written."""
    function = context.tree.function(node)
    if not isinstance(function, FUNCTIONS) or not function.args.args or function.args.args[0].arg != "self":
        return
    unused, read = context.scope.unused(function), context.facts.attributes("self")
    written = context.facts.owner.written
    for seen in context.scope.visible(node, after):
        if seen.kind != "local" or seen.name == "self":
            continue
        for attribute, extra in ((seen.name, 0.0), (f"_{seen.name}", 0.5)):
            if attribute in written or (attribute not in read and seen.name not in unused):
                continue
            price = extra + (0.0 if attribute in read else 1.5) + (0.0 if seen.name in unused else 1.0)
            yield price, assign(ast.Attribute(name("self"), attribute, ast.Store()), name(seen.name))


def put_in(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `a[b] = c` for a dictionary."""
    unused = context.scope.unused(context.tree.function(node))
    variables = [(cost, v.node) for cost, v in context.variables(node, after) if isinstance(v.node, ast.Name)]
    dicts = [(cost, v.node) for cost, v in context.variables(node, after) if "dict" in v.shape.types][:MOST_HOLDERS]
    own = [
        (1.0 if text in context.facts.owner.filled else -1.0, ast.Attribute(name("self"), text, LOAD))
        for text in context.facts.owner.subscripted
    ]
    for cost, holder in [*dicts, *own]:
        for key_cost, key in variables[:MOST_KEYS]:
            for value_cost, value in variables[:MOST_KEYS]:
                if holder in (key, value) or value is key or "self" in (key.id, value.id):
                    continue
                price = 0.5 * (cost + key_cost + value_cost) - 1.0 * ((key.id in unused) + (value.id in unused))
                yield max(0.0, price), assign(ast.Subscript(holder, key, ast.Store()), value)


def reset(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `a.b = None` for an attribute that the file sets elsewhere."""
    nodes = (part for part in context.facts.file.nodes if isinstance(part, ast.Attribute))
    held = {ast.dump(part): part for part in nodes if isinstance(part.ctx, ast.Store)}
    known = [part for part in held.values() if context.defined(node, part.value, after)]
    for part in known:
        for extra, value in ((0.0, None), (1.0, False), (1.0, 0)):
            yield extra + 0.5 * bits(len(known)), assign(part, literal(value))


def placeholder(node: ast.Pass | ast.Expr | ast.Assign, context: Context) -> Changes:
    """Replace a statement that does nothing or calls what is unknown; a `pass` that stands beside others has no use."""
    if not isinstance(node, ast.Pass) and node not in context.suspicion.likely:
        return
    needless = len(context.tree.block(node)) > 1
    makers = (
        (0.0, stored), (0.0, inherited), (0.0, supplied), (0.5, forwarding), (0.5, borrowed), (2.0, assignment),
        (1.0, collected), (2.0, counted), (2.0, put_in), (2.5, updated), (2.5, result), (3.0, copied), (3.5, renamed),
        (3.5, argument), (1.0, reset), (0.5, unpacked), (1.5, defaulted),
    )  # fmt: skip
    made = ((cost + extra, new) for extra, make in makers for cost, new in make(node, context, False))
    extra = 0.0 if is_idle(node) else WRONG if not isinstance(node, ast.Pass) else 0.0 if needless else NEEDED
    yield from cheapest((cost + extra, Splice((new,))) for cost, new in made)


def unfinished(node: ast.Return, context: Context) -> Changes:
    """Return what was made, what was given, or what the object holds, for a `return None` at the end."""
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        return
    unused = context.scope.unused(context.tree.function(node))
    made: list[Costed] = [(2.5, name("self")), (3.5, literal(True))]
    for cost, seen in context.variables(node):
        if isinstance(seen.node, ast.Name) and seen.node.id in unused:
            made.append((max(0.0, cost - 1.0), seen.node))
    called, own = words(getattr(context.around(node), "name", "")), context.facts.owner.attributes
    for text in own if node.value is not None else ():
        price = 0.5 if words(text) <= called else 1.5 + 0.5 * bits(len(own))
        made.append((price, ast.Attribute(name("self"), text, LOAD)))
    yield from ((cost, Splice((ast.Return(value),))) for cost, value in cheapest(made))


def wrapped(node: ast.expr, context: Context) -> Changes:
    """Call a parameter `a` that nothing uses: `a(b)`."""
    function = context.tree.function(node)
    if isinstance(function, FUNCTIONS) and isinstance(context.tree.parent(node), (ast.stmt, ast.Call)):
        for text in sorted(context.scope.unused(function, of_class=True)):
            yield 0.0, ast.Call(name(text), [node], [])


ROWS = (
    Operator("forward", (ast.expr,), 6.0, wrapped),  # b -> a(b)
    Operator("forward", (ast.Return,), 5.0, forwarded_result, STATEMENT),  # return a -> return f(*b)
    Operator("forward", (ast.stmt,), 7.0, insertion(forwarding), STATEMENT),  # + f(a, *b)
    Operator("forward", (ast.stmt,), 7.0, insertion(inherited), STATEMENT),  # + super().f(a)
    Operator("keep argument", (ast.stmt,), 5.5, insertion(stored), STATEMENT),  # + self.a = a
    Operator("missing item", (ast.stmt,), 9.0, insertion(put_in), STATEMENT),  # + a[b] = c
    Operator("placeholder", (ast.Pass, ast.Expr, ast.Assign), 3.0, placeholder, STATEMENT),  # pass -> a = b
    Operator("unfinished", (ast.Return,), 4.5, unfinished, STATEMENT),  # return None -> return self
)
