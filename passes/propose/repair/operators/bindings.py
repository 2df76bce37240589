"""Operators that bind what nothing binds: variables taken out of another, parameters that were not given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.file_facts import is_self
from tracec.passes.propose.repair.operators.insertions import Insertion, insertion
from tracec.passes.propose.repair.operators.operator import STATEMENT, Operator
from tracec.passes.propose.repair.ranked import bits
from tracec.passes.syntax.nodes import LOAD, assign, call, literal, name, store
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

USED = 1.0  # bits more to take apart what is used otherwise; chosen
TURNED = 2.0  # bits more for another order than that of their use; chosen
MOST_TARGETS = 4  # names that are taken out of one variable; chosen
EMPTY: tuple[tuple[float, ast.expr], ...] = (
    (0.0, ast.Dict([], [])),
    (0.0, ast.List([], LOAD)),
    (1.0, ast.Tuple([], LOAD)),
    (1.0, literal("")),
    (1.0, literal(0)),
    (1.5, call("set")),
)


def unpacked(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Take a variable apart: `a, b = c`, `self.a, self.b = c`."""
    function = context.tree.function(node)
    if not isinstance(function, FUNCTIONS):
        return
    unused = context.scope.unused(function)
    whole = [(cost, atom.node) for cost, atom in context.variables(node, after) if isinstance(atom.node, ast.Name)]
    for extra, targets in _targets(function, context):
        for cost, given in whole:
            price = extra + 0.5 * (cost - 1.0) + USED * (given.id not in unused)
            yield price, assign(ast.Tuple(list(targets), ast.Store()), given)


def _targets(function: FunctionNode, context: Context) -> Iterator[tuple[float, Sequence[ast.expr]]]:
    """The names that nothing binds, as they are read; then attributes as other methods put them together."""
    names = [store(text) for text in context.scope.unbound(function)]
    if 2 <= len(names) <= MOST_TARGETS:
        yield 0.0, names
        yield TURNED, names[::-1]
    methods = [method for method in context.facts.owner.methods if method is not function]
    results = [part.value for method in methods for part in ast.walk(method) if isinstance(part, ast.Return)]
    found = {ast.dump(value): value for value in results if isinstance(value, ast.Tuple) and _is_state(value)}
    for value in found.values():
        parts = [part for part in value.elts if isinstance(part, ast.Attribute)]
        yield bits(len(found)), [ast.Attribute(name("self"), part.attr, ast.Store()) for part in parts]


def _is_state(value: ast.Tuple) -> bool:
    return bool(value.elts) and all(isinstance(part, ast.Attribute) and is_self(part.value) for part in value.elts)


def defaulted(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in `if a is None: a = {}` for a parameter with None as default, of which nothing asks that."""
    function = context.tree.function(node)
    if not isinstance(function, FUNCTIONS) or context.tree.parent(node) is not function:
        return
    tests = [part for part in ast.walk(function) if isinstance(part, ast.Compare)]
    asked = {getattr(test.left, "id", "") for test in tests if isinstance(test.ops[0], (ast.Is, ast.IsNot))}
    open_ = [text for text in _not_given(function) if text not in asked]
    for text in open_:
        test = ast.Compare(name(text), [ast.Is()], [literal(None)])
        for extra, value in EMPTY:
            yield extra + bits(len(open_)), ast.If(test, [assign(store(text), value)], [])


def _not_given(function: FunctionNode) -> list[str]:
    """The parameters with None for a default."""
    spec = function.args
    places = [*spec.posonlyargs, *spec.args]
    pairs = [*zip(places[len(places) - len(spec.defaults) :], spec.defaults), *zip(spec.kwonlyargs, spec.kw_defaults)]
    return [a.arg for a, value in pairs if isinstance(value, ast.Constant) and value.value is None]


ROWS = (
    Operator("take apart", (ast.stmt,), 5.5, insertion(unpacked), STATEMENT),  # + a, b = c
    Operator("missing default", (ast.stmt,), 6.5, insertion(defaulted), STATEMENT),  # + if a is None: a = {}
)
