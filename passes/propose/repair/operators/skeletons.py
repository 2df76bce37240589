"""Operators that put in what a whole block lacks: an import, the loop around it."""

from __future__ import annotations

import ast
from itertools import islice

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import ROOT, STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.ranked import bits
from tracec.passes.syntax.nodes import changed, name, names_in, store
from tracec.passes.syntax.shapes import MAPPINGS, SEQUENCES
from tracec.passes.syntax.tree import FUNCTIONS

SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr)
MODULES = frozenset([
    "bisect", "collections", "copy", "datetime", "functools", "heapq", "itertools", "json", "math",
    "operator", "os", "random", "re", "statistics", "string", "sys", "time",
])  # fmt: skip
MOST_CONDITIONS = 300  # conditions that are looked at for one loop; chosen
# What is usually imported by its own name, and from where.
HOMES: dict[str, tuple[str, ...]] = {
    "math": ("sqrt", "floor", "ceil", "gcd", "factorial", "log", "pi", "sin", "cos", "isclose", "prod", "inf"),
    "collections": ("Counter", "defaultdict", "deque", "namedtuple", "OrderedDict"),
    "itertools": ("permutations", "combinations", "product", "chain", "groupby", "accumulate", "islice", "count"),
    "functools": ("reduce", "lru_cache", "partial", "wraps", "cmp_to_key"),
    "heapq": ("heappush", "heappop", "heapify", "nlargest", "nsmallest"),
    "copy": ("deepcopy",),
    "bisect": ("bisect_left", "bisect_right", "insort"),
    "string": ("ascii_lowercase", "ascii_uppercase", "ascii_letters", "digits", "punctuation"),
    "datetime": ("date", "timedelta"),
    "random": ("randint", "shuffle", "choice"),
}


def imported(node: ast.FunctionDef | ast.AsyncFunctionDef, context: Context) -> Changes:
    """Import a module, or a part of one, that is used and nowhere bound."""
    head = 1 if ast.get_docstring(node, clean=False) is not None and len(node.body) > 1 else 0
    for text in context.scope.unbound(node):
        found: list[ast.stmt] = [ast.Import([ast.alias(text)])] if text in MODULES else []
        found += [ast.ImportFrom(home, [ast.alias(text)], 0) for home, names in HOMES.items() if text in names]
        for statement in found:
            yield 0.0, Splice((changed(node, body=[*node.body[:head], statement, *node.body[head:]]),))


def looped(node: ast.stmt, context: Context) -> Changes:
    """Put a statement that reads a variable which nothing binds into a loop that does."""
    unbound = [text for text in dict.fromkeys(names_in(node)) if text in context.scope.unbound(context.around(node))]
    if len(unbound) != 1:
        return
    wholes = [atom for _, atom in context.variables(node) if atom.fit(SEQUENCES | MAPPINGS) is not None]
    for atom in wholes:
        loop = ast.For(store(unbound[0]), atom.node, [node], [], lineno=0)
        yield bits(len(wholes)), Splice((loop,))
    numbers = [atom for _, atom in context.variables(node) if "int" in atom.shape.types]
    for atom in numbers:
        turns = ast.Call(name("range"), [atom.node], [])
        yield 1.0 + bits(len(wholes) + len(numbers)), Splice((ast.For(store(unbound[0]), turns, [node], [], lineno=0),))


def repeated(node: ast.stmt, context: Context) -> Changes:
    """Repeat a statement as long as a condition holds."""
    for cost, condition in islice(context.predicates(node), MOST_CONDITIONS):
        if _may_change(node, condition):
            yield cost, Splice((ast.While(condition, [node], []),))


def _may_change(node: ast.stmt, condition: ast.expr) -> bool:
    """False where the loop would never end: the statement changes nothing that the condition reads."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    parts = [part for target in targets if target is not None for part in ast.walk(target)]
    bound = {part.id for part in parts if isinstance(part, ast.Name)}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        bound |= {part.id for part in ast.walk(node.value.func.value) if isinstance(part, ast.Name)}
    return not bound.isdisjoint(names_in(condition))


ROWS = (
    Operator("missing import", FUNCTIONS, 3.0, imported, ROOT),  # math.pi -> import math / math.pi
    Operator("missing loop", SIMPLE, 5.0, looped, STATEMENT),  # f(x) -> for x in a: f(x)
    Operator("missing loop", SIMPLE, 9.0, repeated, STATEMENT),  # a -> while p: a
)
