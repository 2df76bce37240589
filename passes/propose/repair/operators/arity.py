"""Operators on calls that give less than what is called must have, or may well have."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import VALUE_OR_EFFECT, Changes, Operator
from tracec.passes.propose.repair.pools import Snippet
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import changed, last_name, name
from tracec.passes.syntax.tree import FUNCTIONS

INSIDE = 1.0  # bits more to put it before another argument; chosen
MOST_TRIED = 60  # atoms that are tried as an argument; chosen
# Functions and methods of Python that must have so many arguments.
LEAST_ARGUMENTS = {
    "divmod": 2, "filter": 2, "getattr": 2, "hasattr": 2, "insert": 2, "isinstance": 2, "issubclass": 2, "map": 2,
    "pow": 2, "reduce": 2, "replace": 2, "setattr": 3,
}  # fmt: skip
# What the second argument is where it is given at all.
SECOND = {"enumerate": "int", "int": "int", "round": "int", "sum": "int", "open": "str", "join": "str", "strip": "str"}


def unfilled(node: ast.Call, context: Context) -> Changes:
    """Add an argument where a parameter has none, or where `zip` is taken apart into more than it is given."""
    wanted, given = _required(node, context), [getattr(argument, "id", "") for argument in node.args]
    if len(wanted) <= len(given) or not _is_plain(node):
        return
    made = []
    for cost, atom in context.atoms(node)[:MOST_TRIED]:
        text = _id(atom)
        if text not in given or not text:
            named = wanted.index(text) if text and text in wanted else -1
            for at in range(len(given) + 1):
                price = 0.0 if at == named else 0.5 * (cost - 1.0) + INSIDE * (at < len(given))
                made.append((price, changed(node, args=[*node.args[:at], atom.node, *node.args[at:]])))
    yield from cheapest(made)


def optional(node: ast.Call, context: Context) -> Changes:
    """Give a parameter the variable of its name, or `int`, `round` and the like the second argument they may have."""
    if not _is_plain(node):
        return
    visible = {_id(atom): cost for cost, atom in context.variables(node)}
    places = _parameters(node, context)
    given = {*places[: len(node.args)], *(keyword.arg for keyword in node.keywords)}
    at_hand = [text for text in places if text in visible and text not in given]
    for text in at_hand:
        if text == places[len(node.args)]:
            yield bits(len(at_hand)), changed(node, args=[*node.args, name(text)])
        else:
            yield bits(len(at_hand)), changed(node, keywords=[*node.keywords, ast.keyword(text, name(text))])
    needed = SECOND.get(getattr(node.func, "id", ""))
    if needed and len(node.args) == 1 and not node.keywords:
        made = (
            (0.5 * (cost - 1.0), atom.node) for cost, atom in context.atoms(node, frozenset((needed,)))[:MOST_TRIED]
        )
        yield from ((cost, changed(node, args=[*node.args, value])) for cost, value in cheapest(made))


def _is_plain(node: ast.Call) -> bool:
    return not any(isinstance(argument, ast.Starred) for argument in node.args) and all(k.arg for k in node.keywords)


def _id(atom: Snippet) -> str:
    return getattr(atom.node, "id", "")


def _required(node: ast.Call, context: Context) -> Sequence[str]:
    """The names of the parameters that a call must give by their place; "" where only the number counts."""
    called = last_name(node.func)
    if called == "zip":
        target = getattr(context.tree.parent(node), "target", None)
        return [""] * len(target.elts) if isinstance(target, ast.Tuple) and node.args else []
    named = {keyword.arg for keyword in node.keywords}
    found = _parameters(node, context, required=True)
    return [text for text in found if text not in named] if found else [""] * LEAST_ARGUMENTS.get(called, 0)


def _parameters(node: ast.Call, context: Context, *, required: bool = False) -> list[str]:
    """The parameters of a function, class or method of the file, as far as they have a place."""
    own = context.facts.owner.callables if isinstance(node.func, ast.Attribute) else context.facts.file.callables
    called = ast.dump(node.func)
    for callee, definition, bound in own:
        if isinstance(definition, FUNCTIONS) and ast.dump(callee) == called:
            places = [*definition.args.posonlyargs, *definition.args.args]
            last = len(places) - len(definition.args.defaults) if required else len(places)
            return [parameter.arg for parameter in places[bound:last]]
    return []


ROWS = (
    Operator("missing argument", (ast.Call,), 3.0, unfilled, VALUE_OR_EFFECT),  # f(a) -> f(a, b), where f must have two
    Operator("missing argument", (ast.Call,), 4.5, optional, VALUE_OR_EFFECT),  # f(a) -> f(a, b), where f may have b
)
