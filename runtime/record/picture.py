"""Value -> a safe picture: short text, made without running the code of its class.

`_recorder.c` does the same; both end in the functions of `picture_texts.py`, which `decode.py` calls as well.
"""

from __future__ import annotations

import itertools
import types
from builtins import any, frozenset, getattr, id, issubclass, len, slice, tuple, type  # as they were at the start
from typing import Any

from tracec.runtime.record.inside import FEW, held, is_of_numpy, lookup, name_of, nothing, own, own_name, place_of
from tracec.runtime.record.pandas_frames import form_of, table
from tracec.runtime.record.picture_texts import (
    BRACKETS,
    FLAT,
    LASTING,
    LONG,
    MANY,
    Text,
    called,
    contained,
    detailed,
    numpy_array,
    numpy_scalar,
    placed,
    raised,
    said,
    wrapped,
)

PLAIN = frozenset([int, float, bool, type(None), complex])
DEEP = 4  # levels of containers; chosen
ITEMS = 200  # items in all; chosen
FIELDS_DEEP = 2  # levels at which an object's fields are shown; chosen
SPARE = 24  # such fields in all; chosen
WITHIN = 24  # items in all within an ordinary object; chosen
BRIEF = 40  # characters of a string within an ordinary object; chosen
Picture = tuple[str, str, int, int, int]  # (type, text, identity, WHOLE | LASTING, size)

NAMED = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)
BASES = (tuple, list, dict, set, frozenset, str, bytes, int, float, complex)  # whose subclasses are read as they are
# A class is known by its identity: to look for it in a set would ask its metaclass for a hash.
PLAIN_IDS = frozenset(id(kind) for kind in PLAIN)
FLAT_IDS = frozenset(id(kind) for kind in FLAT)
BRACKET_IDS = frozenset(id(kind) for kind in BRACKETS)
_NAMED_IDS = frozenset(id(kind) for kind in NAMED)
_items_of: dict[type, Any] = {kind: kind.__iter__ for kind in BRACKETS} | {dict: dict.items}  # type: ignore[attr-defined]
_args = BaseException.__dict__["args"].__get__


class Room:
    """What the rest of a picture may still show: `items`, and so many `fields` of ordinary objects; and how many
    characters of a string."""

    __slots__ = ("fields", "items", "longest")

    def __init__(self) -> None:
        self.items, self.fields, self.longest = ITEMS, SPARE, LONG


def picture(value: object) -> Picture:
    """(type, text, identity, state, size) of a value; the size of what is no string or built-in container is -1."""
    kind = type(value)
    text, state = _text(value, 0, Room())
    size = len(value) if id(kind) in BRACKET_IDS or id(kind) in FLAT_IDS else -1  # type: ignore[arg-type]
    return name_of(kind), text, id(value) if kind is not int else 0, state, size


def _text(value: Any, depth: int, room: Room) -> Text:
    kind = type(value)
    number = id(kind)
    if number in PLAIN_IDS or number in FLAT_IDS:
        return said(value, room.longest)
    if number in BRACKET_IDS:
        return _container(value, kind, depth, room)
    return _instance(value, kind, depth, room)


def _shown(size: int, depth: int, room: Room) -> int:
    """How many of `size` items are shown; they are taken from the room that is left."""
    shown = 0 if depth >= DEEP else min(size, MANY, room.items)
    room.items -= shown
    return shown


def _container(value: Any, kind: type, depth: int, room: Room) -> Text:
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


def _instance(value: Any, kind: type, depth: int, room: Room) -> Text:
    name = name_of(kind)
    if depth < FIELDS_DEEP and issubclass(kind, BaseException):
        args = _args(value)
        return raised(name, (_text(args, depth + 1, room) if type(args) is tuple else said(None))[0]), 0
    if id(kind) in _NAMED_IDS or issubclass(kind, type):
        return placed(name, own_name(value, kind), place_of(value, kind)), LASTING
    if is_of_numpy(kind):
        made = _of_numpy(value, kind, depth, room)
    elif issubclass(kind, tuple):
        made = _named_tuple(value, kind, depth, room)
    elif type(lookup(kind, "__dataclass_fields__")) is dict:
        made = _fields(value, kind, depth, room)
    elif type(kind) is not type and type(lookup(kind, "_member_map_")) is dict:
        member = own(value, "_name_")
        made = (f"{name}.{member[:LONG]}", LASTING) if type(member) is str else None
    else:
        made = None
    return made or _made_from(value, kind, depth, room) or _object(value, kind, depth, room)


