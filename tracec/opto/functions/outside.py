"""The nodes that a bundled function read and was not given."""

from __future__ import annotations

from typing import Any

from tracec.opto.engine.errors import TraceMissingInputsError
from tracec.opto.engine.switches import Reads
from tracec.opto.functions.shapes import held

MISSING = (
    "{name} reads {nodes}, which it is not given: pass {them} as an argument, "
    "or say bundle(allow_external_dependencies=True)"
)
_override: list[bool | None] = [None]  # what disable_external_dependencies_check said, for all functions


def disable_external_dependencies_check(allow_external_dependencies: bool | None) -> None:
    """Whether any bundled function may read nodes that it was not given; None leaves it to each."""
    _override[0] = allow_external_dependencies


def outside(function: Any, sources: tuple[Any, ...], reads: Reads) -> tuple[Any, ...]:
    """The nodes that were read and are none of the inputs; TraceMissingInputsError where that may not be."""
    if not reads.hard and not reads.soft:
        return ()
    known = {id(one) for one in sources} | {id(one) for source in sources for one in source._sources}
    known |= {id(one) for source in sources for one in held(source._data)}
    hard = [one for key, one in reads.hard.items() if key not in known]
    soft = [one for key, one in reads.soft.items() if key not in known and key not in reads.hard]
    allowed = function.allow_external_dependencies if _override[0] is None else _override[0]
    if hard and not allowed:
        names = ", ".join(f"{one.name} ({one._data!r})" for one in hard)
        them = "it" if len(hard) == 1 else "each"
        raise TraceMissingInputsError(MISSING.format(name=function.fun_name, nodes=names, them=them))
    return (*hard, *soft)
