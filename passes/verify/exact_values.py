"""What was recorded of a value -> the value itself, where it is known exactly; and whether another one is the same."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any, Final

from tracec.passes.syntax.parsing import expression_of
from tracec.runtime.record.picture import picture
from tracec.runtime.record.picture_texts import LASTING, WHOLE

LONGEST_TEXT = 20_000  # characters of a picture that is read; chosen
NAMES: dict[str, Any] = {"inf": float("inf"), "nan": float("nan"), "Ellipsis": ...}
UNKNOWN_TYPE = "?"  # of a picture that says nothing


class Inexact:
    """Stands for a value that is not known exactly."""


INEXACT: Final = Inexact()


def exact(value: Any, *, now: bool = False) -> Any:
    """Return the value of a column's row; INEXACT where nobody knows it.

    Of what can change later a picture tells only what it was when it was taken: that counts where it was taken `now`.
    """
    if type(value) is not tuple:
        return value
    state = value[3]
    return read(value[1]) if state & WHOLE and (now or state & LASTING) else INEXACT


@lru_cache(maxsize=10_000)
def read(text: str) -> Any:
    """Read the text of a whole picture or of a literal; INEXACT where it has names or calls that are not ours."""
    whole = expression_of(text) if len(text) <= LONGEST_TEXT else None
    if "nan" in text and any(isinstance(node, ast.Name) and node.id == "nan" for node in ast.walk(whole or ast.Pass())):
        return INEXACT  # whether a container has it, or two are equal, is a matter of its identity
    try:
        return INEXACT if whole is None else made(whole)
    except (ValueError, TypeError, RecursionError):
        return INEXACT


def made(node: ast.expr) -> Any:
    """Make the value of a literal; ValueError where it is none."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        kind = {ast.Tuple: tuple, ast.List: list, ast.Set: set}[type(node)]
        return kind([made(element) for element in node.elts])
    if isinstance(node, ast.Dict):
        return {made(key) if key else made(value): made(value) for key, value in zip(node.keys, node.values)}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        number = made(node.operand)
        return -number if isinstance(node.op, ast.USub) else +number
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):  # a complex number
        real, imag = made(node.left), made(node.right)
        if type(imag) is complex and type(real) in (int, float):
            return real + imag if isinstance(node.op, ast.Add) else real - imag
    if isinstance(node, ast.Name) and node.id in NAMES:
        return NAMES[node.id]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset"):
        kind = set if node.func.id == "set" else frozenset
        return kind(*[made(arg) for arg in node.args])
    raise ValueError("no literal")


def agrees(recorded: Any, computed: object) -> bool | None:
    """Tell whether a computed value is the one that was recorded, types and signs of zero included; None: who knows."""
    if type(recorded) is not tuple:
        return alike(recorded, computed)
    kind, text, _, state, size = recorded
    if kind == UNKNOWN_TYPE:
        return None
    made_now = picture(computed)
    if kind != made_now[0]:
        return False
    if (text, size) == (made_now[1], made_now[4]):
        return True
    if state & WHOLE:
        known = read(text)
        return None if known is INEXACT else alike(known, computed)
    return False if state & LASTING and "{" not in text else None  # sets have no order of their own


def alike(one: object, other: object) -> bool:
    """Return True for equal values of one type, `nan` beside `nan` among them, 0.0 beside -0.0 not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (int, str, bytes)) or one is None:
        return one == other
    return repr(one) == repr(other) or (isinstance(one, (set, frozenset, dict)) and one == other)


def field_of(value: Any, name: str, *, now: bool) -> Any:
    """Read a field in a picture: `x` in `Point(x=1, y=2)`; INEXACT where none is told, or it was not taken `now`.

    That an object is frozen does not say that nobody calls `object.__setattr__`.
    """
    if not now or len(value[1]) > LONGEST_TEXT or f"{name}=" not in value[1]:
        return INEXACT
    whole = expression_of(value[1])
    try:
        if isinstance(whole, ast.Call) and not whole.args:
            return next(made(keyword.value) for keyword in whole.keywords if keyword.arg == name)
    except (ValueError, TypeError, StopIteration):
        pass
    return INEXACT
