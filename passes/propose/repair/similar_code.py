"""Modules + function -> similar functions, with their distance in bits, and what these do that the function does not.

Similar are functions of the same name, near copies, those of the same class and those that stand beside it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracec.passes.syntax.nodes import is_docstring, names_in, plainly
from tracec.passes.syntax.scope import parameters
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Raise, ast.Delete)
# What makes a function similar; all chosen, see docs/decisions/2026-11-22-kin.md.
COPY_SHARE = 0.3  # share of their statements that near copies have in common
COPY_STATEMENTS = 2  # statements that they have in common at least
SINGLE_SHARE = 0.5  # share that will do where it is a single statement
# Distance in bits; that of functions of the same name in the same file, and of near copies, is 0.
OTHER_FILE = 1.0  # of a function of the same name in another file
SAME_CLASS = 1.5
BESIDE = 2.0  # at most, of the functions before and after one
UNRELATED = 3.0  # of any other function of the file
NEXT = 2  # functions before and after one that stand beside it
MOST_OTHER_FILES = 8  # functions taken of other files
MOST_SIMILAR = 24  # functions taken that are similar
MOST_UNRELATED = 60  # functions taken that are not
LEAST_COMMON = 2  # variables that a statement of an unrelated function has in common with the function at hand
LARGEST_IF = 20  # nodes of the syntax tree of an `if` that is taken as one statement


@dataclass(frozen=True, slots=True)
class SimilarStatement:
    """A statement of another function, and the dumps of what stands before and after it."""

    node: ast.stmt
    text: str
    before: str
    after: str
    names: frozenset[str]  # that must be known for it to run


@dataclass(frozen=True, slots=True)
class SimilarExpression:
    """An expression of another function, and the names that must be known for it."""

    node: ast.expr
    names: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class SimilarFunction:
    """A function, the class it is in, its statements with their dumps, and what it returns and calls."""

    function: FunctionNode
    owner: ast.ClassDef | None
    statements: tuple[SimilarStatement, ...]
    texts: frozenset[str]
    results: tuple[SimilarExpression, ...]
    calls: tuple[SimilarExpression, ...]


Distant = tuple[float, SimilarFunction]  # bits by which a function is away, and the function


def similar_to(module: ast.Module | None, others: Sequence[ast.Module], function: ast.AST) -> list[Distant]:
    """Find the similar functions of a function with their distance in bits, the nearest first, then unrelated ones.

    Of `others`, the other files, only functions of the same name are similar.
    """
    every = [_similar_function(each, owner) for each, owner in _functions(module)] if module else []
    own = next((other for other in every if other.function is function), None)
    if own is None:
        return []
    line, name = own.function.lineno, own.function.name
    at = every.index(own)
    beside = every[max(0, at - NEXT) : at + NEXT + 1]
    found = [
        (min(_distance(own, other), BESIDE if other in beside else UNRELATED), abs(other.function.lineno - line), other)
        for other in every
        if other is not own
    ]
    abroad = [pair for other in others for pair in _functions(other) if pair[0].name == name]
    namesakes = [_similar_function(each, owner) for each, owner in abroad]
    namesakes.sort(key=lambda other: -len(other.texts & own.texts))
    found += [(OTHER_FILE, 0, other) for other in namesakes[:MOST_OTHER_FILES]]
    found.sort(key=lambda triple: triple[:2])
    near = [(distance, other) for distance, _, other in found if distance < UNRELATED][:MOST_SIMILAR]
    return near + [(distance, other) for distance, _, other in found if distance == UNRELATED][:MOST_UNRELATED]


def missing_statements(similar: Sequence[Distant], function: FunctionNode) -> list[tuple[float, SimilarStatement]]:
    """Collect what similar functions do and this one does not; of unrelated ones, what is over its own variables."""
    own = {ast.dump(plainly(part)) for part in ast.walk(function) if isinstance(part, ast.stmt)}
    names = {part.id for part in ast.walk(function) if isinstance(part, ast.Name)} | {*parameters(function)}
    return [
        (distance, part)
        for distance, other in similar
        for part in other.statements
        if part.text not in own and (distance < UNRELATED or len(part.names & names) >= LEAST_COMMON)
    ]


def neighbours(block: Sequence[ast.stmt], at: int, following: int, above: ast.AST | None) -> tuple[str, str]:
    """Dump what stands before place `at` of a block (its header, where that is the first), and at place `following`."""
    first = at == 0 or (at == 1 and is_docstring(block[0]))
    before = header_of(above) if first else ast.dump(plainly(block[at - 1]))
    return before, ast.dump(plainly(block[following])) if following < len(block) else ""


def header_of(node: ast.AST | None) -> str:
    """Write what leads to a block as one text: `def f`, or the kind of the statement with its test or iterable."""
    if isinstance(node, FUNCTIONS):
        return f"def {node.name}"
    test = getattr(node, "test", None) or getattr(node, "iter", None)
    return type(node).__name__ + (ast.dump(test) if test else "")


def _distance(own: SimilarFunction, other: SimilarFunction) -> float:
    common = len(own.texts & other.texts)
    if other.function.name == own.function.name:
        return 0.0
    share = common / max(1, min(len(own.texts), len(other.texts)))
    if share >= (COPY_SHARE if common >= COPY_STATEMENTS else SINGLE_SHARE):
        return 0.0
    return SAME_CLASS if own.owner is other.owner and own.owner else UNRELATED


@lru_cache(maxsize=256)
def _functions(module: ast.Module) -> list[tuple[FunctionNode, ast.ClassDef | None]]:
    """All functions of a file with their classes, those in functions left out."""
    return [*_inside(module.body, None)]


def _inside(body: Sequence[ast.stmt], owner: ast.ClassDef | None) -> Iterator[tuple[FunctionNode, ast.ClassDef | None]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _inside(node.body, node)
        elif isinstance(node, FUNCTIONS):
            yield node, owner


@lru_cache(maxsize=4096)
def _similar_function(function: FunctionNode, owner: ast.ClassDef | None) -> SimilarFunction:
    parts = tuple(_statements(function))
    inside = [*ast.walk(function)]
    results = [_expression(part.value) for part in inside if isinstance(part, ast.Return) and part.value]
    calls = [_expression(part) for part in inside if isinstance(part, ast.Call)]
    return SimilarFunction(function, owner, parts, frozenset(part.text for part in parts), tuple(results), tuple(calls))


def _expression(node: ast.expr) -> SimilarExpression:
    return SimilarExpression(node, frozenset(names_in(node)))


def _statements(node: ast.AST) -> Iterator[SimilarStatement]:
    for field in ("body", "orelse", "finalbody", "handlers"):
        block: list[ast.stmt] = getattr(node, field, None) or []
        for at, statement in enumerate(block):
            if (isinstance(statement, SIMPLE) or _is_small(statement)) and not is_docstring(statement):
                before, after = neighbours(block, at, at + 1, node)
                plain = plainly(statement)
                yield SimilarStatement(plain, ast.dump(plain), before, after, frozenset(names_in(plain)))
            if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                yield from _statements(statement)


def _is_small(statement: ast.stmt) -> bool:
    """True for `if p: a` that is worth a place elsewhere."""
    if not isinstance(statement, ast.If) or statement.orelse or len(statement.body) != 1:
        return False
    return sum(1 for _ in ast.walk(statement)) <= LARGEST_IF
