"""Operations on values of built-in types, computed again: nothing of a program runs, and the work is bounded."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

MOST_BITS = 20_000  # of an int that is computed; chosen
MOST_ITEMS = 100_000  # characters or items of what is computed; chosen
WIDE = re.compile(r"\*|\d{4,}")  # in a format: a width that is given, or a large one
SIZED = (str, bytes, list, tuple)


class Refused(Exception):
    """An operation that is not computed again: it is not pure, or it may take long."""


def in_order(value: Any) -> Any:
    """The value; Refused where it holds a set: its elements have an order in the program that is not known here."""
    if isinstance(value, (set, frozenset)) and len(value) > 1:
        raise Refused
    if isinstance(value, (list, tuple, dict)):
        for part in value:
            in_order(part)
    if isinstance(value, dict):
        in_order([*value.values()])
    return value


def power(base: Any, exponent: Any) -> Any:
    """`base ** exponent`."""
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * max(exponent, 0) > MOST_BITS:
        raise Refused
    return base**exponent


def times(one: Any, other: Any) -> Any:
    """`one * other`."""
    for sized, count in ((one, other), (other, one)):
        if isinstance(sized, SIZED) and isinstance(count, int) and len(sized) * max(count, 0) > MOST_ITEMS:
            raise Refused
    return one * other


def shifted(one: Any, other: Any) -> Any:
    """`one << other`."""
    if isinstance(other, int) and other > MOST_BITS:
        raise Refused
    return one << other


def rest(one: Any, other: Any) -> Any:
    """`one % other`, which formats a string."""
    if isinstance(one, (str, bytes)) and WIDE.search(one if isinstance(one, str) else one.decode("latin-1")):
        raise Refused
    return one % in_order(other)


def inverted(one: Any) -> Any:
    """`~one`, without the warning about a bool."""
    return ~int(one) if type(one) is bool else ~one


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": times, "Div": operator.truediv, "FloorDiv": operator.floordiv,
    "Mod": rest, "Pow": power, "LShift": shifted, "RShift": operator.rshift, "BitOr": operator.or_,
    "BitXor": operator.xor, "BitAnd": operator.and_, "MatMult": operator.matmul,
}  # fmt: skip
UNARY: dict[str, Callable[[Any], Any]] = {
    "Not": operator.not_, "USub": operator.neg, "UAdd": operator.pos, "Invert": inverted,
}  # fmt: skip
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt,
    "GtE": operator.ge, "In": lambda a, b: a in b, "NotIn": lambda a, b: a not in b,
}  # fmt: skip
SINGLE = (None, True, False, ...)  # objects of which there is one


def compared(kind: str, one: Any, other: Any) -> Any:
    """`one < other` and the like; identity is known of what there is one of."""
    if kind in ("In", "NotIn") and one != one:
        raise Refused
    if kind not in ("Is", "IsNot"):
        return COMPARE[kind](one, other)
    if not any(value is single for value in (one, other) for single in SINGLE):
        raise Refused
    return (one is other) is (kind == "Is")


def taken(of: Any, key: Any) -> Any:
    """`of[key]`; which `nan` is in a dict is a matter of identity."""
    if key != key:
        raise Refused
    return of[key]


def added_to(kind: str, one: Any, other: Any) -> Any:
    """`one += other` and the like."""
    if type(one) is list and kind == "Add":
        return one + list(in_order(other))
    return one | dict(other) if type(one) is dict and kind == "BitOr" else BINARY[kind](one, other)


# --- calls ---

# fmt: off
BUILTINS: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (
        abs, all, any, ascii, bin, bool, chr, complex, dict, divmod, float, frozenset, hex, int, len, list, max, min,
        oct, ord, repr, round, set, sorted, str, sum, tuple,
    )
}
ORDER_FREE = frozenset({"all", "any", "bool", "frozenset", "len", "max", "min", "set", "sorted"})
TEXT_METHODS = frozenset({
    "capitalize", "casefold", "count", "decode", "encode", "endswith", "find", "hex", "index", "isalnum", "isalpha",
    "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle",
    "isupper", "join", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper",
    "center", "ljust", "rjust", "zfill", "expandtabs",
})
WIDENING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})  # their first argument is a width
METHODS: dict[type, frozenset[str]] = {
    str: TEXT_METHODS, bytes: TEXT_METHODS,
    int: frozenset({"bit_length", "bit_count", "conjugate", "as_integer_ratio"}),
    float: frozenset({"is_integer", "hex", "conjugate", "as_integer_ratio"}),
    tuple: frozenset({"count", "index"}), list: frozenset({"count", "index", "copy"}),
    dict: frozenset({"get", "copy"}),
    set: frozenset({"copy", "union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset",
                    "isdisjoint"}),
}
METHODS[frozenset] = METHODS[set]
# Methods of built-in containers that give None, whatever they are given.
SILENT_METHODS: dict[str, frozenset[str]] = {
    "list": frozenset({"append", "extend", "insert", "remove", "sort", "reverse", "clear"}),
    "set": frozenset({"add", "discard", "remove", "update", "clear"}),
    "dict": frozenset({"update", "clear"}),
}
KNOWN_METHODS = frozenset().union(*METHODS.values(), *SILENT_METHODS.values())
# fmt: on


def called(name: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """`name(*args, **keywords)` of a built-in function; `print` is known to give None."""
    function = BUILTINS.get(name)
    if function is None or keywords.get("key") is not None:
        raise Refused
    if name == "round" and any(isinstance(n, int) and n < -MOST_BITS for n in (*args[1:], *keywords.values())):
        raise Refused  # it makes a power of ten
    return function(*(args if name in ORDER_FREE else map(in_order, args)), **keywords)


def method(of: Any, name: str, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """`of.name(*args, **keywords)` of a value of a built-in type."""
    if name not in METHODS.get(type(of), ()):
        raise Refused
    if name in WIDENING and args and isinstance(args[0], int) and args[0] > MOST_ITEMS:
        raise Refused
    if name == "expandtabs" and args and isinstance(args[0], int) and args[0] > MOST_ITEMS // 1000:
        raise Refused
    return getattr(of, name)(*(map(in_order, args) if name == "join" else args), **keywords)


CONVERSIONS: dict[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}


def formatted(value: Any, conversion: int, spec: str) -> str:
    """What a pair of braces of an f-string makes; `conversion` is the code of `r`, `s`, `a`, or -1."""
    if WIDE.search(spec):
        raise Refused
    value = in_order(value)
    if conversion != -1:
        value = CONVERSIONS[chr(conversion)](value)
    return format(value, spec)
