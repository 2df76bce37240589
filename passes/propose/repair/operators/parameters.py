"""Operators on the parameters of a function that failing tests call with other arguments than it takes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import ROOT, Changes, Operator, Splice
from tracec.passes.propose.repair.operators.repeat_change import renamed, rewritten
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import changed, literal, without
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

USED = 2.0  # bits more to do without a parameter that the function uses; chosen
LATER = 1.0  # bits more for a parameter that has a default, or stands before others; chosen
DEFAULTS = (None, 0, False, True, 1, "")


def surplus_parameter(node: FunctionNode, context: Context) -> Changes:
    """Drop a parameter; what is used of it becomes another."""
    made: list[tuple[float, Splice]] = []
    places = node.args.args
    for at, parameter in enumerate(places) if _is_rejected(node, context) else ():
        if parameter.arg == "self":
            continue
        used = [part for part in context.tree.places if isinstance(part, ast.Name) and part.id == parameter.arg]
        own = at - (len(places) - len(node.args.defaults))  # the place of its default
        defaults = [value for index, value in enumerate(node.args.defaults) if index != own]
        fewer = _taking(node, args=without(places, at), defaults=defaults)
        made.append((USED if used else 0.0, Splice((fewer,))))
        others = [other.arg for other in places if used and other.arg not in (parameter.arg, "self")]
        for other in others:
            made.append((0.5 + 0.5 * bits(len(others)), rewritten(fewer, used, partial(renamed, other))))
    yield from cheapest(made)


def missing_parameter(node: FunctionNode, context: Context) -> Changes:
    """Add a parameter: `self`, what the function uses and nothing binds, what a call names."""
    if not _is_rejected(node, context):
        return
    places = node.args.args
    known = {parameter.arg for parameter in ast.walk(node.args) if isinstance(parameter, ast.arg)}
    plain = not any(getattr(each, "id", "") == "staticmethod" for each in node.decorator_list)
    if context.facts.owner.node is not None and plain and not {"self", "cls"} & known:
        yield 0.0, Splice((_taking(node, args=[ast.arg("self"), *places]),))
    first = len(places) - len(node.args.defaults)
    wanted = dict.fromkeys((*context.scope.unbound(node), *_read_first(context), *context.facts.clues.missing_names))
    for text in (text for text in wanted if text not in known):
        for at in range(first, -1, -1):
            more = _taking(node, args=[*places[:at], ast.arg(text), *places[at:]])
            yield 0.5 + LATER * (at < first), Splice((more,))


def optional_parameter(node: FunctionNode, context: Context) -> Changes:
    """Give the last parameter without a default one."""
    first = len(node.args.args) - len(node.args.defaults)
    if _is_rejected(node, context) and first > 0:
        for extra, value in enumerate(DEFAULTS):
            yield 0.5 * extra, Splice((_taking(node, defaults=[literal(value), *node.args.defaults]),))


def _taking(node: FunctionNode, **fields: Sequence[ast.AST]) -> FunctionNode:
    """The function with other parameters or defaults."""
    return changed(node, args=changed(node.args, **fields))


def _read_first(context: Context) -> list[str]:
    """The variables that the function binds, but not before it reads them: `n = abs(n)`."""
    names = [part for part in context.tree.places if isinstance(part, ast.Name)]
    bound = [part for part in names if isinstance(part.ctx, ast.Store)]
    inner = {part.id for part in bound if isinstance(context.tree.parent(part), (ast.comprehension, ast.For))}
    lines = {part.id: part.lineno for part in reversed(bound)}
    return [
        part.id for part in names if part.id not in inner and part not in bound and part.lineno <= lines.get(part.id, 0)
    ]


def _is_rejected(node: FunctionNode, context: Context) -> bool:
    return any(text.rpartition(".")[2] == node.name for text in context.facts.clues.rejected_calls)


ROWS = (
    Operator("surplus parameter", FUNCTIONS, 3.0, surplus_parameter, ROOT),  # def f(a, b) -> def f(a)
    Operator("missing parameter", FUNCTIONS, 2.0, missing_parameter, ROOT),  # def f(a) -> def f(self, a)
    Operator("optional parameter", FUNCTIONS, 4.5, optional_parameter, ROOT),  # def f(a, b) -> def f(a, b=None)
)
