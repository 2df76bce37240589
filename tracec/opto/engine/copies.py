"""Copies of rows, which like pickled ones were computed from nothing."""

from __future__ import annotations

import copy
from typing import Any

from tracec.opto.engine.names import GRAPH
from tracec.opto.engine.operations import Operation


def bare(kind: type, value: Any, operation: Operation) -> Any:
    """A row that was computed from nothing, of any class."""
    made: Any = object.__new__(kind)
    made._data, made._sources, made._heirs, made._more, made._place = value, (), None, None, None
    made._kind, made._number = operation, 0
    return made


def restored(kind: type, value: Any, operation: Operation, number: int, more: dict[str, Any]) -> Any:
    """A row that was pickled: like a copy it was computed from nothing."""
    made = bare(kind, value, operation)
    made._number = number
    if more:
        made.__dict__.update(more)
    return made


def detached(row: Any, memo: dict[int, Any], deep: bool = True) -> Any:
    """A copy that was computed from nothing."""
    operation = Operation(f"{row.py_name}_copy", row._description)
    made = bare(type(row), row._data, operation)
    memo[id(row)] = made
    made._number = GRAPH.number(operation.name)
    if deep:
        made._data = copy.deepcopy(row._data, memo)
    if hasattr(row, "__dict__"):
        made.__dict__.update(copy.deepcopy(row.__dict__, memo) if deep else row.__dict__)
    return made
