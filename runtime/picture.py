"""Value -> a safe picture: short text, made without running the code of its class."""

from __future__ import annotations

import itertools
import types
from typing import Any

PLAIN = frozenset([int, float, bool, type(None), complex])
FLAT = (str, bytes)
LONG, MANY, DEEP = 200, 12, 3  # characters of a string, items of a container, levels


def picture(value: object) -> tuple[str, str, int, bool, int]:
    """(type, text, identity, exact, size) of a value, made without running its class's code."""
    text, exact = _text(value, 0)
    sized = isinstance(value, (str, bytes, list, tuple, dict, set, frozenset))
    size = len(value) if sized and type(value) in _CONTAINERS else -1  # type: ignore[arg-type]
    return type(value).__name__, text, id(value), exact and type(value) in (tuple, frozenset, str, bytes), size


_CONTAINERS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
    str: ("", ""),
    bytes: ("", ""),
}


def _text(value: object, depth: int) -> tuple[str, bool]:
    kind = type(value)
    if kind in PLAIN:
        return (repr(value), True) if kind is not int or value.bit_length() < 2000 else ("<int>", False)  # type: ignore[attr-defined]
    if kind in FLAT:
        whole = len(value) <= LONG  # type: ignore[arg-type]
        return (repr(value), True) if whole else (repr(value[:LONG])[:-1] + "…", False)  # type: ignore[index]
    if kind in _CONTAINERS:
        return _container(value, kind, depth)
    return _instance(value, kind, depth)


def _container(value: Any, kind: type, depth: int) -> tuple[str, bool]:
    left, right = _CONTAINERS[kind]
    if not value:
        return ("set()" if kind is set else f"{left}{right}"), True
    if depth >= DEEP:
        return f"{left}…{right}", False
    try:
        items = list(itertools.islice(value.items() if kind is dict else value, MANY))
    except RuntimeError:  # another thread changes it just now
        return f"{left}…{right}", False
    if kind is dict:
        pairs = [(_text(k, depth + 1), _text(v, depth + 1)) for k, v in items]
        parts = [(f"{k[0]}: {v[0]}", k[1] and v[1]) for k, v in pairs]
    else:
        parts = [_text(item, depth + 1) for item in items]
    more = len(value) > len(items)
    comma = "," if kind is tuple and len(value) == 1 else ""
    text = left + ", ".join(part for part, _ in parts) + (", …" if more else comma) + right
    return text, not more and all(exact for _, exact in parts)


def _instance(value: Any, kind: type, depth: int) -> tuple[str, bool]:
    if isinstance(value, BaseException) and depth == 0:
        return f"{kind.__name__}{_text(BaseException.__getattribute__(value, 'args'), 1)[0]}", False
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)):
        return f"<{kind.__name__} {getattr(value, '__name__', '')}>", False
    try:
        fields = object.__getattribute__(value, "__dict__")
    except Exception:
        fields = None
    if type(fields) is not dict or depth >= DEEP:
        return f"<{kind.__name__}>", False
    shown = list(itertools.islice(fields.items(), MANY))
    return f"{kind.__name__}({', '.join(f'{k}={_text(v, depth + 1)[0]}' for k, v in shown)})", False
