"""Name of a module or class -> a new value in the live process, wherever a module has the old one."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Container, Iterator
from functools import lru_cache
from types import CodeType, ModuleType
from typing import Any

# What may be called to make a value: these keep nothing of it and tell nobody.
MAKERS = frozenset(("frozenset", "set", "dict", "list", "tuple", "str", "int", "float", "compile", "sorted", "len"))
# Equal ones may be one object, whoever made them: who has such a value need not have it from here.
SHARED = (int, float, complex, str, bytes, bool, type(None))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_set: list[tuple[Any, str, Any]] = []  # owner, name, what it had


class NotHere(Exception):
    """A live process cannot take this value: its module must be imported anew."""


def assign(path: str, qualname: str, source: str, kept: Container[int]) -> None:
    """Evaluate an expression where it stands, and bind the name to what comes out, in every module that shares it.

    `path` is a real path; `qualname` is the name with the classes around it; `kept` are the ids of what defaults of
    functions are. Raises NotHere where something else was made of the old value on import, or the new one may do more
    than be there; SyntaxError where `source` has one.
    """
    tree = ast.parse(f"({source}\n)", mode="eval")
    scope, _, name = qualname.partition("#")[0].rpartition(".")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(_last(call.func) not in MAKERS for call in calls) or any(isinstance(n, ast.Await) for n in ast.walk(tree)):
        raise NotHere("it calls what may do more than make a value")
    if "#" in qualname or name in _used_on_import(path):
        raise NotHere("its module uses it on import")
    code = compile(tree, path, "eval", dont_inherit=True)
    modules = [m for m in list(sys.modules.values()) if isinstance(m, ModuleType) and _comes_from(m, path)]
    if not modules:
        raise NotHere("no live module has it")
    for module in modules:
        _assign(module, scope, name, code, kept)


def restore() -> None:
    """Give every name the value back that it had before."""
    while _set:
        owner, name, value = _set.pop()
        setattr(owner, name, value)


def _assign(module: ModuleType, scope: str, name: str, code: CodeType, kept: Container[int]) -> None:
    owner = _owner(module, scope)
    if name not in vars(owner):
        raise NotHere("it is not bound")
    old = vars(owner)[name]
    if not isinstance(old, SHARED) and id(old) in kept:
        raise NotHere("a function has it as a default")
    try:
        value = eval(code, vars(module), dict(vars(owner)))
    except Exception as error:
        raise NotHere(f"it cannot be evaluated here: {error}") from None
    for holder, own in dict.fromkeys([(owner, name), *(_sharing(old, name) if owner is module else ())]):
        _set.append((holder, own, old))
        setattr(holder, own, value)


def _sharing(old: Any, name: str) -> Iterator[tuple[ModuleType, str]]:
    """The modules that have a value, and what they call it; of one that may be anybody's, those that call it so too."""
    for module in [m for m in list(sys.modules.values()) if isinstance(m, ModuleType)]:
        names = [name] if isinstance(old, SHARED) else list(vars(module))
        yield from ((module, own) for own in names if vars(module).get(own) is old)


def _owner(module: ModuleType, scope: str) -> Any:
    """The module, or a plain class in it: what a metaclass or a decorator made of the others is not known."""
    owner: Any = module
    for part in scope.split(".") if scope else ():
        owner = vars(owner).get(part)
        if type(owner) is not type or "__dataclass_fields__" in vars(owner) or hasattr(owner, "_fields"):
            raise NotHere("its class is not a plain one")
    return owner


def _comes_from(module: ModuleType, path: str) -> bool:
    file = vars(module).get("__file__")
    return isinstance(file, str) and os.path.basename(file) == os.path.basename(path) and os.path.realpath(file) == path


@lru_cache(maxsize=64)
def _used_on_import(path: str) -> frozenset[str]:
    """The names and attributes that a file reads outside the bodies of functions."""
    with open(path, "rb") as file:
        tree = ast.parse(file.read(), path)
    return frozenset(_read(tree))


def _read(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(node, FUNCTIONS) and child in (node.body if isinstance(node.body, list) else [node.body]):
            continue
        if isinstance(getattr(child, "ctx", None), ast.Load) and (name := _last(child)):
            yield name
        yield from _read(child)


def _last(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))
