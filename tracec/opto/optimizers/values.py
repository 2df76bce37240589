"""A proposed value + the one that it is for -> a value of the same type; Unfit says why there is none."""

from __future__ import annotations

import ast
import builtins
from typing import Any

from tracec.opto.functions.written import definition_in

TRUE, FALSE = frozenset(["true", "yes", "1"]), frozenset(["false", "no", "0"])


class Unfit(ValueError):
    """A proposed value that cannot be taken; the text says why."""


def fit(value: Any, old: Any) -> Any:
    """A value of the type of the old one."""
    kind = type(old)
    if type(value) is kind or old is None:
        return value
    if kind is bool:
        return as_bool(value)
    if kind is str:
        return str(value)
    if isinstance(value, str):
        value = read(value, kind)
    if type(value) is kind:
        return value
    if kind.__module__ == "numpy":
        return as_array(value, old)
    if kind is int and isinstance(value, float) and not value.is_integer():
        raise Unfit(f"{value!r} is no whole number")
    try:
        return kind(value)
    except Exception as error:
        raise Unfit(f"{value!r} is no {kind.__name__}") from error


def read(text: str, kind: type) -> Any:
    """The value that a text stands for; the text itself where it is none, and a class may read it."""
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        if hasattr(builtins, kind.__name__) and kind not in (int, float, complex):
            raise Unfit(f"{text!r} is no {kind.__name__}") from None
        return text


def as_bool(value: Any) -> bool:
    """True and False in the words that models use for them."""
    said = str(value).strip().lower()
    if said in TRUE or said in FALSE:
        return said in TRUE
    raise Unfit(f"{value!r} is neither True nor False")


def as_array(value: Any, old: Any) -> Any:
    """An array of the same type and number of dimensions."""
    import numpy

    try:
        made = numpy.asarray(value, dtype=old.dtype)
    except Exception as error:
        raise Unfit(f"{value!r} is no array of {old.dtype}") from error
    if made.ndim != old.ndim:
        raise Unfit(f"{value!r} has {made.ndim} dimensions, not {old.ndim}")
    return made if old.ndim else old.dtype.type(made)


def fit_code(text: Any, old: str) -> str:
    """Code that defines the same function with the same parameters as the old one."""
    if not isinstance(text, str) or not text.strip():
        raise Unfit("it is no code")
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise Unfit(f"it is no valid Python: {error}") from None
    was = definition_in(old)
    if was is None:
        return text
    found = [one for one in ast.parse(text).body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    new = next((one for one in found if one.name == was.name), None)
    if new is None:
        raise Unfit(f"it defines no {was.name}")
    if type(new) is not type(was) or parameters(new) != parameters(was):
        raise Unfit(f"the parameters of {was.name} have to stay ({parameters(was)})")
    return text


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Their names and kinds, without annotations and defaults."""
    given = function.args
    plain = [*(f"{one.arg}, /" for one in given.posonlyargs), *(one.arg for one in given.args)]
    star = [f"*{given.vararg.arg}"] if given.vararg else []
    rest = [f"**{given.kwarg.arg}"] if given.kwarg else []
    return ", ".join([*plain, *star, *(f"{one.arg}=" for one in given.kwonlyargs), *rest])
