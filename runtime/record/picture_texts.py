"""Texts of values from the texts of their parts: what both recorders, and the reader of logs, say of a value.

Compiled by mypyc where that can be done, as a reader spends much of its time here.
"""

from __future__ import annotations

from builtins import all, frozenset, len, repr, tuple, type  # as they were at the start
from typing import Any, Final

FLAT = (str, bytes)
LONG: Final = 200  # characters of a string or a name; chosen
MANY: Final = 12  # items of a container; chosen
HUGE: Final = 2000  # bits of an int; chosen
WHOLE: Final = 1  # a flag: the text says all that the value was then
LASTING: Final = 2  # a flag: what it says cannot change later
Text = tuple[str, int]  # of a part: (text, WHOLE | LASTING)

BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}


def said(value: Any, longest: int = LONG) -> Text:
    """The text of a plain value, a string or bytes."""
    kind = type(value)
    if kind is int:
        return (repr(value), WHOLE | LASTING) if value.bit_length() < HUGE else ("<int>", LASTING)
    if kind is complex:
        return repr(value), WHOLE | LASTING if _reads_back(value) else LASTING
    if kind in FLAT and len(value) > longest:
        return cut(value[:longest]), LASTING
    return repr(value), WHOLE | LASTING


def _reads_back(value: complex) -> bool:
    """True where a complex number's text is read as the same number: some signs of zero are lost."""
    real, imag = value.real, value.imag
    return imag - imag == 0 and "-0.0" not in (repr(real), repr(imag)) and (real != 0 or imag >= 0)


def called(name: str, parts: list[Text]) -> Text:
    """A range or a slice, by its start, its stop and its step."""
    state = WHOLE | LASTING
    for _, part in parts:
        state &= part
    texts = [text for text, _ in parts]
    return f"{name}({', '.join(texts[:2] if name == 'range' and texts[2] == '1' else texts)})", state


def raised(name: str, arguments: str) -> str:
    """An exception with the text of its arguments: of one alone without a comma, as Python writes it."""
    return f"{name}{arguments[:-2]})" if arguments.endswith(",)") else name + arguments


def placed(kind: str, name: str, place: tuple[str, int] | None) -> str:
    """A function, class or module, with the path and the line of what is a Python function."""
    return f"<{kind} {name} at {place[0]}:{place[1]}>" if place else f"<{kind} {name}>"


def cut(start: str | bytes) -> str:
    """The text of a string that is longer than what is shown of it."""
    return repr(start)[:-1] + "…"


def contained(kind: type, size: int, parts: list[Text]) -> Text:
    """A container of `size` from the items that are shown, keys and values in turn."""
    left, right = BRACKETS[kind]
    lasting = LASTING if kind is tuple or kind is frozenset else 0
    if not size:
        return (f"{kind.__name__}()" if kind in (set, frozenset) else f"{left}{right}"), WHOLE | lasting
    if not parts:
        return f"{left}…{right}", lasting
    state = WHOLE | lasting
    for _, part in parts:
        state &= part
    texts = [text for text, _ in parts]
    if kind is dict:
        texts = [f"{key}: {value}" for key, value in zip(texts[::2], texts[1::2])]
    more = size > len(texts)
    comma = "," if kind is tuple and size == 1 else ""
    return left + ", ".join(texts) + (", …" if more else comma) + right, state & LASTING if more else state


def detailed(name: str, parts: list[tuple[str, Text]], more: bool, lasting: int) -> Text:
    """An object by its fields. It is never WHOLE: to make it anew is the affair of its class."""
    texts = [f"{field}={text}" for field, (text, _) in parts] + ["…"] * more
    return f"{name}({', '.join(texts)})", lasting if all(state & LASTING for _, (_, state) in parts) else 0


def wrapped(name: str, part: Text) -> Text:
    """What was made from a built-in class."""
    return f"{name}({part[0]})", part[1] & LASTING


def numpy_scalar(name: str, part: Text) -> Text:
    """A scalar of numpy."""
    return f"numpy.{name}({part[0]})", part[1]


def numpy_array(dtype: str, native: bool, shape: tuple[int, ...], inner: Text | None) -> Text:
    """An array of numpy, by its items where they are few."""
    if inner is None:
        return f"<ndarray {dtype} {shape}>", 0
    plain = dtype.rstrip("0123456789_") in ("int", "uint", "float", "complex", "bool")
    nested = 0 not in shape or shape == (0,)
    return f"numpy.array({inner[0]}, dtype={dtype!r})", inner[1] & WHOLE if plain and native and nested else 0
