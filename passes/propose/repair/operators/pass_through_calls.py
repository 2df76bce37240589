"""A place in a function -> calls that pass through what the function was given and does not use, with their bits."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import LOAD, call, name, words
from tracec.passes.syntax.scope import parameters
from tracec.passes.syntax.shapes import CALLABLE, PLAIN
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

CONTAINERS = ("zip", "list", "tuple", "dict", "set", "sorted", "map", "iter", "len", "str")
MOST_CALLEES = 120  # functions and methods that may be called; chosen
MOST_GIVEN = 12  # variables that a callee is given; chosen
LISTS = frozenset(("list", "tuple"))
FILLING = (("dict", ("update", "setdefault")), ("list", ("append", "extend")), ("set", ("add", "update")))
Arguments = tuple[list[ast.expr], list[ast.keyword]]
Costed = tuple[float, ast.expr]


def forwarded(node: ast.stmt, context: Context) -> list[Costed]:
    """Make calls that pass on what is unused, or starred, or all parameters: `f(a, *b, **c)`."""
    function = context.tree.function(node)
    if not isinstance(function, FUNCTIONS):
        return []
    unused = context.scope.unused(function) | context.scope.unread(node)
    stars = frozenset(star.arg for star in (function.args.vararg, function.args.kwarg) if star)
    ends = isinstance(node, (ast.Return, ast.Pass))
    delegated = [*_delegated(function, context), *context.pool(node).matched] if ends else []
    delegated += _called(node, unused, context)
    if not unused | stars:
        return once(delegated)
    own = [(1.5, arguments(function, None))]
    own += [(2.0, ([name("self"), *own[0][1][0]], own[0][1][1]))] if parameters(function)[:1] == ["self"] else []
    own += [(0.0, arguments(function, unused))] if unused else []
    fits = ((text, context.facts.named(text).fits(LISTS)) for text in sorted(unused - stars))
    own += [(0.5 if fit else 1.5, ([ast.Starred(name(text), LOAD)], [])) for text, fit in fits if fit is not False]
    own += [(0.5 if stars & unused else 1.0, arguments(function, stars))] if stars else []
    star = function.args.vararg.arg if function.args.vararg else ""
    own += [(2.0, ([ast.Starred(call("reversed", name(star)), LOAD)], []))] if star in unused else []
    if len(unused) > 1:
        own += [(1.5, arguments(function, frozenset((one,)))) for one in sorted(unused)]
    made: list[Costed] = delegated + [
        (cost + extra, ast.Call(callee, args, keywords))
        for cost, callee in _callees(node, function, context)
        for extra, (args, keywords) in own
        if args or keywords
    ]
    return once(made)


def _delegated(function: FunctionNode, context: Context) -> list[Costed]:
    """`self.a.f()`, `self.a.f(self.b)` in a method `f` without parameters."""
    if parameters(function) != ["self"]:
        return []
    callees = [ast.Attribute(holder, function.name, LOAD) for holder in context.facts.owner.delegates]
    own = [ast.Attribute(name("self"), text, LOAD) for text in context.facts.owner.attributes]
    extra = 0.5 * bits(len(callees))
    made: list[Costed] = [(1.0 + extra, ast.Call(callee, [], [])) for callee in callees]
    made += [(1.0 + extra + 0.5 * bits(len(own)), ast.Call(callee, [a], [])) for callee in callees for a in own]
    return made


def _called(node: ast.stmt, unused: frozenset[str], context: Context) -> list[Costed]:
    """`a()`, `a(b)` for a variable that nothing uses and that may be a function."""
    variables = [(cost, a.node, a.shape) for cost, a in context.variables(node) if isinstance(a.node, ast.Name)]
    made: list[Costed] = []
    for _, callee, shape in variables:
        if callee.id in unused and not shape.types & (PLAIN - {"NoneType"}):
            unsure = 0.0 if shape.types & CALLABLE else 1.0
            made.append((unsure + 0.5, ast.Call(callee, [], [])))
            given = ((cost, v) for cost, v, _ in variables[:MOST_GIVEN] if v is not callee)
            made += [(unsure + 0.5 * (cost - 1.0), ast.Call(callee, [v], [])) for cost, v in given]
    return made


def once(calls: Sequence[Costed]) -> list[Costed]:
    """Keep equal calls once, for the least that one costs; the cheapest first."""
    return list(cheapest({ast.dump(value): (cost, value) for cost, value in reversed([*cheapest(calls)])}.values()))


def arguments(function: FunctionNode, names: frozenset[str] | None) -> Arguments:
    """Pass on the variables among `names`; all parameters but `self` where that is None."""
    spec = function.args
    plain, by_name = ([a.arg for a in some] for some in ((*spec.posonlyargs, *spec.args), spec.kwonlyargs))
    star, stars = (a.arg if a else "" for a in (spec.vararg, spec.kwarg))
    wanted = {*parameters(function)} - {"self", "cls"} if names is None else {*names}
    args: list[ast.expr] = [name(a) for a in plain if a in wanted]
    args += [name(v) for v in sorted(wanted - {*plain, *by_name, star, stars})]
    args += [ast.Starred(name(star), LOAD)] if star in wanted else []
    keywords = [ast.keyword(a, name(a)) for a in by_name if a in wanted]
    keywords += [ast.keyword(None, name(stars))] if stars in wanted else []
    return args, keywords


def _callees(node: ast.stmt, function: FunctionNode, context: Context) -> list[Costed]:
    """What may be called with them: methods, functions that the file calls."""
    facts, scope = context.facts, context.scope
    visible = {seen.name for seen in scope.visible(node)}
    found: list[Costed] = []
    groups: list[list[Costed]] = [
        [(0.5, ast.Attribute(name(receiver), text, LOAD)) for text in facts.methods(receiver)]
        for receiver in dict.fromkeys([*facts.file.methods, "self"])
        if receiver in visible or receiver in scope.module_names
    ]
    groups.append([(1.0, ast.Attribute(name("self"), text, LOAD)) for text in facts.attributes("self")])
    groups.append([(0.0, ast.Attribute(holder, function.name, LOAD)) for holder in facts.owner.delegates])
    above = facts.owner.node is not None and facts.owner.node.bases
    holders = [name(text) for text in facts.file.modules] + ([call("super")] if above else [])
    groups.append([(0.0, ast.Attribute(holder, function.name, LOAD)) for holder in holders])
    groups.append([(0.5, callee) for callee in facts.owner.chains])
    idle = [ast.Attribute(name("self"), text, LOAD) for text in facts.idle]
    groups.append([(0.0, callee) for callee in idle])
    groups.append([(0.0, ast.Attribute(held, text, LOAD)) for held in idle for text in sorted(words(held.attr))])
    groups.append(
        [
            (0.5, ast.Attribute(atom.node, text, LOAD))
            for _, atom in context.variables(node)
            for kind, methods in FILLING
            if kind in atom.shape.types
            for text in methods
        ]
    )
    groups.append([(0.5, name(seen.name)) for seen in scope.visible(node) if seen.kind == "function"])
    groups.append([(0.0, name(text)) for text in facts.file.idle])
    groups.append([(1.5, name(text)) for text in facts.file.called if text not in visible])
    groups.append([(3.0, name(text)) for text in CONTAINERS if text not in facts.file.called])
    for group in groups:
        found += [(cost + 0.5 * bits(len(group)), callee) for cost, callee in group]
    return [pair for pair in cheapest(found) if not _is_same(pair[1], function)][:MOST_CALLEES]


def _is_same(callee: ast.expr, function: FunctionNode) -> bool:
    return isinstance(callee, ast.Name) and callee.id == function.name
