"""Swaps -> versions of a program in one live process, the one as it is and changed ones, exchanged in microseconds."""

from __future__ import annotations

import ast
import copy
import functools
import gc
from collections.abc import Iterable, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any

from tracec.runtime.differential.canonical import canonical
from tracec.runtime.guest.live import hot_swap

LARGEST = 20_000  # characters of a global's text up to which its contents are put back; chosen


class Version:
    """Live functions and what each has while the version is on: code, defaults, defaults by name.

    `lines` are those that a change touched, by the code that they are in.
    """

    def __init__(self) -> None:
        self.have: dict[FunctionType, tuple[CodeType, Any, Any]] = {}
        self.lines: dict[CodeType, frozenset[int]] = {}
        self.header = False

    def put_on(self) -> None:
        """From here on live functions are as in this version; those that it does not name stay as they are."""
        for function, (code, defaults, by_name) in self.have.items():
            function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, by_name


def prepared(changes: Sequence[Mapping[str, Any]], edits: Sequence[Mapping[str, Any]]) -> tuple[Version, Version]:
    """(the program as it is, the one with the changes), both naming the functions that change.

    `changes` are swaps; `edits` says of each which lines of its old and new text differ, and whether its header does.
    Raises NeedsCold where a live process cannot take the change.
    """
    old, new = Version(), Version()
    for change, edit in zip(changes, edits, strict=True):
        before = len(hot_swap.changed())
        hot_swap.put(change, fuel=True, comparing=True)
        for function, code in hot_swap.changed()[before:]:
            own = function.__defaults__, function.__kwdefaults__
            main = function.__code__.co_qualname == change["qualname"]
            heads = _defaults(change["source"], function) if edit["header"] and main else own
            old.have[function], new.have[function] = (code, *own), (function.__code__, *heads)
            for version, made, lines in ((old, code, edit["old"]), (new, function.__code__, edit["new"])):
                touched = frozenset(made.co_firstlineno + line - 1 for line in lines)
                version.lines.update(dict.fromkeys(_all(made), touched) if main else {})
        new.header = new.header or edit["header"]
    hot_swap.restore()
    return old, new


def _defaults(source: str, function: FunctionType) -> tuple[Any, Any]:
    """The defaults that a definition gives, in the module of the function."""
    node = ast.parse(source).body[0]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    plain = tuple(_value(part, function) for part in node.args.defaults)
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults)
    by_name = {arg.arg: _value(part, function) for arg, part in pairs if part is not None}
    return plain or None, by_name or None


def _value(node: ast.expr, function: FunctionType) -> object:
    try:
        return eval(compile(ast.Expression(node), function.__code__.co_filename, "eval"), function.__globals__)
    except Exception as error:
        raise hot_swap.NeedsCold(f"its default {ast.unparse(node)} cannot be made here: {error}") from None


def _all(code: CodeType) -> Iterable[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all(constant)


class State:
    """What calls may leave behind that the next one would see: plain globals, and the caches of `lru_cache`."""

    def __init__(self, functions: Iterable[FunctionType]) -> None:
        spaces = {id(f.__globals__): f.__globals__ for f in functions}.values()
        self._kept = [(space, name, value, self._copy(value)) for space in spaces for name, value in _plain(space)]
        gc.unfreeze()
        kind = type(functools.lru_cache(int))
        self._caches = [thing for thing in gc.get_objects() if type(thing) is kind]

    def _copy(self, value: Any) -> Any:
        return copy.deepcopy(value) if isinstance(value, (list, dict, set)) else value

    def restore(self) -> None:
        """As it was at the start."""
        for space, name, value, kept in self._kept:
            space[name] = value
            if isinstance(value, list):
                value[:] = copy.deepcopy(kept)
            elif isinstance(value, (dict, set)):
                value.clear()
                value.update(copy.deepcopy(kept))
        for cache in self._caches:
            cache.cache_clear()


def _plain(space: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in list(space.items()):
        if name.startswith("__"):
            continue
        if type(value) in (list, dict, set):
            try:
                copy.deepcopy(value)
            except Exception:
                continue
            if len(canonical(value)) <= LARGEST:
                yield name, value
        elif type(value) in (int, float, str, bool, bytes, tuple, frozenset, type(None)):
            yield name, value
