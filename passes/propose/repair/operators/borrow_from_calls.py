"""Operators that call a function as the rest of the file does: with the arguments that other calls of it pass."""

from __future__ import annotations

import ast

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import VALUE_OR_EFFECT, Changes, Operator
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import changed, put

MOST_CALLS = 40  # other calls of the same function, the nearest; chosen


def completed(node: ast.Call, context: Context) -> Changes:
    """Add arguments that other calls of the same function have and this one lacks."""
    if any(isinstance(a, ast.Starred) for a in node.args):
        return
    others = _others(node, context)
    longer = [other for other in others if len(other.args) > len(node.args)]
    known = {keyword.arg for keyword in node.keywords}
    made = [[*node.args, *other.args[len(node.args) :]] for other in longer]
    calls = [changed(node, args=args) for args in made]
    calls += [
        changed(node, keywords=[*node.keywords, keyword])
        for other in others
        for keyword in other.keywords
        if keyword.arg and keyword.arg not in known
    ]
    # The more of them have more, the likelier.
    rare = bits(len(others) + 1) - bits(len(longer) + 1)
    yield from _ranked(calls, node, context, rare)


def alike(node: ast.Call, context: Context) -> Changes:
    """Call as another call of the same function does, as it is or with one argument as it is there."""
    others = _others(node, context)
    calls: list[ast.Call] = [*others]
    for other in others:
        if len(other.args) == len(node.args):
            calls += [changed(node, args=put(node.args, at, other.args[at])) for at in range(len(node.args))]
    yield from _ranked(calls, node, context, 0.0)


def _others(node: ast.Call, context: Context) -> list[ast.Call]:
    calls = [call for call in context.facts.file.calls_of.get(ast.dump(node.func), ()) if call is not node]
    return sorted(calls, key=lambda call: abs(call.lineno - node.lineno))[:MOST_CALLS]


def parts(call: ast.Call) -> list[ast.expr]:
    """List what a call passes on."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _ranked(calls: list[ast.Call], node: ast.Call, context: Context, extra: float) -> Changes:
    """Each once, what many have first; those that can be made here."""
    times: dict[str, int] = {}
    first: dict[str, ast.Call] = {}
    for call in calls:
        if all(argument in node.args or context.defined(node, argument) for argument in parts(call)):
            text = ast.dump(call)
            first.setdefault(text, call)
            times[text] = times.get(text, 0) + 1
    most = sum(times.values())
    yield from cheapest((extra + 0.5 * (bits(most) - bits(times[text])), call) for text, call in first.items())


ROWS = (
    Operator("as elsewhere", (ast.Call,), 4.0, completed, VALUE_OR_EFFECT),  # f(a) -> f(a, b), as in another f(c, b)
    Operator("as elsewhere", (ast.Call,), 6.5, alike, VALUE_OR_EFFECT),  # f(a) -> f(c), as in another f(c)
)
