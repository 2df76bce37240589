"""A function's parameters and the arguments of a call -> named inputs, each a node, and what the function is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from tracec.opto.engine.kinds import Node, filled, message
from tracec.opto.engine.operations import Operation

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_leaves: dict[str, Operation] = {}  # of arguments, by the parameter's name


class Inputs(NamedTuple):
    """Names and nodes in the order of the parameters, and which of them are given by position and by name."""

    labels: tuple[str, ...]
    nodes: tuple[Any, ...]  # a node, or a bundled function
    positional: int
    names: tuple[str, ...]


class Shape:
    """The parameters of a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.signature = inspect.signature(function)
        parameters = self.signature.parameters.values()
        self.names = tuple(self.signature.parameters)
        self.plain = all(one.kind in POSITIONAL for one in parameters)
        self.later = inspect.iscoroutinefunction(function)  # whether a call gives a coroutine

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Inputs:
        """The inputs of a call; TypeError as Python raises it."""
        if self.plain and not kwargs and len(args) == len(self.names):
            nodes = tuple([wrapped(value, name) for value, name in zip(args, self.names)])
            return Inputs(self.names, nodes, len(nodes), ())
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        labels: list[str] = []
        nodes_: list[Any] = []
        by_name: list[str] = []
        positional = 0
        for name, value in bound.arguments.items():
            kind = self.signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                found = {f"args_{at}": one for at, one in enumerate(value)}
            else:
                found = dict(value) if kind is inspect.Parameter.VAR_KEYWORD else {name: value}
            labels += found
            nodes_ += [wrapped(one, None if name != label else name) for label, one in found.items()]
            if kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD):
                by_name += found
            else:
                positional += len(found)
        return Inputs(tuple(labels), tuple(nodes_), positional, tuple(by_name))


def wrapped(value: Any, name: str | None) -> Any:
    """An argument as a node; a bundled function stays what it is."""
    if isinstance(value, Node):
        return value._now()
    if getattr(value, "_is_bundle", False):
        return value
    within = held(value)
    if within:
        return message(value, holding(name or type(value).__name__, len(within)), tuple(within))
    return Node(value) if name is None else named(value, _leaves.get(name) or _leaves.setdefault(name, Operation(name)))


def named(value: Any, operation: Operation) -> Node:
    """A leaf that is called by a parameter's name."""
    made: Node = Node.__new__(Node)
    filled(made, value, operation, ())
    return made


def held(value: Any) -> list[Node]:
    """The nodes in a list, tuple, set or dictionary, not those within other ones in it."""
    if type(value) in (list, tuple, set):
        return [one._now() for one in value if isinstance(one, Node)]
    if type(value) is dict:
        return [one._now() for one in (*value.values(), *value) if isinstance(one, Node)]
    return []


def holding(name: str, count: int) -> Operation:
    """The operation that puts nodes into a container."""
    return Operation(name, "[make] puts its inputs into a container", None, tuple(f"item_{at}" for at in range(count)))
