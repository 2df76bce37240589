"""What an object holds -> names and values, read without running code of its class: its dict, its slots, its name."""

from __future__ import annotations

import itertools
import os
import types
import weakref
from builtins import any, frozenset, id, issubclass, type  # as they were at the start
from typing import Any

from tracec.runtime.record.picture_texts import LONG

FEW = 6  # fields of an ordinary object; chosen, as they are looked at each time that it is recorded
PACKAGES = "/site-packages/"
# A class is known by its identity: to look for it in a set would ask its metaclass for a hash.
_MEMBER = id(types.MemberDescriptorType)
_READ = frozenset([_MEMBER, id(types.FunctionType)])  # descriptors that run no code of a guest
_DICTS = frozenset([_MEMBER, id(types.GetSetDescriptorType)])
_HEAP = 1 << 9  # the flag of classes that a program made
_name = type.__dict__["__name__"].__get__  # a metaclass may have a `__name__` of its own
mro_of, _space = type.__dict__["__mro__"].__get__, type.__dict__["__dict__"].__get__
_flags, _module = type.__dict__["__flags__"].__get__, type.__dict__["__module__"].__get__
_of_module = vars(types.ModuleType)["__dict__"].__get__
nothing = object()
_slots: dict[int, tuple[weakref.ref[type], list[str] | None]] = {}  # by the identity of a class


def name_of(kind: type) -> str:
    """A class's own name, as much of it as is shown."""
    name: str = _name(kind)
    return name[:LONG]


def lookup(kind: type, name: str) -> Any:
    """What a class or its bases hold under a name, as it is; `nothing`."""
    return next((_space(base)[name] for base in mro_of(kind) if name in _space(base)), nothing)


def own(value: object, name: str) -> Any:
    """An attribute that an object itself holds, in its dict or a slot; `nothing` where code would have to run."""
    there = lookup(type(value), name)
    if there is not nothing and id(type(there)) not in _READ:
        kind = type(there)
        if any(lookup(kind, method) is not nothing for method in ("__get__", "__set__", "__delete__")):
            return nothing
    try:
        return object.__getattribute__(value, name)
    except Exception:
        return nothing


def is_of_numpy(kind: type) -> bool:
    """Whether a class is one of numpy's that are written in C."""
    return not _flags(kind) & _HEAP and _module(kind) == "numpy"


def held(value: Any, kind: type) -> list[tuple[str, Any]]:
    """What lies in an object's slots and its dict, one more than is shown; nothing of an array's class."""
    slots = _slots_of(kind)
    if slots is None:
        return []
    found = []
    for name in slots:
        there = lookup(kind, name)
        if id(type(there)) == _MEMBER:
            try:
                found.append((name, there.__get__(value)))
            except AttributeError:
                continue
    reader = lookup(kind, "__dict__")
    space = reader.__get__(value) if id(type(reader)) in _DICTS else None
    if type(space) is dict:
        try:
            names = ((name, item) for name, item in space.items() if _is_told(name))
            found += itertools.islice(names, FEW + 1)
        except RuntimeError:  # another thread changes it just now
            pass
    return found


def _is_told(name: object) -> bool:
    """Names that Python itself gives are left out."""
    return type(name) is str and not name.startswith("__")


def _slots_of(kind: type) -> list[str] | None:
    """The names of all slots, those of its bases first; None where an object is more than they and its dict."""
    known = _slots.get(id(kind))
    if known is None or known[0]() is not kind:
        _slots[id(kind)] = known = weakref.ref(kind), _new_slots(kind)
    return known[1]


def _new_slots(kind: type) -> list[str] | None:
    if any(is_of_numpy(base) for base in mro_of(kind)):
        return None
    if not _flags(kind) & _HEAP:  # written in C: what its slots hold tells nobody anything
        return []
    spaces = [_space(base) for base in reversed(mro_of(kind))]
    names = [name for space in spaces for name, there in space.items() if id(type(there)) == _MEMBER]
    return list(dict.fromkeys(name for name in names if _is_told(name)))


def own_name(value: Any, kind: Any) -> str:
    """The name of a function, class or module."""
    if issubclass(kind, type):
        return name_of(value)
    if kind is types.MethodType:
        value, kind = value.__func__, types.FunctionType
    if kind is types.ModuleType:
        name = _of_module(value).get("__name__")
    else:
        name = value.__name__ if type(value) is kind else ""
    return name[:LONG] if type(name) is str else ""


def place_of(value: Any, kind: Any) -> tuple[str, int] | None:
    """Where a function or a method is defined: a path, and a line; None where it is no Python function."""
    function = value.__func__ if kind is types.MethodType else value
    if type(function) is not types.FunctionType:
        return None
    path: str = function.__code__.co_filename
    try:
        path.encode()
    except UnicodeError:
        return None
    if path.startswith(_base):
        path = path[len(_base) :]
    elif PACKAGES in path:
        path = path[path.index(PACKAGES) + len(PACKAGES) :]
    return path[:LONG], function.__code__.co_firstlineno


def _folder() -> str:
    """The folder in which the process began, with a slash at its end; places below it are told without it."""
    try:
        return os.path.join(os.getcwd(), "")
    except OSError:
        return ""


_base = _folder()
