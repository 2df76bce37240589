"""How the values of nodes are called."""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType
from typing import Any

from tracec.opto.engine.operations import Operation


@lru_cache(maxsize=256)
def calling(positional: int, names: tuple[str, ...]) -> Operation:
    """The operation of a call of a value."""
    labels = ("fun", *(f"args_{at}" for at in range(positional)), *names)
    return Operation("call", "fun(...)", None, labels)


def in_python(function: Any) -> bool:
    """Whether a function or method is written in Python."""
    value = data_of(function)
    return isinstance(getattr(value, "__func__", value), FunctionType) or getattr(value, "_is_bundle", False) is True


def calls_of(names: tuple[str, ...], nodes: bool) -> Any:
    """What calls the value of a node, with the last arguments by name."""

    def call(function: Any, *values: Any) -> Any:
        given = values if nodes else [one._data for one in values]
        positional = len(values) - len(names)
        return function._data(*given[:positional], **dict(zip(names, given[positional:])))

    return call


def methods_of(name: str, names: tuple[str, ...]) -> Any:
    """What calls a method of a value, with the last arguments by name."""

    def call(x: Any, *values: Any) -> Any:
        positional = len(values) - len(names)
        plain = [data_of(one) for one in values]
        if name == "join":
            return x.join(map(data_of, plain))
        return getattr(x, name)(*plain[:positional], **dict(zip(names, plain[positional:])))

    return call


def data_of(value: Any) -> Any:
    """An element as it is; of a node its value."""
    return value._data if hasattr(value, "_sources") else value


def operation_info(made: Any) -> dict[str, Any]:
    """What is known of an operator's call."""
    kind = made._kind
    return {
        "fun_name": kind.name, "_fun_name": kind.name, "doc": kind.about, "fun": kind.function,
        "inputs": {"args": [*made._sources], "kwargs": {}}, "output": made._data, "error_comment": None,
        "traceback": None, "external_dependencies": [],
    }  # fmt: skip
