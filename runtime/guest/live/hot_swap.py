"""Definition -> new code in the live functions that have the old one, in a process that has imported the module."""

from __future__ import annotations
import __future__

import ast
import contextlib
import copy
import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from tracec.runtime.guest import step_counter as ticks
from tracec.runtime.guest.live import assigned

Def = ast.FunctionDef | ast.AsyncFunctionDef
Key = tuple[str, str, int]  # co_filename, co_qualname, co_firstlineno
_FUTURES = 0  # the compiler flags of all `from __future__` features
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag


class NeedsCold(Exception):
    """This change cannot be put into a live process: its module must be imported anew."""


class Index:
    """The functions alive in this process, by the place and by the identity of their code."""

    def __init__(self) -> None:
        self.codes: dict[Key, dict[int, CodeType]] = {}
        self.owners: dict[int, list[FunctionType]] = {}
        self.files: dict[str, set[str]] = {}  # base name -> co_filenames
        for thing in gc.get_objects():
            if type(thing) is FunctionType:
                self._add(thing)

    def _add(self, function: FunctionType) -> None:
        code = function.__code__
        key = (code.co_filename, code.co_qualname, code.co_firstlineno)
        self.codes.setdefault(key, {})[id(code)] = code
        self.owners.setdefault(id(code), []).append(function)
        self.files.setdefault(os.path.basename(code.co_filename), set()).add(code.co_filename)

    def at(self, path: str, qualname: str, lines: tuple[int, ...]) -> list[CodeType]:
        """Every code object, as many as the file was imported times, of the function that begins on one of `lines`."""
        names = [name for name in self.files.get(os.path.basename(path), ()) if os.path.realpath(name) == path]
        keys = [(name, qualname, line) for name in names for line in dict.fromkeys(lines)]
        return [code for key in keys for code in self.codes.get(key, {}).values()]

    def read(self, paths: Iterable[str]) -> None:
        """Read the files' definitions ahead of the first swap; one that cannot be read is left for later."""
        for path in paths:
            with contextlib.suppress(OSError, SyntaxError, ValueError):
                _headers(path)

    def knows(self, path: str) -> bool:
        """True where any live function comes from the file."""
        return any(os.path.realpath(name) == path for name in self.files.get(os.path.basename(path), ()))


_index: Index | None = None
_changed: list[tuple[FunctionType, CodeType]] = []
_defaults: list[tuple[FunctionType, Any, Any]] = []  # with what they had before


def index() -> Index:
    """The index of this process, made at the first call: before `gc.freeze()`, which hides what it looks for."""
    global _index
    _index = _index or Index()
    return _index


def put(change: Mapping[str, Any], *, fuel: bool = False, comparing: bool = False, screened: bool = False) -> None:
    """Make one change, as `guests.protocol.Swap` has it: new code for a function, or a name's new value.

    Raises as `swap` does, and NeedsCold where values are to be compared: only calls of functions are.
    """
    where, source = (change["path"], change["qualname"]), change["source"]
    if not change["expression"]:
        return swap(*where, change["line"], source, fuel, comparing, screened)
    if comparing:
        raise NeedsCold("it changes more than the bodies of functions")
    try:
        assigned.assign(*where, source, _kept())
    except assigned.NotHere as why:
        raise NeedsCold(str(why)) from None


@lru_cache(maxsize=1)
def _kept() -> frozenset[int]:
    """The ids of what defaults of live functions are."""
    functions = [function for owners in index().owners.values() for function in owners]
    values = [(*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values()) for f in functions]
    return frozenset(id(value) for some in values for value in some)


def swap(
    path: str,
    qualname: str,
    line: int,
    source: str,
    fuel: bool = False,
    comparing: bool = False,
    screened: bool = False,
) -> None:
    """Give every live function defined at `path`, `qualname`, `line` the code of `source`.

    `path` is a real path; `line` is the definition's first line (its first decorator's, or that of `def`); `source` is
    the whole new definition, dedented, with its decorators. Live means: reached through properties, wrappers, closures
    and bound methods alike. Raises NeedsCold where a live process cannot take the change,
    SyntaxError where `source` has one. `comparing` is for calls that are compared with others, not for tests: what a
    change of the head, or of code that ran on import, means for the rest of the module is left aside then. `screened`
    is for screening by tests that run the function: what it did on import is left aside, and so is who else saw its
    defaults.
    """
    new = _parse(source, qualname)
    first = min([new.lineno, *(d.lineno for d in new.decorator_list)])
    if "<locals>" in qualname or "<lambda>" in qualname:
        raise NeedsCold("it is defined inside a function")
    codes = index().at(path, qualname, (line, line - (new.lineno - first)))
    if not codes:
        raise NeedsCold("no live function has this code")
    header, known = _headers(path).get((qualname, codes[0].co_firstlineno), ("", None))
    defaults = None
    if not comparing and _header(new) != header:
        defaults = _new_defaults(known, header, new) if screened and known else None
        if defaults is None:
            raise NeedsCold("its name, signature, decorators or docstring differ")
    for count, old in enumerate(codes):
        module = _wrapped(_parse(source, qualname) if count else new, qualname, old.co_firstlineno - first)
        if fuel:
            ticks.ticked(module)
        made = compile(module, old.co_filename, "exec", flags=old.co_flags & _FUTURES, dont_inherit=True)
        if defaults:
            _set_defaults(old, *defaults)
        _replace(
            old,
            comparing or screened,
            next(c for c in _within(made) if c.co_qualname == qualname and c.co_name == old.co_name),
        )


