"""The hooks by name, and code with holes in its constants -> the same with the hooks in them."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType
from typing import Any

REC = "__rec__"
KEEP = "__keep__"
PUT = "__put__"
VAL = "__val__"
ANY = "__any__"
FRAME = "__frame__"
PAUSE = "__pause__"
RESUME = "__resume__"
AGAIN = "__again__"
BEGIN = "__begin__"
BUILTINS = frozenset({REC, KEEP, PUT, VAL, ANY, FRAME, PAUSE, RESUME, AGAIN, BEGIN})
Hole = frozenset[object]
OWNER = "tracec"


def hole(what: str | int | tuple[str]) -> Hole:
    """What stands for a hook, by its name, for a token, by its number, or for a frozenset, by the text of a set in a
    tuple, from compiling until the code is loaded.

    A frozenset goes through `marshal`, which keeps no order, and is no literal of any program.
    """
    return frozenset((OWNER, what))


def bind(code: CodeType, hooks: Mapping[Hole, object]) -> CodeType:
    """The same code, and all code in it, calling `hooks`, which it holds as constants: nothing is looked up by name."""
    consts: list[object] = []
    for const in code.co_consts:
        if type(const) is CodeType:
            consts.append(bind(const, hooks))
        else:
            consts.append(filled(const, hooks) if type(const) is frozenset else const)
    return code.replace(co_consts=tuple(consts))


def filled(const: Hole, hooks: Mapping[Hole, object]) -> object:
    """What belongs into a hole; any other frozenset is what it is."""
    if const in hooks:
        return hooks[const]
    text = next((part for part in const if type(part) is tuple), None) if OWNER in const else None
    folded = folded_set(text[0]) if text is not None and len(text) == 1 and const == hole(text) else None
    return const if folded is None else folded


def folded_set(text: str) -> frozenset[object] | None:
    """The constant that the compiler makes of a set display; None where it makes none.

    Where hashes collide, the order of its elements hangs on how the compiler has put it together.
    """
    try:
        consts = compile(f"0 in {text}", "<set>", "eval").co_consts
    except (SyntaxError, ValueError, TypeError):
        return None
    return next((const for const in consts if type(const) is frozenset), None)


def with_order(code: CodeType, written: Mapping[Hole, str]) -> CodeType:
    """Frozensets become holes, where it is known how they were `written`: by their `signature`."""
    consts: list[object] = []
    for const in code.co_consts:
        if type(const) is CodeType:
            consts.append(with_order(const, written))
        else:
            text = written.get(signature(const)) if type(const) is frozenset else None
            consts.append(const if text is None else hole((text,)))
    return code.replace(co_consts=tuple(consts))


def signature(const: Hole) -> Hole:
    """A set's elements with their types: `{1, 2} == {True, 2}`."""
    return frozenset((type(element), element) for element in const)


def fill(code: CodeType, consts: tuple[object, ...]) -> None:
    """Give code that is running already other constants, as many as it has.

    What was there before is never freed: it is as long-lived as the program. ImportError where this cannot be done.
    """
    pairs = enumerate(zip(code.co_consts, consts))
    wanted = [(place, new) for place, (old, new) in pairs if isinstance(old, (CodeType, frozenset)) and old != new]
    if not wanted:
        return
    import _ctypes

    slot: Any = type("Slot", (_ctypes._SimpleCData,), {"_type_": "O"})
    size, first = _ctypes.sizeof(slot), id(code.co_consts) + tuple.__basicsize__
    for place, new in wanted:
        _ctypes.Py_INCREF(new)
        slot.from_address(first + place * size).value = new
