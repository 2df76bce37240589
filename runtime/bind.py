"""A code object with holes in its constants -> the same with the hooks in them."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

Hole = frozenset[str | int]
OWNER = "tracec"


def hole(what: str | int) -> Hole:
    """What stands for a hook, by its name, or for a token, by its number, from compiling until the code is loaded.

    A frozenset goes through `marshal` and is no literal of any program.
    """
    return frozenset((OWNER, what))


def bind(code: CodeType, hooks: Mapping[Hole, object]) -> CodeType:
    """The same code, and all code in it, calling `hooks`, which it holds as constants: nothing is looked up by name."""
    consts: list[object] = []
    for const in code.co_consts:
        if type(const) is CodeType:
            consts.append(bind(const, hooks))
        else:
            consts.append(hooks.get(const, const) if type(const) is frozenset else const)
    return code.replace(co_consts=tuple(consts))
