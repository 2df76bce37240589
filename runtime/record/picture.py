"""Value -> a safe picture: short text, made without running the code of its class.

`_recorder.c` does the same; both end in the functions of `picture_texts.py`, which `decode.py` calls as well.
"""

from __future__ import annotations

import itertools
import types
from builtins import any, frozenset, id, issubclass, len, tuple, type  # as they were at the start
from typing import Any

from tracec.runtime.record.picture_texts import (
    BRACKETS,
    FLAT,
    LASTING,
    LONG,
    MANY,
    Text,
    contained,
    detailed,
    numpy_array,
    numpy_scalar,
    said,
    wrapped,
)

PLAIN = frozenset([int, float, bool, type(None), complex])
DEEP = 4  # levels of containers; chosen
ITEMS = 200  # items in all; chosen
FIELDS_DEEP = 2  # levels at which an object's fields are shown; chosen
Picture = tuple[str, str, int, int, int]  # (type, text, identity, WHOLE | LASTING, size)

NAMED = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)
BASES = (tuple, list, dict, set, frozenset, str, bytes, int, float, complex)  # whose subclasses are read as they are
# A class is known by its identity: to look for it in a set would ask its metaclass for a hash.
PLAIN_IDS = frozenset(id(kind) for kind in PLAIN)
FLAT_IDS = frozenset(id(kind) for kind in FLAT)
BRACKET_IDS = frozenset(id(kind) for kind in BRACKETS)
_NAMED_IDS = frozenset(id(kind) for kind in NAMED)
_items_of: dict[type, Any] = {kind: kind.__iter__ for kind in BRACKETS} | {dict: dict.items}  # type: ignore[attr-defined]
_name = type.__dict__["__name__"].__get__  # a metaclass may have a `__name__` of its own
_mro, _space = type.__dict__["__mro__"].__get__, type.__dict__["__dict__"].__get__
_flags, _module = type.__dict__["__flags__"].__get__, type.__dict__["__module__"].__get__
_of_module = vars(types.ModuleType)["__dict__"].__get__
_args = BaseException.__dict__["args"].__get__
_HEAP = 1 << 9  # the flag of classes that a program made
_READ = frozenset([id(types.MemberDescriptorType), id(types.FunctionType)])  # descriptors that run no code of a guest
_nothing = object()


def picture(value: object) -> Picture:
    """(type, text, identity, state, size) of a value; the size of what is no string or built-in container is -1."""
    kind = type(value)
    text, state = _text(value, 0, [ITEMS])
    size = len(value) if id(kind) in BRACKET_IDS or id(kind) in FLAT_IDS else -1  # type: ignore[arg-type]
    return name_of(kind), text, id(value) if kind is not int else 0, state, size


def name_of(kind: type) -> str:
    """A class's own name, as much of it as is shown."""
    name: str = _name(kind)
    return name[:LONG]


def _text(value: Any, depth: int, room: list[int]) -> Text:
    kind = type(value)
    number = id(kind)
    if number in PLAIN_IDS or number in FLAT_IDS:
        return said(value)
    if number in BRACKET_IDS:
        return _container(value, kind, depth, room)
    return _instance(value, kind, depth, room)


def _shown(size: int, depth: int, room: list[int]) -> int:
    """How many of `size` items are shown; they are taken from the room that is left."""
    shown = 0 if depth >= DEEP else min(size, MANY, room[0])
    room[0] -= shown
    return shown


def _container(value: Any, kind: type, depth: int, room: list[int]) -> Text:
    """`kind` is a built-in container; the value's own class may be one made from it."""
    size = kind.__len__(value)  # type: ignore[attr-defined]
    shown = _shown(size, depth, room)
    try:
        items = list(itertools.islice(_items_of[kind](value), shown))
    except RuntimeError:  # another thread changes it just now
        items = []
    if kind is dict:
        items = [part for pair in items for part in pair]
    return contained(kind, size, [_text(item, depth + 1, room) for item in items])


