"""A function and a new text of it -> the function that this defines, with the variables of the old one.

Its globals are the module's, its free variables are those that the old one shares, `super()` and private names work.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import linecache
from collections.abc import Mapping
from types import CellType, CodeType, FunctionType
from typing import Any

OUTER, FACTORY = "_tracec_outer", "_tracec_factory"
_numbers = itertools.count(1)


def defined(original: Any, text: str, outside: Mapping[str, Any], owner: type | None) -> Any:
    """Run a text that defines a function of the same name, once; SyntaxError or whatever it raises.

    `outside` are variables around the old function's definition, `owner` is the class that it belongs to.
    """
    name = original.__name__
    path = f"<learned {original.__qualname__} #{next(_numbers)}>"
    tree = ast.parse(text, path)
    scope = class_of(original)
    if scope:
        tree = Mangler(scope).visit(tree)
    cells = cells_for(original, outside, owner, names_in(tree))
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    bound = Mangler(scope).mangled(name) if scope else name
    code = factory_of(tree, bound, tuple(cells), path)
    closure = tuple(cells[free] for free in code.co_freevars)
    made = FunctionType(code, original.__globals__, FACTORY, None, closure)()
    if isinstance(made, FunctionType):
        made.__qualname__, made.__module__ = original.__qualname__, original.__module__
    return made


def class_of(original: Any) -> str:
    """The name of the class that a method is defined in; "" for a function."""
    around = original.__qualname__.rpartition(".")[0].rpartition(".")[2]
    return "" if around == "<locals>" else around


def names_in(tree: ast.AST) -> set[str]:
    """All names that a text mentions; `super` needs `__class__`."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {name for node in ast.walk(tree) if isinstance(node, (ast.Nonlocal, ast.Global)) for name in node.names}
    return found | ({"__class__"} if "super" in found else set())


def cells_for(original: Any, outside: Mapping[str, Any], owner: type | None, used: set[str]) -> dict[str, CellType]:
    """The variables, by name: those that the old function shares, and others that lay around its definition."""
    shared = dict(zip(original.__code__.co_freevars, original.__closure__ or ()))
    cells = {name: cell for name, cell in shared.items() if name in used}
    if "__class__" in used and "__class__" not in cells and owner is not None:
        cells["__class__"] = CellType(owner)
    for name in used - cells.keys() - original.__globals__.keys():
        if name in outside and not hasattr(builtins, name):
            cells[name] = CellType(outside[name])
    return cells


def factory_of(tree: ast.Module, name: str, free: tuple[str, ...], path: str) -> CodeType:
    """The code of a function that runs the text and returns what it defines, with these free variables."""
    ending = ast.Return(ast.Name(name, ast.Load()))
    arguments = ast.arguments([], [ast.arg(one) for one in free], None, [], [], None, [])
    nothing = ast.arguments([], [], None, [], [], None, [])
    factory = ast.parse(f"def {FACTORY}(): pass").body[0]
    outer = ast.parse(f"def {OUTER}(): pass").body[0]
    assert isinstance(factory, ast.FunctionDef)
    assert isinstance(outer, ast.FunctionDef)
    factory.args, factory.body = nothing, [*tree.body, ending]
    outer.args, outer.body = arguments, [factory]
    module = ast.fix_missing_locations(ast.Module([outer], []))
    code = compile(module, path, "exec", dont_inherit=True)
    return inner(inner(code, OUTER), FACTORY)


def inner(code: CodeType, name: str) -> CodeType:
    """The code of a function that a code defines."""
    return next(one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name)


class Mangler(ast.NodeTransformer):
    """Private names as a class makes them: `__v` -> `_C__v`."""

    def __init__(self, scope: str) -> None:
        self._prefix = "_" + scope.lstrip("_")

    def mangled(self, name: str) -> str:
        """A name as it is within the class."""
        private = name.startswith("__") and not name.endswith("__") and "." not in name and len(self._prefix) > 1
        return self._prefix + name if private else name

    def visit(self, node: ast.AST) -> Any:
        """Change every name."""
        for field, value in ast.iter_fields(node):
            if field in ("id", "attr", "arg", "name", "asname") and isinstance(value, str):
                setattr(node, field, self.mangled(value))
            elif field == "names" and isinstance(node, (ast.Global, ast.Nonlocal)):
                node.names = [self.mangled(name) for name in node.names]
        return self.generic_visit(node)
