"""Operators on calls that give less than what is called must have."""

from __future__ import annotations

import ast

from tracec.passes.propose.context import Context
from tracec.passes.propose.nodes import changed
from tracec.passes.propose.operators.operator import Changes, Operator
from tracec.passes.propose.ranked import cheapest

INSIDE = 1.0  # bits more to put it before another argument


def unfilled(node: ast.Call, context: Context) -> Changes:
    """One argument more, where a parameter has none, or where `zip` is taken apart into more than it is given."""
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(not k.arg for k in node.keywords):
        return
    wanted = _required(node, context)
    given = [getattr(argument, "id", "") for argument in node.args]
    if len(wanted) <= len(given):
        return
    made = []
    for cost, atom in context.variables(node):
        if isinstance(atom.node, ast.Name) and atom.node.id not in given:
            named = wanted.index(atom.node.id) if atom.node.id in wanted else -1
            for at in range(len(given) + 1):
                price = 0.0 if at == named else 0.5 * (cost - 1.0) + INSIDE * (at < len(given))
                made.append((price, changed(node, args=[*node.args[:at], atom.node, *node.args[at:]])))
    yield from cheapest(made)


def _required(node: ast.Call, context: Context) -> list[str]:
    """The names of the parameters that a call must give by their place; those of `zip` have none."""
    if getattr(node.func, "id", "") == "zip":
        target = getattr(context.tree.parent(node), "target", None)
        return [""] * len(target.elts) if isinstance(target, ast.Tuple) and node.args else []
    own = context.facts.owner.callables if isinstance(node.func, ast.Attribute) else context.facts.file.callables
    called, named = ast.dump(node.func), {keyword.arg for keyword in node.keywords}
    for callee, definition, bound in own:
        if ast.dump(callee) == called:
            places = [*definition.args.posonlyargs, *definition.args.args]
            required = places[bound : len(places) - len(definition.args.defaults)]
            return [parameter.arg for parameter in required if parameter.arg not in named]
    return []


ROWS = (Operator("missing argument", (ast.Call,), 3.0, unfilled),)  # f(a) -> f(a, b), where f must have two
