"""Statements -> the names that they bind in their own scope, and what a name that is read may stand for."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BUILTIN = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Globals:
    """The variables of a module, by how its own statements bind them."""

    data: frozenset[str] = frozenset()  # by something else than an import or one definition
    defined: frozenset[str] = frozenset()  # by one `def` or `class`
    imported: frozenset[str] = frozenset()  # by imports only

    def is_read(self, name: str, *, within: str) -> bool:
        """Tell whether a read of the name is recorded: not what nobody but a statement of the module is likely to set.

        `within` is "call" for what is called, "attr" for what an attribute is read of, else "".
        """
        if name.startswith("__"):
            return False
        if within == "call":
            return name in self.data
        if name in self.imported:
            return not within
        return name in self.data or name in self.defined or name not in BUILTIN


def variables(tree: ast.Module) -> Globals:
    """Find out how the statements of a module bind its variables."""
    first = [*own(tree.body)]
    declared = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    kinds: dict[str, list[str]] = {}
    for name, kind in first:
        kinds.setdefault(name, []).append(kind)
    for name in declared:
        kinds.setdefault(name, []).append("")
    imported = {name for name, how in kinds.items() if set(how) == {"import"}}
    defined = {name for name, how in kinds.items() if how == ["def"]}
    return Globals(frozenset(kinds.keys() - imported - defined), frozenset(defined), frozenset(imported))


def locals_of(node: Any, body: Sequence[ast.AST]) -> tuple[frozenset[str], frozenset[str]]:
    """(the names that a function or class body binds, those it declares global)."""
    declared = {name for inner in scope_of(body) if isinstance(inner, ast.Global) for name in inner.names}
    outer = {name for inner in scope_of(body) if isinstance(inner, ast.Nonlocal) for name in inner.names}
    args = getattr(node, "args", None)
    params = {arg.arg for arg in ast.walk(args) if isinstance(arg, ast.arg)} if args is not None else set()
    types = {param.name for param in getattr(node, "type_params", None) or ()}
    bound = {name for name, _ in own(body)} | params | types
    return frozenset(bound - declared - outer), frozenset(declared)


def own(body: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    """(name, "def", "import" or "" for anything else) of all that statements bind in their own scope."""
    for node in scope_of(body):
        if isinstance(node, DEFINING):
            yield node.name, "def"
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id, ""
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name.partition(".")[0]), "import"
        elif isinstance(node, (ast.MatchAs, ast.MatchStar, ast.MatchMapping, ast.ExceptHandler)):
            name = node.rest if isinstance(node, ast.MatchMapping) else node.name
            if name is not None:
                yield name, ""


def scope_of(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a scope: of functions, classes and lambdas in it what runs here, of comprehensions what is bound
    here.
    """
    todo = list(body)
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, DEFINING):
            todo += [*node.decorator_list, *(node.bases if isinstance(node, ast.ClassDef) else defaults(node.args))]
            todo += [keyword.value for keyword in getattr(node, "keywords", ())]
        elif isinstance(node, ast.Lambda):
            todo += defaults(node.args)
        elif isinstance(node, ast.comprehension):
            todo += [node.iter, *node.ifs]
        else:
            todo += ast.iter_child_nodes(node)


def defaults(args: ast.arguments) -> list[ast.expr]:
    """The defaults of parameters, which run where the definition stands."""
    return [*args.defaults, *(given for given in args.kw_defaults if given is not None)]
