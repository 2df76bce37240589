"""Objects that hold nodes: NodeContainer, ParameterContainer, Seq, Map."""

from __future__ import annotations

import copy
import functools
import inspect
from collections import UserDict, UserList
from collections.abc import Iterator
from typing import Any

from tracec.opto.engine.kinds import ParameterNode

RESERVED = "__TRACE_RESERVED_"  # the beginning of the names under which an object keeps its own bundled functions
PARTIAL = "a trainable function within functools.partial is no parameter: call it from a function of your own instead"


class NodeContainer:
    """An object whose attributes are nodes; `apply_op` goes through them."""


def is_bundle(value: Any) -> bool:
    """Whether it is a bundled function."""
    return getattr(type(value), "_is_bundle", False) is True


def trainable_method(value: Any) -> bool:
    """Whether it is a bundled function whose code may change."""
    return is_bundle(value) and value.parameter is not None


def members(holder: Any) -> Iterator[tuple[str, Any]]:
    """The attributes of an object and its class, by name; no property is run."""
    own = getattr(holder, "__dict__", {})
    for name in sorted({*dir(type(holder)), *own}):
        if name.startswith(RESERVED):
            continue
        value = own[name] if name in own else inspect.getattr_static(type(holder), name, None)
        yield name, getattr(holder, name) if name not in own and is_bundle(value) else value


class ParameterContainer(NodeContainer):
    """An object with parameters: in its attributes, in those that are containers, and its trainable functions."""

    def parameters(self) -> list[ParameterNode]:
        """All parameters, those within other containers too."""
        found: list[ParameterNode] = []
        for value in self.parameters_dict().values():
            found += [value] if isinstance(value, ParameterNode) else value.parameters()
        return found

    def parameters_dict(self) -> dict[str, Any]:
        """Name -> parameter, or container."""
        return {name: value for name, one in members(self) if (value := parameter_in(one)) is not None}

    def copy(self) -> Any:
        """A deep copy with the very same parameters."""
        made = copy.deepcopy(self)
        for name, value in members(self):
            if trainable_method(value):
                getattr(made, name).parameter = value.parameter
            elif isinstance(value, ParameterNode):
                setattr(made, name, value)
            elif isinstance(value, ParameterContainer) and not is_bundle(value):
                setattr(made, name, value.copy())
        return made

    def patch(self, **options: Any) -> Any:
        """What its parameters have become, as a patch of the files that they come from; `.show()` and `.apply()` it."""
        from tracec.opto.writing.patches import patch_of

        return patch_of(self.parameters(), **options)


def parameter_in(value: Any) -> Any:
    """The parameter or container that an attribute is; None for anything else. ValueError where it is hidden."""
    if isinstance(value, functools.partial):
        inner = getattr(value.func, "__self__", value.func)
        if trainable_method(inner):
            raise ValueError(PARTIAL)
        return None
    if is_bundle(value):
        return value.parameter
    return value if isinstance(value, (ParameterNode, ParameterContainer)) else None


class Seq(UserList[Any], ParameterContainer):
    """A list of nodes and containers."""

    def __init__(self, *args: Any) -> None:
        one = args[0] if len(args) == 1 else None
        whole = hasattr(one, "__len__") and hasattr(one, "__getitem__")
        super().__init__(one if whole else args)

    def parameters_dict(self) -> dict[str, Any]:
        """By the names of the parameters, and the places of containers."""
        found: dict[str, Any] = {}
        for at, value in enumerate(self.data):
            if isinstance(value, ParameterNode):
                found[value.name] = value
            elif isinstance(value, ParameterContainer):
                found[f"[{at}]"] = value
        return found


class Map(UserDict[Any, Any], ParameterContainer):
    """A dictionary of nodes and containers; keys may be parameters, too."""

    def __init__(self, mapping: Any) -> None:
        super().__init__(mapping)

    def parameters_dict(self) -> dict[str, Any]:
        """By the keys, and the names of keys that are parameters."""
        found: dict[str, Any] = {}
        for key, value in self.data.items():
            if isinstance(value, (ParameterNode, ParameterContainer)):
                found[key.name if isinstance(key, ParameterNode) else str(key)] = value
            if isinstance(key, ParameterNode):
                found[f"key {key.name}"] = key
            elif isinstance(key, ParameterContainer):
                raise TypeError("a container is no key of a Map")
        return found