def _instance(value: Any, kind: type, depth: int, room: list[int]) -> Text:
    name = name_of(kind)
    if depth == 0 and issubclass(kind, BaseException):
        args = _args(value)
        return name + (_text(args, 1, room) if type(args) is tuple else said(None))[0], 0
    if id(kind) in _NAMED_IDS or issubclass(kind, type):
        return f"<{name} {_own_name(value, kind)}>", LASTING
    if not _flags(kind) & _HEAP and _module(kind) == "numpy":
        made = _of_numpy(value, kind, depth, room)
    elif issubclass(kind, tuple):
        made = _named_tuple(value, kind, depth, room)
    elif type(_lookup(kind, "__dataclass_fields__")) is dict:
        made = _fields(value, kind, depth, room)
    elif type(kind) is not type and type(_lookup(kind, "_member_map_")) is dict:
        member = own(value, "_name_")
        made = (f"{name}.{member[:LONG]}", LASTING) if type(member) is str else None
    else:
        made = None
    return made or _made_from(value, kind, depth, room) or (f"<{name}>", 0)


def _own_name(value: Any, kind: Any) -> str:
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


def _lookup(kind: type, name: str) -> Any:
    """What a class or its bases hold under a name, as it is."""
    return next((_space(base)[name] for base in _mro(kind) if name in _space(base)), _nothing)


def own(value: object, name: str) -> Any:
    """An attribute that an object itself holds, in its dict or a slot; `_nothing` where code would have to run."""
    there = _lookup(type(value), name)
    if there is not _nothing and id(type(there)) not in _READ:
        kind = type(there)
        if any(_lookup(kind, method) is not _nothing for method in ("__get__", "__set__", "__delete__")):
            return _nothing
    try:
        return object.__getattribute__(value, name)
    except Exception:
        return _nothing


def _fields(value: object, kind: type, depth: int, room: list[int]) -> Text:
    """A dataclass: those of its fields that it has just now."""
    known = dict(_lookup(kind, "__dataclass_fields__"))
    names = [name for name, field in known.items() if type(name) is str and _is_field(field)]
    lasting = LASTING if own(_lookup(kind, "__dataclass_params__"), "frozen") is True else 0
    shown = 0 if depth >= FIELDS_DEEP else _shown(len(names), depth, room)
    held = [(name[:LONG], own(value, name)) for name in names[:shown]]
    parts = [(name, _text(item, depth + 1, room)) for name, item in held if item is not _nothing]
    return detailed(name_of(kind), parts, len(names) > shown, lasting)


def _is_field(field: object) -> bool:
    """False for what a dataclass knows of its class variables."""
    word = own(own(field, "_field_type"), "name")
    return type(word) is str and word == "_FIELD"


def _named_tuple(value: Any, kind: type, depth: int, room: list[int]) -> Text | None:
    names = _lookup(kind, "_fields")
    if type(names) is not tuple or len(names) != tuple.__len__(value) or any(type(name) is not str for name in names):
        return None
    shown = 0 if depth >= FIELDS_DEEP else _shown(len(names), depth, room)
    held = itertools.islice(zip(names, tuple.__iter__(value)), shown)
    parts = [(name[:LONG], _text(item, depth + 1, room)) for name, item in held]
    return detailed(name_of(kind), parts, len(names) > shown, LASTING)


def _made_from(value: Any, kind: type, depth: int, room: list[int]) -> Text | None:
    """A class made from a built-in one: what that one's own code reads."""
    base: Any = next((base for base in BASES if issubclass(kind, base)), None)
    if base is None:
        return None
    if base in BRACKETS:
        return wrapped(name_of(kind), _container(value, base, depth, room))
    if base in FLAT:
        return wrapped(name_of(kind), said(base.__getitem__(value, slice(0, LONG + 1))))
    return wrapped(name_of(kind), said(base.__pos__(value)))


def _of_numpy(value: Any, kind: type, depth: int, room: list[int]) -> Text | None:
    """An array or a scalar, by numpy's own C code, which was found in its classes."""
    if name_of(kind) != "ndarray":
        item = _lookup(kind, "item")
        plain = item(value) if type(item) is types.MethodDescriptorType else _nothing
        if id(type(plain)) not in PLAIN_IDS and id(type(plain)) not in FLAT_IDS:
            return f"<{name_of(kind)}>", 0
        return numpy_scalar(name_of(kind), said(plain))
    shape, dtype = (_lookup(kind, name).__get__(value) for name in ("shape", "dtype"))
    native = _lookup(type(dtype), "isnative").__get__(dtype)
    size = 1
    for length in shape:
        size *= length
    shown = size <= MANY and depth < DEEP and room[0] >= size
    inner = _text(_lookup(kind, "tolist")(value), depth, room) if shown else None
    return numpy_array(name_of(own(dtype, "type")), native, shape, inner)
