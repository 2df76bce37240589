"""Node -> the names that may be used there, with how sure it is that each is bound."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from tracec.passes.syntax.nodes import names_in, target_names
from tracec.passes.syntax.tree import FUNCTIONS, LOOPS, FunctionNode, Tree

BUILTINS = frozenset(dir(builtins))
# Bits more for names that are less likely meant; all chosen.
MAYBE = 1.0  # bound on some ways only
LATER = 2.0  # bound further down in a loop
OUTER = 0.7  # of a function around
MODULE = 1.5  # of the module
UNUSED = 1.0  # bits less for a name that nothing uses yet; chosen
Position = tuple[int, int]  # line and column, as `ast` counts them


@dataclass(frozen=True, slots=True)
class Binding:
    """A variable of a function: the statement that binds it, and from which place on."""

    name: str
    statement: ast.stmt
    position: Position


@dataclass(frozen=True, slots=True)
class Visible:
    """A name in scope. `extra` is in bits; `arity` is that of a function of this file, else None."""

    name: str
    extra: float
    kind: str  # local, outer, module, function
    arity: int | None = None
    definition: FunctionNode | None = None


class Scope:
    """The names of one definition and of the module around it."""

    def __init__(self, tree: Tree, module: ast.Module | None) -> None:
        self._tree, self._module = tree, module
        self.module_names = _module_names(module)
        self._bindings: dict[ast.AST, list[Binding]] = {}
        self._unused: dict[ast.AST | None, frozenset[str]] = {}
        self._unbound: dict[ast.AST, list[str]] = {}

    def visible(self, node: ast.AST, after: bool = False) -> list[Visible]:
        """List the variables and functions that may be read at `node`, or with `after` when the statement is done."""
        found: dict[str, Visible] = {}
        unused = self.unused(self._tree.function(node))
        for name, extra, kind in self._variables(node, after):
            extra -= UNUSED if name in unused else 0.0
            if name not in found or extra < found[name].extra:
                found[name] = Visible(name, extra, kind)
        for function in self._functions(node):
            if function.name not in found:
                missed = function.name in unused
                found[function.name] = replace(function, extra=function.extra - UNUSED) if missed else function
        return list(found.values())

    def defined(self, node: ast.AST, after: bool = False) -> frozenset[str]:
        """Return every name that may be read at `node`, imports and builtins included."""
        own = (seen.name for seen in self.visible(node, after))
        return frozenset((*own, *self.module_names, *BUILTINS))

    def unused(self, function: ast.AST | None, *, of_class: bool = False) -> frozenset[str]:
        """Find parameters, variables and inner functions that are never read: it may be that this is what is missing.

        `cls` counts only where it is asked for (`of_class`), `self` never.
        """
        if of_class and "cls" in self.locals_of(function):
            used = {node.id for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Name)}
            return self.unused(function) | frozenset({"cls"} - used)
        if function not in self._unused:
            own = [name for name in self.locals_of(function) if name not in ("self", "cls") and name[0] != "_"]
            names = [node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Name)]
            read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
            self._unused[function] = frozenset(name for name in own if name not in read)
        return self._unused[function]

    def unread(self, node: ast.AST) -> frozenset[str]:
        """Return variables that are only read in branches that are not taken where `node` is."""
        function = self._tree.function(node)
        inside = {up: self._tree.places[below].field for below, up in self._steps(node) if isinstance(up, ast.If)}
        read: set[str] = set()
        for part in ast.walk(function) if function and inside else ():
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                branches = (up in inside and self._tree.places[b].field != inside[up] for b, up in self._steps(part))
                read |= set() if any(branches) else {part.id}
        bound = (binding.name for binding in self._bound(function)) if isinstance(function, FUNCTIONS) else ()
        return frozenset(bound) - read if inside else frozenset()

    def _steps(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Each step up from a node: from where, to where."""
        for up in self._tree.above(node):
            yield node, up
            node = up

    def unbound(self, function: ast.AST) -> list[str]:
        """Return names that a function reads and that neither it, nor the file, nor Python binds."""
        if not isinstance(function, FUNCTIONS):
            return []
        if function not in self._unbound:
            parts = list(ast.walk(function))
            own = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
            inner = {part.name for part in parts if isinstance(part, (*FUNCTIONS, ast.ClassDef))}
            known = own | inner | {*self.locals_of(function)} | self.defined(function.body[-1])
            self._unbound[function] = [n for n in dict.fromkeys(names_in(function)) if n not in known]
        return self._unbound[function]

    def locals_of(self, function: ast.AST | None) -> list[str]:
        """Return the parameters and variables of a function, in the order of the source."""
        if not isinstance(function, FUNCTIONS):
            return []
        return list(dict.fromkeys([*parameters(function), *(b.name for b in self._bound(function))]))

    def _variables(self, node: ast.AST, after: bool) -> Iterator[tuple[str, float, str]]:
        yield from ((name, 0.0, "local") for name in self._comprehended(node))
        function = self._tree.function(node)
        if function is not None:
            yield from ((name, 0.0, "local") for name in parameters(function))
            yield from ((name, extra, "local") for name, extra in self._local(node, function, after))
        for outer in self._outer(function):
            yield from ((name, OUTER, "outer") for name in self.locals_of(outer))
        yield from ((name, MODULE, "module") for name in _module_constants(self._module))

    def _outer(self, function: ast.AST | None) -> Iterator[FunctionNode]:
        if function is not None:
            yield from (up for up in self._tree.above(function) if isinstance(up, FUNCTIONS))
            yield from self._around

    @cached_property
    def _around(self) -> list[FunctionNode]:
        """The functions of the file in which the definition itself stands, the innermost first."""
        path = _path(self._module, self._tree.root) if self._module else []
        return [node for node in path if isinstance(node, FUNCTIONS)]

    def _functions(self, node: ast.AST) -> Iterator[Visible]:
        inner = [up for up in self._tree.above(node) if isinstance(up, FUNCTIONS)]
        for function in [*inner, *self._around]:
            for binding in self._bound(function):
                if isinstance(binding.statement, FUNCTIONS):
                    yield Visible(binding.name, OUTER, "function", arity(binding.statement), binding.statement)
        yield from _module_functions(self._module)

    def _comprehended(self, node: ast.AST) -> Iterator[str]:
        below = node
        for up in self._tree.above(node):
            if isinstance(up, ast.stmt):
                return
            if isinstance(up, ast.Lambda) and below is up.body:
                yield from (argument.arg for argument in up.args.args)
            elif isinstance(up, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                yield from _targets_before(up, below, node, self._tree)
            below = up

    def _local(self, node: ast.AST, function: FunctionNode, after: bool) -> Iterator[tuple[str, float]]:
        statement = self._tree.statement(node)
        here = (statement.end_lineno or 0, 1 << 30) if after else (statement.lineno, statement.col_offset)
        around = [statement, *self._tree.above(statement)]
        loops = [up for up in around[1:] if isinstance(up, LOOPS)]
        blocks = {self._block(up) for up in around}
        for binding in self._bound(function):
            sure = binding.statement in around or self._block(binding.statement) in blocks
            if binding.position < here:
                yield binding.name, 0.0 if sure else MAYBE
            elif any(up in loops for up in self._tree.above(binding.statement)):
                yield binding.name, LATER

    def _block(self, statement: ast.AST) -> tuple[ast.AST, str] | None:
        place = self._tree.places.get(statement)
        return (place.parent, place.field) if place else None

    def _bound(self, function: FunctionNode) -> list[Binding]:
        if function not in self._bindings:
            self._bindings[function] = list(_bindings(function.body))
        return self._bindings[function]


@lru_cache(maxsize=64)
def _module_names(module: ast.Module | None) -> frozenset[str]:
    """Names bound anywhere on the top level of the file."""
    return frozenset(name for statement in (module.body if module else ()) for name in _bound_by(statement))


@lru_cache(maxsize=64)
def _module_functions(module: ast.Module | None) -> list[Visible]:
    """The functions defined on the top level of the file, with their arity."""
    functions = [s for s in (module.body if module else ()) if isinstance(s, FUNCTIONS)]
    return [Visible(f.name, MODULE, "function", arity(f), f) for f in functions]


@lru_cache(maxsize=64)
def _module_constants(module: ast.Module | None) -> list[str]:
    """Variables assigned on the top level of the file, in the order of the source."""
    kept = [s for s in (module.body if module else ()) if isinstance(s, (ast.Assign, ast.AnnAssign))]
    names = [name for statement in kept for name in _bound_by(statement)]
    return [name for name in dict.fromkeys(names) if not name.startswith("__")]


def parameters(function: FunctionNode) -> list[str]:
    """Return the names of all parameters, `*args` and `**kwargs` last."""
    spec = function.args
    plain = [argument.arg for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return [*plain, *(argument.arg for argument in (spec.vararg, spec.kwarg) if argument)]


def arity(function: FunctionNode) -> int | None:
    """Count the positional arguments that a function takes; None where that varies."""
    spec = function.args
    if spec.vararg or spec.kwarg or spec.kwonlyargs or spec.defaults:
        return None
    return len(spec.posonlyargs) + len(spec.args)


def _path(top: ast.AST, node: ast.AST) -> list[ast.AST]:
    """The nodes above `node` in the file, by the lines they span, innermost first; empty where it is not in it."""
    line = getattr(node, "lineno", 0)
    for child in ast.iter_child_nodes(top):
        if child is node:
            return [top]
        if getattr(child, "lineno", line) <= line <= (getattr(child, "end_lineno", None) or line):
            found = _path(child, node)
            if found:
                return [*found, top]
    return []


def _targets_before(comprehension: ast.AST, below: ast.AST, node: ast.AST, tree: Tree) -> Iterator[str]:
    generators: list[ast.comprehension] = getattr(comprehension, "generators", [])
    inside = [node, *tree.above(node)]
    for generator in generators:
        if generator is below and generator.iter in inside:
            return  # in its own iterable a generator's target is not bound yet
        yield from target_names(generator.target)
        if generator is below:
            return


def _bindings(body: list[ast.stmt]) -> Iterator[Binding]:
    """The bindings of a block and of the blocks in it, nested functions and classes only by their name."""
    for statement in body:
        position = (statement.lineno, statement.col_offset)
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            yield Binding(statement.name, statement, position)
            continue
        for name in _header_names(statement):
            yield Binding(name, statement, position)
        for block in _blocks(statement):
            yield from _bindings(block)


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    found = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
    found += [handler.body for handler in getattr(statement, "handlers", [])]
    return [*found, *(case.body for case in getattr(statement, "cases", []))]


def _header_names(statement: ast.stmt) -> list[str]:
    """What a statement binds by itself, its blocks not counted."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in statement.names]
    names = [handler.name for handler in getattr(statement, "handlers", []) if handler.name]
    parts = [
        part for field, part in ast.iter_fields(statement) if field not in ("body", "orelse", "finalbody", "handlers")
    ]
    for part in parts:
        for node in part if isinstance(part, list) else [part]:
            if isinstance(node, ast.AST):
                names += _stored(node)
    return names


def _stored(node: ast.AST) -> list[str]:
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp, ast.Lambda)):
        return []
    own = [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []
    return own + [name for child in ast.iter_child_nodes(node) for name in _stored(child)]


def _bound_by(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return [statement.name]
    return [*_header_names(statement), *(n for block in _blocks(statement) for s in block for n in _bound_by(s))]
