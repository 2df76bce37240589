"""Operators that supply what a failing test says is missing: a variable, an attribute."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.insertions import Insertion, insertion
from tracec.passes.propose.repair.operators.operator import STATEMENT, Operator
from tracec.passes.propose.repair.operators.pass_through_calls import forwarded
from tracec.passes.propose.repair.ranked import bits
from tracec.passes.propose.repair.similar_code import UNRELATED
from tracec.passes.syntax.nodes import assign, literal, name, names_in, store, words
from tracec.passes.syntax.scope import parameters
from tracec.passes.syntax.tree import FUNCTIONS

# All chosen.
LATE = 1.0  # bits more to give an object an attribute after it was made
MARK = 3.0  # bits for a character that failing tests show
PASSED_THROUGH = 1.0  # bits more for a call that passes on what nothing uses
MOST_ATOMS = 60
MOST_FUNCTIONS = 8
MOST_CALLS = 20  # calls of similar functions
MOST_PASSED_THROUGH = 200  # calls that pass on what nothing uses


def supplied(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `a = b`, `self.a = b`."""
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
    similar = (other for distance, other in context.similar_functions(context.around(node)) if distance < UNRELATED)
    calls = (call.node for other in similar for call in other.calls if call.names <= known)
    yield from ((1.0 + 0.5 * bits(rank + 1), call) for rank, call in enumerate(islice(calls, MOST_CALLS)))
    for cost, atom in context.atoms(node, after=after)[:MOST_ATOMS]:
        alike = words(text) & {word for part in names_in(atom.node) for word in words(part)}
        yield (0.5 if alike else 1.0) * cost, atom.node
    if isinstance(node, ast.Pass) or (text in names_in(node) and not after):
        yield from ((PASSED_THROUGH + cost, call) for cost, call in forwarded(node, context)[:MOST_PASSED_THROUGH])
    yield from ((MARK + 0.5 * bits(rank + 1), literal(mark)) for rank, mark in enumerate(context.facts.marks))
    functions = [seen.name for seen in context.scope.visible(node, after) if seen.kind == "function"]
    functions.sort(key=lambda called: -len(words(called) & words(text)))
    yield from ((3.0 + 0.5 * bits(rank + 1), name(called)) for rank, called in enumerate(functions[:MOST_FUNCTIONS]))


ROWS = (
    Operator("missing name", (ast.stmt,), 5.5, insertion(supplied), STATEMENT),  # + a = b, self.a = b
)
