"""Modules + function -> what its kin do, which it may lack: namesakes, near copies, its own class, those beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracec.passes.syntax.nodes import is_docstring, names_in, plainly
from tracec.passes.syntax.scope import parameters
from tracec.passes.syntax.tree import FUNCTIONS, Function

SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Raise, ast.Delete)
ALIKE, LEAST_ALIKE = 0.3, 2  # the share of their statements that near copies have in common, and how many at least
HALF = 0.5  # the share that will do where it is a single one
ABROAD, SAME_CLASS, ELSEWHERE = 1.0, 1.5, 3.0  # bits by which they are further away than functions of the same name
NEXT, NEIGHBOUR = 2, 2.0  # functions before and after one, and how far away they are at most
MOST_ABROAD, MOST_KIN, MOST_FAR = 8, 24, 60
LEAST_COMMON = 2  # variables that a statement of a function that is no kin has in common with the one that may lack it
LARGEST = 20  # nodes of an `if` that is taken as one statement


@dataclass(frozen=True, slots=True)
class Part:
    """A statement of another function, and the texts of what stands before and after it."""

    node: ast.stmt
    text: str
    before: str
    after: str
    names: frozenset[str]  # that must be known for it to run


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression of another function, and the names that must be known for it."""

    node: ast.expr
    names: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """A function of the file, the class it is in, its statements, what it returns and calls."""

    function: Function
    owner: ast.ClassDef | None
    parts: tuple[Part, ...]
    texts: frozenset[str]
    results: tuple[Piece, ...]
    calls: tuple[Piece, ...]


def kin_of(module: ast.Module | None, others: Sequence[ast.Module], function: ast.AST) -> list[tuple[float, Home]]:
    """The kin of a function with their distance in bits, the nearest first, then functions that are none.

    Of `others`, the other files, only functions of the same name are.
    """
    every = [_home(each, owner) for each, owner in _functions(module)] if module else []
    own = next((home for home in every if home.function is function), None)
    if own is None:
        return []
    line, name = own.function.lineno, own.function.name
    at = every.index(own)
    beside = every[max(0, at - NEXT) : at + NEXT + 1]
    found = [
        (min(_distance(own, home), NEIGHBOUR if home in beside else ELSEWHERE), abs(home.function.lineno - line), home)
        for home in every
        if home is not own
    ]
    abroad = [_home(each, owner) for other in others for each, owner in _functions(other) if each.name == name]
    abroad.sort(key=lambda home: -len(home.texts & own.texts))
    found += [(ABROAD, 0, home) for home in abroad[:MOST_ABROAD]]
    found.sort(key=lambda triple: triple[:2])
    near = [(distance, home) for distance, _, home in found if distance < ELSEWHERE][:MOST_KIN]
    return near + [(distance, home) for distance, _, home in found if distance == ELSEWHERE][:MOST_FAR]


def parts_of(kin: Sequence[tuple[float, Home]], function: Function) -> list[tuple[float, Part]]:
    """The statements of kin that a function does not have; of others, those over its own variables."""
    own = {ast.dump(plainly(part)) for part in ast.walk(function) if isinstance(part, ast.stmt)}
    names = {part.id for part in ast.walk(function) if isinstance(part, ast.Name)} | {*parameters(function)}
    return [
        (distance, part)
        for distance, home in kin
        for part in home.parts
        if part.text not in own and (distance < ELSEWHERE or len(part.names & names) >= LEAST_COMMON)
    ]


def neighbours(block: Sequence[ast.stmt], at: int, following: int, above: ast.AST | None) -> tuple[str, str]:
    """The texts of what stands before place `at` of a block, its header where that is the first, and at `following`."""
    first = at == 0 or (at == 1 and is_docstring(block[0]))
    before = header_of(above) if first else ast.dump(plainly(block[at - 1]))
    return before, ast.dump(plainly(block[following])) if following < len(block) else ""


def header_of(node: ast.AST | None) -> str:
    """What leads to a block."""
    if isinstance(node, FUNCTIONS):
        return f"def {node.name}"
    test = getattr(node, "test", None) or getattr(node, "iter", None)
    return type(node).__name__ + (ast.dump(test) if test else "")


def _distance(own: Home, home: Home) -> float:
    common = len(own.texts & home.texts)
    if home.function.name == own.function.name:
        return 0.0
    share = common / max(1, min(len(own.texts), len(home.texts)))
    if share >= (ALIKE if common >= LEAST_ALIKE else HALF):
        return 0.0
    return SAME_CLASS if own.owner is home.owner and own.owner else ELSEWHERE


@lru_cache(maxsize=256)
def _functions(module: ast.Module) -> list[tuple[Function, ast.ClassDef | None]]:
    """All functions of a file with their classes, those in functions left out."""
    return [*_inside(module.body, None)]


def _inside(body: Sequence[ast.stmt], owner: ast.ClassDef | None) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _inside(node.body, node)
        elif isinstance(node, FUNCTIONS):
            yield node, owner


@lru_cache(maxsize=4096)
def _home(function: Function, owner: ast.ClassDef | None) -> Home:
    parts = tuple(_parts(function))
    inside = [*ast.walk(function)]
    results = [_piece(part.value) for part in inside if isinstance(part, ast.Return) and part.value]
    calls = [_piece(part) for part in inside if isinstance(part, ast.Call)]
    return Home(function, owner, parts, frozenset(part.text for part in parts), tuple(results), tuple(calls))


def _piece(node: ast.expr) -> Piece:
    return Piece(node, frozenset(names_in(node)))


def _parts(node: ast.AST) -> Iterator[Part]:
    for field in ("body", "orelse", "finalbody", "handlers"):
        block: list[ast.stmt] = getattr(node, field, None) or []
        for at, statement in enumerate(block):
            if (isinstance(statement, SIMPLE) or _is_small(statement)) and not is_docstring(statement):
                before, after = neighbours(block, at, at + 1, node)
                plain = plainly(statement)
                yield Part(plain, ast.dump(plain), before, after, frozenset(names_in(plain)))
            if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                yield from _parts(statement)


def _is_small(statement: ast.stmt) -> bool:
    """True for `if p: a` that is worth a place elsewhere."""
    if not isinstance(statement, ast.If) or statement.orelse or len(statement.body) != 1:
        return False
    return sum(1 for _ in ast.walk(statement)) <= LARGEST
