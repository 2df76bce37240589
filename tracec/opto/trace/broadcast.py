"""One operation for all nodes in containers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tracec.opto.engine.kinds import Node
from tracec.opto.trace.containers import NodeContainer


def recursive_conversion(true_func: Callable[[Any], Any], false_func: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that maps nodes with one function and all else with the other, within containers of any depth."""

    def convert(value: Any) -> Any:
        if isinstance(value, Node):
            return true_func(value)
        if type(value) in (tuple, list, set):
            return type(value)(convert(one) for one in value)
        if isinstance(value, dict):
            return {key: convert(one) for key, one in value.items()}
        if isinstance(value, NodeContainer):
            made = copy.copy(value)
            for name, one in vars(value).items():
                setattr(made, name, convert(one))
            return made
        return false_func(value)

    return convert


def to_data(value: Any) -> Any:
    """The value with the data of nodes in their place."""
    return recursive_conversion(lambda one: one.data, lambda one: one)(value)


def wrap_node(value: Any) -> Any:
    """The value with everything in it as a node."""
    return recursive_conversion(lambda one: one, Node)(value)


def apply_op(op: Callable[..., Any], output: Any, *args: Any, **kwargs: Any) -> Any:
    """Apply an operation to the nodes at the same places of all arguments, and put the results into `output`.

    A node among the arguments stands for itself at every place; plain values of the output stay.
    """
    given = [*args, *kwargs.values()]
    if all(isinstance(one, Node) for one in given):
        return op(*args, **kwargs)
    if not all(isinstance(one, Node) or type(one) is type(output) for one in given):
        raise TypeError(f"all arguments have to be nodes or of the class of the output, {type(output).__name__}")

    if isinstance(output, (list, tuple)):
        if any(not isinstance(one, Node) and len(one) != len(output) for one in given):
            raise ValueError("all sequences have to be as long as the output")
        made = [_at(op, lambda one, k=k: one[k], old, args, kwargs) for k, old in enumerate(output)]  # type: ignore[misc]
        if isinstance(output, tuple):
            return tuple(made)
        output[:] = made
    elif isinstance(output, dict):
        for key, old in output.items():
            output[key] = _at(op, lambda one, key=key: one[key], old, args, kwargs)  # type: ignore[misc]
    elif isinstance(output, NodeContainer):
        for name, old in vars(output).items():
            new = _at(op, lambda one, name=name: getattr(one, name), old, args, kwargs)  # type: ignore[misc]
            setattr(output, name, new)
    return output


def _at(op: Any, pick: Callable[[Any], Any], old: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The same at one place of all containers."""
    inner = [one if isinstance(one, Node) else pick(one) for one in args]
    return apply_op(op, old, *inner, **{k: v if isinstance(v, Node) else pick(v) for k, v in kwargs.items()})