def _object(value: Any, kind: type, depth: int, room: Room) -> Text:
    """An ordinary object, by what it holds; `<Name>` where that is nothing, or within another one."""
    if kind is range or kind is slice:
        bounds = (getattr(value, name) for name in ("start", "stop", "step"))
        return called(name_of(kind), [_text(bound, depth + 1, room) for bound in bounds])
    named, room_for = name_of(kind), room.fields
    may = depth < FIELDS_DEEP and room_for >= FEW and room.longest == LONG
    form = form_of(kind) if may else ""
    parts_of = table(value, form) if form else held(value, kind) if may else []
    if not parts_of:
        return f"<{named}>", 0
    shown, outside = parts_of[:FEW], room.items - min(room.items, WITHIN)
    room.items, room.fields, room.longest = room.items - outside, 0, BRIEF
    parts = [(name[:LONG], _text(item, depth + 1, room)) for name, item in shown]
    room.items, room.fields, room.longest = room.items + outside, room_for - len(shown), LONG
    return detailed(named, parts, len(parts_of) > FEW, 0)


def _fields(value: object, kind: type, depth: int, room: Room) -> Text:
    """A dataclass: those of its fields that it has just now."""
    known = dict(lookup(kind, "__dataclass_fields__"))
    names = [name for name, field in known.items() if type(name) is str and _is_field(field)]
    lasting = LASTING if own(lookup(kind, "__dataclass_params__"), "frozen") is True else 0
    shown = 0 if depth >= FIELDS_DEEP else _shown(len(names), depth, room)
    held = [(name[:LONG], own(value, name)) for name in names[:shown]]
    parts = [(name, _text(item, depth + 1, room)) for name, item in held if item is not nothing]
    return detailed(name_of(kind), parts, len(names) > shown, lasting)


def _is_field(field: object) -> bool:
    """False for what a dataclass knows of its class variables."""
    word = own(own(field, "_field_type"), "name")
    return type(word) is str and word == "_FIELD"


def _named_tuple(value: Any, kind: type, depth: int, room: Room) -> Text | None:
    names = lookup(kind, "_fields")
    if type(names) is not tuple or len(names) != tuple.__len__(value) or any(type(name) is not str for name in names):
        return None
    shown = 0 if depth >= FIELDS_DEEP else _shown(len(names), depth, room)
    held = itertools.islice(zip(names, tuple.__iter__(value)), shown)
    parts = [(name[:LONG], _text(item, depth + 1, room)) for name, item in held]
    return detailed(name_of(kind), parts, len(names) > shown, LASTING)


def _made_from(value: Any, kind: type, depth: int, room: Room) -> Text | None:
    """A class made from a built-in one: what that one's own code reads."""
    base: Any = next((base for base in BASES if issubclass(kind, base)), None)
    if base is None:
        return None
    if base in BRACKETS:
        return wrapped(name_of(kind), _container(value, base, depth, room))
    if base in FLAT:
        return wrapped(name_of(kind), said(base.__getitem__(value, slice(0, LONG + 1)), room.longest))
    return wrapped(name_of(kind), said(base.__pos__(value)))


def _of_numpy(value: Any, kind: type, depth: int, room: Room) -> Text | None:
    """An array or a scalar, by numpy's own C code, which was found in its classes."""
    if name_of(kind) != "ndarray":
        item = lookup(kind, "item")
        plain = item(value) if type(item) is types.MethodDescriptorType else nothing
        if id(type(plain)) not in PLAIN_IDS and id(type(plain)) not in FLAT_IDS:
            return f"<{name_of(kind)}>", 0
        return numpy_scalar(name_of(kind), said(plain))
    shape, dtype = (lookup(kind, name).__get__(value) for name in ("shape", "dtype"))
    native = lookup(type(dtype), "isnative").__get__(dtype)
    size = 1
    for length in shape:
        size *= length
    shown = size <= MANY and depth < DEEP and room.items >= size
    inner = _text(lookup(kind, "tolist")(value), depth, room) if shown else None
    return numpy_array(name_of(own(dtype, "type")), native, shape, inner)
