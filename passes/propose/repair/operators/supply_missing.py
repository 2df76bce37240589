"""Operators that supply what a failing test says is missing: a variable, an attribute."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.insertions import STATEMENT, Insertion, insertion
from tracec.passes.propose.repair.operators.operator import Operator
from tracec.passes.propose.repair.operators.pass_through_calls import forwarded
from tracec.passes.propose.repair.ranked import bits
from tracec.passes.propose.repair.similar_code import ELSEWHERE
from tracec.passes.syntax.nodes import assign, literal, name, names_in, store, words
from tracec.passes.syntax.scope import parameters
from tracec.passes.syntax.tree import FUNCTIONS

LATE = 1.0  # bits more to give an object an attribute after it was made
MARK = 3.0  # bits for a character that failing tests show
HANDED = 1.0  # bits more for a call of what nothing uses
MOST_ATOMS, MOST_FUNCTIONS, MOST_CALLS, MOST_HANDED = 60, 8, 20, 200


def supplied(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """`a = b`, `self.a = b`."""
    function = context.tree.function(node)
    if not isinstance(function, FUNCTIONS):
        return
    read = set(names_in(function))
    for text in dict.fromkeys([*context.facts.clues.own_missing_names, *context.scope.unbound(function)]):
        target: ast.expr = store(text)
        late = 0.0
        if text not in read:
            if parameters(function)[:1] != ["self"]:
                continue
            target = ast.Attribute(name("self"), text, ast.Store())
            late = 0.0 if function.name == "__init__" else LATE
        yield from ((late + cost, assign(target, value)) for cost, value in _values(text, node, context, after))


def _values(text: str, node: ast.stmt, context: Context, after: bool) -> Iterator[tuple[float, ast.expr]]:
    """What the file gives such a name elsewhere, then a variable of nearly that name, then anything."""
    given = [value for value in context.facts.file.given.get(text, ()) if context.defined(node, value, after)]
    yield from ((0.5 * bits(rank + 1), value) for rank, value in enumerate(given))
    known = context.scope.defined(node, after)
    kin = (home for distance, home in context.kin(context.around(node)) if distance < ELSEWHERE)
    calls = (call.node for home in kin for call in home.calls if call.names <= known)
    yield from ((1.0 + 0.5 * bits(rank + 1), call) for rank, call in enumerate(islice(calls, MOST_CALLS)))
    for cost, atom in context.atoms(node, after=after)[:MOST_ATOMS]:
        alike = words(text) & {word for part in names_in(atom.node) for word in words(part)}
        yield (0.5 if alike else 1.0) * cost, atom.node
    if isinstance(node, ast.Pass) or (text in names_in(node) and not after):
        yield from ((HANDED + cost, call) for cost, call in forwarded(node, context)[:MOST_HANDED])
    yield from ((MARK + 0.5 * bits(rank + 1), literal(mark)) for rank, mark in enumerate(context.facts.marks))
    functions = [seen.name for seen in context.scope.visible(node, after) if seen.kind == "function"]
    functions.sort(key=lambda called: -len(words(called) & words(text)))
    yield from ((3.0 + 0.5 * bits(rank + 1), name(called)) for rank, called in enumerate(functions[:MOST_FUNCTIONS]))


ROWS = (
    Operator("missing name", (ast.stmt,), 5.5, insertion(supplied), STATEMENT),  # + a = b, self.a = b
)
