"""Value -> a safe picture: short text, made without running the code of its class."""

from __future__ import annotations

import itertools
import types
from builtins import all, frozenset, getattr, id, issubclass, len, repr, set, tuple, type  # as they were at the start
from typing import Any

PLAIN = frozenset([int, float, bool, type(None), complex])
FLAT = (str, bytes)
LONG, MANY, DEEP = 200, 12, 3  # characters of a string, items of a container, levels
HUGE = 2000  # bits of an int
Picture = tuple[str, str, int, bool, int]  # (type, text, identity, exact, size)

BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}
LASTING = frozenset([tuple, frozenset, str, bytes])  # what does not change once made
NAMED = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)
_SHOWN = frozenset([*PLAIN, *FLAT, *BRACKETS, *NAMED])
_name_of = type.__dict__["__name__"].__get__  # a metaclass may have a `__name__` of its own


def picture(value: object) -> Picture:
    """(type, text, identity, exact, size) of a value; the size of what is no string or built-in container is -1."""
    kind = type(value)
    if kind not in _SHOWN and not issubclass(kind, (BaseException, type)):  # most of them: nothing to tell
        name = _name_of(kind)
        return name, f"<{name}>", id(value), False, -1
    text, exact = _text(value, 0)
    size = len(value) if kind in BRACKETS or kind in FLAT else -1  # type: ignore[arg-type]
    return _name_of(kind), text, id(value), exact and kind in LASTING, size


def _text(value: object, depth: int) -> tuple[str, bool]:
    kind = type(value)
    if kind in PLAIN:
        return (repr(value), True) if kind is not int or value.bit_length() < HUGE else ("<int>", False)  # type: ignore[attr-defined]
    if kind in FLAT:
        return (repr(value), True) if len(value) <= LONG else (cut(value[:LONG]), False)  # type: ignore[arg-type,index]
    if kind in BRACKETS:
        return _container(value, kind, depth)
    return _instance(value, kind, depth)


def cut(start: str | bytes) -> str:
    """The text of a string that is longer than what is shown of it."""
    return repr(start)[:-1] + "…"


def _container(value: Any, kind: type, depth: int) -> tuple[str, bool]:
    try:
        items = list(itertools.islice(value.items() if kind is dict else value, 0 if depth >= DEEP else MANY))
    except RuntimeError:  # another thread changes it just now
        items = []
    if kind is dict:
        items = [part for pair in items for part in pair]
    return contained(kind, len(value), [_text(item, depth + 1) for item in items])


def contained(kind: type, size: int, parts: list[tuple[str, bool]]) -> tuple[str, bool]:
    """The text of a container of `size` from those of the items that are shown, keys and values in turn."""
    left, right = BRACKETS[kind]
    if not size:
        return ("set()" if kind is set else f"{left}{right}"), True
    if not parts:
        return f"{left}…{right}", False
    exact = all(whole for _, whole in parts)
    texts = [text for text, _ in parts]
    if kind is dict:
        texts = [f"{key}: {value}" for key, value in zip(texts[::2], texts[1::2])]
    more = size > len(texts)
    comma = "," if kind is tuple and size == 1 else ""
    return left + ", ".join(texts) + (", …" if more else comma) + right, exact and not more


def _instance(value: Any, kind: type, depth: int) -> tuple[str, bool]:
    name = _name_of(kind)
    if depth == 0 and issubclass(kind, BaseException):
        return name + _text(BaseException.__dict__["args"].__get__(value), 1)[0], False
    if kind in NAMED or issubclass(kind, type):
        own = _name_of(value) if issubclass(kind, type) else getattr(value, "__name__", "")
        return f"<{name} {own if type(own) is str else ''}>", False
    return f"<{name}>", False
