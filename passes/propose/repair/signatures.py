"""Facts + variables -> calls of what the file defines, whose parameters have the names of variables: `f(size, x=x)`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tracec.passes.propose.repair.facts import Facts
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import words
from tracec.passes.syntax.tree import FunctionNode

# All chosen.
ALIKE = 0.5  # bits for a parameter that shares a word with its variable
STRANGE = 1.5  # bits for a parameter that takes `self`
IDLE = 1.0  # bits less for what nothing else in the file mentions
LEAST_ARGUMENTS = 2  # arguments of a call, unless nothing else in the file mentions the callee


def matched(facts: Facts, function: ast.AST, variables: Mapping[str, ast.expr]) -> list[tuple[float, ast.Call]]:
    """Make calls of functions, classes and methods of the file with every parameter that must be given, by cost."""
    found: list[tuple[float, ast.Call]] = []
    for callee, definition, bound in (*facts.file.callables, *(facts.owner.callables if "self" in variables else ())):
        made = _arguments(definition, bound, variables) if definition is not function else None
        idle = isinstance(callee, ast.Name) and callee.id in facts.file.idle
        if made is not None and (idle or len(made[1]) >= LEAST_ARGUMENTS):
            cost, args, keywords = made
            found.append((max(0.0, cost - IDLE * idle), ast.Call(callee, args, keywords)))
    extra = 0.5 * bits(len(found))
    return [(cost + extra, call) for cost, call in cheapest(found)]


def _arguments(
    definition: FunctionNode, bound: bool, variables: Mapping[str, ast.expr]
) -> tuple[float, list[ast.expr], list[ast.keyword]] | None:
    """Bits, arguments and keywords; None where a parameter finds no variable."""
    spec = definition.args
    places = [*spec.posonlyargs, *spec.args][bound:]
    free = dict(variables)
    cost, skipped = 0.0, False
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    required = len(places) - len(spec.defaults)
    for at, parameter in enumerate([*places, *spec.kwonlyargs]):
        more, variable = _variable(parameter.arg, free)
        given = at < required or (at >= len(places) and spec.kw_defaults[at - len(places)] is None)
        if variable is None and given:
            return None
        if variable is None or (more and not given):
            skipped = True
            continue
        cost += more
        del free[variable]
        if skipped or at >= len(places):
            keywords.append(ast.keyword(parameter.arg, variables[variable]))
        else:
            args.append(variables[variable])
    return cost, args, keywords


def _variable(parameter: str, free: Mapping[str, ast.expr]) -> tuple[float, str | None]:
    """The variable for a parameter, with its bits."""
    if parameter in free and parameter != "self":
        return 0.0, parameter
    alike = [text for text in free if words(text) & words(parameter)]
    if alike:
        return ALIKE * len(alike), min(alike, key=lambda text: len(words(text) ^ words(parameter)))
    return STRANGE, "self" if "self" in free else None
