"""Values -> copies of them, also of objects whose classes get in the way of `copy.deepcopy`."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

SHARED = (type, FunctionType, BuiltinFunctionType, ModuleType, str, bytes, int, float, complex, bool, type(None), range)


def copied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Copies of some values, which share what they shared.

    Where a class answers `__getattr__` for everything, refuses to be pickled or has a `__deepcopy__` that fails, what
    its objects hold is copied instead. What holds anything of the interpreter's own, as open files and locks do, cannot
    be: that exception comes through.
    """
    try:
        return copy.deepcopy(dict(values))
    except Exception:
        memo: dict[int, Any] = {}
        return {name: _copy(value, memo) for name, value in values.items()}


def _copy(value: Any, memo: dict[int, Any]) -> Any:
    kind = type(value)
    if kind is BuiltinFunctionType and not isinstance(value.__self__, ModuleType):
        raise TypeError(f"cannot copy what {value.__name__!r} is a method of")
    if kind in SHARED or isinstance(value, (type, ModuleType)):
        return value
    if id(value) in memo:
        return memo[id(value)]
    if kind in (tuple, frozenset):
        new: Any = kind([_copy(part, memo) for part in value])
        memo[id(value)] = new
        return new
    if kind is MethodType:
        return MethodType(value.__func__, _copy(value.__self__, memo))
    new = memo[id(value)] = _blank(kind)
    _fill(new, value, memo)
    return new


def _blank(kind: type) -> Any:
    """An object of a type, with nothing in it; TypeError where Python cannot make one so."""
    base = next((b for b in (dict, list, set, tuple, str, bytes, int, float) if issubclass(kind, b)), object)
    if base in (tuple, str, bytes, int, float):
        raise TypeError(f"cannot copy {kind.__name__!r}")
    return base.__new__(kind)


def _fill(new: Any, value: Any, memo: dict[int, Any]) -> None:
    """What an object holds, in its items, its `__dict__` and its slots."""
    if isinstance(value, dict):
        for key, held in dict.items(value):
            dict.__setitem__(new, _copy(key, memo), _copy(held, memo))
    elif isinstance(value, list):
        list.extend(new, [_copy(held, memo) for held in list.__iter__(value)])
    elif isinstance(value, set):
        set.update(new, [_copy(held, memo) for held in set.__iter__(value)])
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        own = {}
    for name, held in own.items():
        object.__setattr__(new, name, _copy(held, memo))
    for kind in type(value).__mro__:
        names = kind.__dict__.get("__slots__", ())
        for name in [names] if isinstance(names, str) else names:
            slot: Any = kind.__dict__.get(name)
            if hasattr(slot, "__set__") and name not in ("__dict__", "__weakref__"):
                try:
                    slot.__set__(new, _copy(slot.__get__(value, kind), memo))
                except AttributeError:  # nothing was ever put in
                    continue
