"""Operators on variables and attributes: the wrong one of those in scope."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import Changes, Operator
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import LOAD, changed, store
from tracec.passes.syntax.tree import Role

STORED: frozenset[Role] = frozenset(("store",))


def other_variable(node: ast.Name, context: Context) -> Changes:
    """Take another variable in scope; one of another type is unlikely, one of unknown type in between.

    Nothing is said of the type where what holds the variable never came to a value: it may be the wrong one.
    """
    mine, wrong = context.shape(node), context.raises(context.tree.parent(node))
    ranked = []
    for cost, atom in context.variables(node):
        if isinstance(atom.node, ast.Name) and atom.node.id != node.id:
            like = wrong or atom.shape.like(mine)
            ranked.append((0.7 * (cost - 1.0) + (0.0 if like else 1.0 if like is None else 2.5), atom.node))
    yield from cheapest(ranked)


def other_attribute(node: ast.Attribute, context: Context) -> Changes:
    """Take another attribute that the file uses on the same object, or on any other."""
    own = context.facts.attributes(node.value.id) if isinstance(node.value, ast.Name) else []
    every = [attribute for attributes in context.facts.file.attributes.values() for attribute in attributes]
    for extra, choice in ((0.0, own), (2.0, [a for a in dict.fromkeys(every) if a not in own])):
        for attribute in choice:
            if attribute != node.attr:
                yield extra + 0.7 * bits(len(choice)), changed(node, attr=attribute)


def without_attribute(node: ast.Attribute, context: Context) -> Changes:
    """Take the object itself."""
    yield 0.0, node.value


def missing_attribute(node: ast.Name, context: Context) -> Changes:
    """Take an attribute of the object there."""
    attributes = context.facts.attributes(node.id)
    parent = context.tree.parent(node)
    for attribute in attributes:
        if not (isinstance(parent, ast.Attribute) and parent.attr == attribute):
            yield bits(len(attributes)), ast.Attribute(node, attribute, LOAD)


def other_target(node: ast.Name, context: Context) -> Changes:
    """Assign to another variable."""
    if not isinstance(context.tree.statement(node), (ast.Assign, ast.AugAssign, ast.For)):
        return
    if isinstance(context.tree.parent(node), ast.comprehension):
        return
    known = context.scope.locals_of(context.tree.function(node))
    if context.only_binding(context.tree.statement(node)):
        return
    yield from ((bits(len(known)), store(name)) for name in known if name != node.id)


def other_place(node: ast.expr, context: Context) -> Changes:
    """Assign to an element or attribute that the function uses elsewhere."""
    if not isinstance(context.tree.statement(node), (ast.Assign, ast.AugAssign)):
        return
    for part in context.in_function(node):
        if not isinstance(part, (ast.Subscript, ast.Attribute)) or part is node or context.tree.role(part) == "callee":
            continue
        sliced = isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice)
        if not sliced and context.defined(node, part):
            yield 0.0, part


def target_order(node: ast.Tuple, context: Context) -> Changes:
    """Exchange two targets."""
    for index in range(len(node.elts) - 1):
        parts = [*node.elts]
        parts[index], parts[index + 1] = parts[index + 1], parts[index]
        yield 0.0, changed(node, elts=parts)


ROWS = (
    Operator("variable", (ast.Name,), 3.5, other_variable),  # a -> b
    Operator("attribute", (ast.Attribute,), 3.5, other_attribute),  # a.x -> a.y
    Operator("drop attribute", (ast.Attribute,), 5.0, without_attribute),  # a.x -> a
    Operator("missing attribute", (ast.Name,), 5.0, missing_attribute),  # a -> a.x
    Operator("assigned variable", (ast.Name,), 5.0, other_target, STORED),  # a = v -> b = v
    Operator("assigned place", (ast.Name, ast.Subscript, ast.Attribute), 6.5, other_place, STORED),  # a = v -> b[i] = v
    Operator("target order", (ast.Tuple,), 5.0, target_order, STORED),  # a, b = v -> b, a = v
)