def _parse(source: str, qualname: str) -> Def:
    body = ast.parse(source).body
    if len(body) != 1 or not isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise NeedsCold("it is not one function definition")
    if body[0].name != qualname.rpartition(".")[2]:
        raise NeedsCold("the name differs")
    return body[0]


def _wrapped(new: Def, qualname: str, shift: int) -> ast.Module:
    # def f() of `A.B.f` -> class A: class B: def f(), without which `super()` and `self.__x` mean something else.
    # The decorators stay, for the first line's sake: this module is compiled and never run.
    ast.increment_lineno(new, shift)
    node: ast.stmt = new
    for name in reversed(qualname.split(".")[:-1]):
        node = ast.copy_location(ast.ClassDef(name, [], [], [node], [], **_no_type_params()), new)
    return ast.Module([node], [])


def _no_type_params() -> dict[str, Any]:
    return {"type_params": []} if "type_params" in ast.ClassDef._fields else {}


@lru_cache(maxsize=64)
def _headers(path: str) -> dict[tuple[str, int], tuple[str, Def]]:
    """(qualname, first line) -> what must not differ, and the definition, for every function outside functions."""
    with open(path, "rb") as file:
        tree = ast.parse(file.read(), path)
    return {
        (name, min([node.lineno, *(d.lineno for d in node.decorator_list)])): (_header(node), node)
        for name, node in _definitions(tree, "")
    }


def _definitions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, Def]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, node
        else:
            yield from _definitions(node, f"{prefix}{node.name}." if isinstance(node, ast.ClassDef) else prefix)


def _header(node: Def) -> str:
    kept: list[ast.AST] = [
        *node.decorator_list,
        node.args,
        *([node.returns] if node.returns else []),
        *getattr(node, "type_params", []),
    ]
    return "\n".join([type(node).__name__, node.name, repr(ast.get_docstring(node, clean=False)), *map(ast.dump, kept)])


def _new_defaults(old: Def, header: str, new: Def) -> tuple[dict[int, Any], dict[str, Any]] | None:
    """What a changed head makes of the defaults, by place and by name; None where more than constants differ."""
    theirs, ours = new.args, old.args
    if len(theirs.defaults) != len(ours.defaults) or len(theirs.kw_defaults) != len(ours.kw_defaults):
        return None
    by_place, by_name = dict[int, Any](), dict[str, Any]()
    try:
        for place, (before, after) in enumerate(zip(ours.defaults, theirs.defaults)):
            if ast.dump(before) != ast.dump(after):
                by_place[place] = ast.literal_eval(after)
        for argument, was, now in zip(theirs.kwonlyargs, ours.kw_defaults, theirs.kw_defaults):
            if was and now and ast.dump(was) != ast.dump(now):
                by_name[argument.arg] = ast.literal_eval(now)
    except ValueError:
        return None
    like_before = copy.copy(new)
    like_before.args = copy.copy(theirs)
    like_before.args.defaults, like_before.args.kw_defaults = ours.defaults, ours.kw_defaults
    return (by_place, by_name) if _header(like_before) == header else None


def _set_defaults(code: CodeType, by_place: dict[int, Any], by_name: dict[str, Any]) -> None:
    for function in index().owners.get(id(code), ()):
        values = list(function.__defaults__ or ())
        if by_place and max(by_place) >= len(values):
            raise NeedsCold("its defaults are no longer those of its head")
        _defaults.append((function, function.__defaults__, function.__kwdefaults__))
        for place, value in by_place.items():
            values[place] = value
        function.__defaults__ = tuple(values) or None
        function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), **by_name} or None


def _within(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _within(constant)


def _replace(old: CodeType, late: bool, new: CodeType) -> None:
    changes = list(_pairs(old, new))
    for before, _ in changes:  # all or nothing
        if ticks.ran(before) and not late:
            raise NeedsCold("it ran while its module was imported")
    for before, after in changes:
        for function in index().owners.get(id(before), ()):
            _changed.append((function, function.__code__))
            function.__code__ = after


def changed() -> list[tuple[FunctionType, CodeType]]:
    """The functions that `swap` gave new code, with the code that they had before."""
    return _changed


def restore() -> None:
    """Give every function the code back that it had before the first `swap`."""
    while _changed:
        function, code = _changed.pop()
        function.__code__ = code
    while _defaults:
        function, function.__defaults__, function.__kwdefaults__ = _defaults.pop()
    assigned.restore()


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The code and, by name and order, the inner functions alive since the import (decorators' wrappers, closures)."""
    if old.co_freevars != new.co_freevars:
        raise NeedsCold("it closes over other names")
    yield old, new
    fresh: dict[str, list[CodeType]] = {}
    for code in _inner(new):
        fresh.setdefault(code.co_qualname, []).append(code)
    for code in _inner(old):
        partners = fresh.get(code.co_qualname)
        if partners:
            yield from _pairs(code, partners.pop(0)) if _alive(code) else ()
        elif _alive(code):
            raise NeedsCold(f"{code.co_qualname} is alive and has no successor")


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _alive(code: CodeType) -> bool:
    return id(code) in index().owners or any(map(_alive, _inner(code)))
