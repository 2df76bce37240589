"""Statements -> the names that they bind and the names that they need from around them. Nothing here recurses."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

ACCESSORS = ("setter", "getter", "deleter")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Free:
    """Names that code takes from around it: `eager` ones when it is run, `lazy` ones when a function in it is."""

    eager: frozenset[str]
    lazy: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """What is around a piece of code: whether it runs `now`, and names that functions and the class there have."""

    now: bool
    local: frozenset[str] = frozenset()
    of_class: frozenset[str] = frozenset()


def bindings(body: Iterable[ast.AST]) -> dict[str, int]:
    """Every name that a block binds itself, with the line that does so first."""
    found: dict[str, int] = {}
    for node in _own(body):
        for name in _bound_by(node):
            found[name] = min(found.get(name, node.lineno), node.lineno)  # type: ignore[attr-defined]
    return found


def declared(tree: ast.AST) -> dict[str, int]:
    """The names that functions say are `global`, each with a line that says so."""
    return {name: node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}


def free(node: ast.AST, annotations: bool = True) -> Free:
    """What a statement needs. A name that a function binds anywhere is its own, one that a class binds the class's.

    Without `annotations` those are lazy, as `from __future__ import annotations` makes them.
    """
    found: dict[bool, set[str]] = {True: set(), False: set()}
    stack = [(node, Reach(True))]
    while stack:
        at, reach = stack.pop()
        if isinstance(at, ast.Name) and isinstance(at.ctx, ast.Load) and at.id not in reach.local | reach.of_class:
            found[reach.now].add(at.id)
        stack += _inside(at, reach, annotations)
    return Free(frozenset(found[True]), frozenset(found[False]))


def is_accessor(node: ast.AST, name: str) -> bool:
    """True for `@name.setter def name(...)`."""
    return any(
        isinstance(d, ast.Attribute) and d.attr in ACCESSORS and isinstance(d.value, ast.Name) and d.value.id == name
        for d in getattr(node, "decorator_list", ())
    )


def _inside(node: ast.AST, reach: Reach, annotations: bool) -> Iterator[tuple[ast.AST, Reach]]:
    """The children of a node, each with what is around it."""
    inner: dict[int, Reach] = {}
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            within = Reach(False, reach.local | _locals(node.args, node.body))
            inner = {id(child): within for child in node.body}
        case ast.Lambda():
            inner = {id(node.body): Reach(False, reach.local | _locals(node.args, []))}
        case ast.ClassDef():
            # What a class binds, its functions do not see.
            within = replace(reach, of_class=frozenset(bindings(node.body)))
            inner = {id(child): within for child in node.body}
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            names = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
            reach = replace(reach, local=reach.local | names)
    if not annotations:
        noted = (getattr(node, "annotation", None), getattr(node, "returns", None))
        inner |= {id(child): replace(reach, now=False) for child in noted if child is not None}
    for child in ast.iter_child_nodes(node):
        yield child, inner.get(id(child), reach)


def _locals(args: ast.arguments, body: Sequence[ast.stmt]) -> frozenset[str]:
    every = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    given = {a.arg for a in every if a is not None}
    outer = {n for s in _own(body) if isinstance(s, (ast.Global, ast.Nonlocal)) for n in s.names}
    return frozenset((given | bindings(body).keys()) - outer)


def _own(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a block that run in it: not what is inside of its definitions, lambdas and comprehensions."""
    stack = list(body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, DEFINITIONS):
            stack += node.decorator_list
        elif isinstance(node, COMPREHENSIONS):
            stack += [n for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
        elif not isinstance(node, ast.Lambda):
            stack += ast.iter_child_nodes(node)


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Name(ctx=ast.Store()):
            yield node.id
        case ast.Import():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names if alias.name != "*")
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
