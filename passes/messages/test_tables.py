"""Text of a test file -> what its tests give and expect, as far as they write it as literals."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tracec.passes.syntax.nodes import literal_value
from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

# Calls that make a value of a value: what they are given is as good as what they return.
TRANSPARENT = frozenset(
    ["approx", "set", "list", "tuple", "dict", "frozenset", "float", "int", "str", "Decimal", "Fraction", "sorted"]
)
MOST_CHECKS = 2000  # checks kept of one test file; chosen


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a test: the literals that it gives to calls, and the literals that it holds results against."""

    given: tuple[object, ...]
    expected: tuple[object, ...]


def checks(text: str, names: Collection[str] = ()) -> tuple[Check, ...]:
    """Read the checks in the test functions of these names (of all, without names); none where `text` is no program.

    `assert f(2) == 4` gives 2 and expects 4; a row of a table, as `parametrize` has it, may give and expect any part.
    """
    tree = module_of(text)
    if tree is None:
        return ()
    outside = _bound(tree.body)
    found: list[Check] = []
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and (not names or node.name in names):
            found += _of_test(node, {**outside, **_bound(node.body)})
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    tables = [s for s in tree.body if isinstance(s, ast.Assign) and _stores(s) & used]
    found += [check for table in tables for check in _tables(table.value)]
    return tuple(found[:MOST_CHECKS])


def _stores(node: ast.Assign) -> set[str]:
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def _bound(body: Iterable[ast.stmt]) -> dict[str, ast.expr]:
    """Names that are given a literal, once."""
    known: dict[str, ast.expr] = {}
    for statement in body:
        for name in _stores(statement) if isinstance(statement, ast.Assign) else ():
            if name in known:
                known[name] = ast.Name(name, ast.Load())  # no longer known
            elif isinstance(statement, ast.Assign):
                known[name] = statement.value
    return {name: value for name, value in known.items() if literal_value(value)}


def _of_test(test: FunctionNode, known: Mapping[str, ast.expr]) -> Iterator[Check]:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            yield _check([node.test, *_truth(node.test)], known)
        elif isinstance(node, ast.Call) and _callee(node).lower().startswith("assert"):
            yield _check([*node.args, *(k.value for k in node.keywords)], known)
    for decorator in test.decorator_list:
        yield from _tables(decorator)
    for statement in test.body:
        yield from _tables(statement)


def _truth(test: ast.expr) -> Iterator[ast.expr]:
    """What `assert f(x)` and `assert not f(x)` expect."""
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    if negated or isinstance(test, ast.Call):
        yield ast.Constant(not negated)


def _callee(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _check(roots: Iterable[ast.expr], known: Mapping[str, ast.expr]) -> Check:
    parts = [part for root in roots for part in _parts(root, False, known)]
    return Check(tuple(v for v, inner in parts if inner), tuple(v for v, inner in parts if not inner))


def _parts(node: ast.AST, inner: bool, known: Mapping[str, ast.expr]) -> Iterator[tuple[object, bool]]:
    """The widest literals below a node, and whether each is an argument of a call."""
    node = known.get(node.id, node) if isinstance(node, ast.Name) else node
    value = literal_value(node)
    if value:
        yield value[0], inner
        return
    if isinstance(node, ast.Call):
        yield from _parts(node.func, inner, known)
        for part in (*node.args, *node.keywords):
            yield from _parts(part, inner or _callee(node) not in TRANSPARENT, known)
        return
    for part in ast.iter_child_nodes(node):
        yield from _parts(part, inner, known)


def _tables(root: ast.AST) -> Iterator[Check]:
    """The rows of every list of rows, and the pairs of every dict, below a node."""
    for node in ast.walk(root):
        if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) > 0:
            for part in node.elts:
                cells = _cells(part)
                if len(cells) > 1:
                    yield Check(cells, cells)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if literal_value(key) and literal_value(value):
                    yield Check(literal_value(key), literal_value(value))


def _cells(node: ast.expr) -> tuple[object, ...]:
    if isinstance(node, ast.Call) and _callee(node) == "param":
        return tuple(value for part in node.args for value in literal_value(part))
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(value for part in node.elts for value in literal_value(part))
    return ()
