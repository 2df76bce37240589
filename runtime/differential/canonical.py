"""Value -> a text that is equal for values that are alike, in this process and in others; and one for people."""

from __future__ import annotations

import types
import zlib
from typing import Any

MANY = 20_000  # parts of one value that are read; chosen
LONG = 10_000  # characters of a text, bits of a number, that are kept as they are; chosen
SHOWN = 160  # characters of a text for people; chosen
FLAT = (int, float, complex, bool, str, bytes, bytearray, type(None), type(...), type(NotImplemented), range, slice)
NAMED = (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, types.CodeType)


class _TooMany(Exception):
    pass


def canonical(value: object) -> str:
    """A value's type and all that it is made of: no addresses, sets in order, objects by what pickle would keep.

    Runs what a class says about pickling. Beyond MANY parts it says only the type.
    """
    parts: list[str] = []
    try:
        _write(value, parts, {})
    except (_TooMany, RecursionError):
        return f"<{type(value).__qualname__} too large>"
    return "".join(parts)


def _write(value: Any, parts: list[str], seen: dict[int, tuple[int, object]]) -> None:
    kind = type(value)
    if len(parts) > MANY:
        raise _TooMany
    if kind in (str, bytes) and len(value) > LONG:
        data = value if kind is bytes else value.encode("utf-8", "surrogatepass")
        parts.append(f"<{kind.__name__} {len(value)} {zlib.crc32(data)}>")
    elif kind in FLAT:
        parts.append(hex(value) if kind is int and value.bit_length() > LONG else repr(value))
    elif isinstance(value, NAMED):
        parts.append(f"<{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', kind.__name__)}>")
    elif id(value) in seen:
        parts.append(f"<same {seen[id(value)][0]}>")
    else:
        if kind not in (tuple, frozenset):  # whether these are one or two, nothing can tell
            seen[id(value)] = (len(seen), value)  # kept, so that no other value gets its id
        _container(value, kind, parts, seen)


def _container(value: Any, kind: type, parts: list[str], seen: dict[int, tuple[int, object]]) -> None:
    if kind in (list, tuple):
        parts.append(f"{kind.__name__}(")
        for part in value:
            _write(part, parts, seen)
            parts.append(",")
    elif kind in (set, frozenset):
        parts.append(f"{kind.__name__}(")
        parts.append(",".join(sorted(map(canonical, value))))
    elif kind is dict:
        parts.append("dict(")
        for name, part in value.items():
            _write(name, parts, seen)
            parts.append(":")
            _write(part, parts, seen)
            parts.append(",")
    else:
        parts.append(f"{kind.__module__}.{kind.__qualname__}(")
        _write(_reduced(value), parts, seen)
    parts.append(")")


def _reduced(value: Any) -> object:
    """What an object is made of: what pickle would keep; what it is to iterators, generators and the like, nothing."""
    try:
        made = value.__reduce_ex__(4)
    except Exception:
        return getattr(value, "__dict__", None)
    if isinstance(made, str):
        return made
    return [part if not hasattr(part, "__next__") else list(part) for part in made[1:5]]


def shown(value: object) -> str:
    """A value in at most SHOWN characters; an object that says only its address is shown by its attributes."""
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    held = getattr(value, "__dict__", None)
    if " at 0x" in text and text.startswith("<") and isinstance(held, dict):
        text = f"<{type(value).__name__} {', '.join(f'{k}={_attribute(v)}' for k, v in held.items())}>"
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _attribute(value: object) -> str:
    return repr(value) if type(value) in (*FLAT, list, tuple, dict, set) else f"<{type(value).__name__}>"
