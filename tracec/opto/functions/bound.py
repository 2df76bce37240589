"""Binding: a bundled function as a method. Each object has a version of its own, as soon as it is asked for."""

from __future__ import annotations

import copy
import importlib
import pickle
from typing import Any

from tracec.opto.engine.kinds import Node
from tracec.opto.trace.containers import RESERVED

SELF = f"{RESERVED}self_node"
NO_PICKLE = "{name} cannot be pickled: it is not found under its name in {module}; define it at the top of a module"


class Binding:
    """What makes a function of a class's body a method, and what copies and pickles it."""

    _self_node: Any = None  # the node of the object that it belongs to
    _owner: type | None = None
    _static = _of_class = False
    parameter: Any
    _version: tuple[str, Any]
    _root_: Any = None

    @property
    def name(self) -> str:
        """What the function is called in the graph."""
        raise NotImplementedError

    @property
    def _root(self) -> Any:
        """The function that it is a version of."""
        return self._root_ if self._root_ is not None else self

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner

    def __get__(self, holder: Any, kind: type | None = None) -> Any:
        if self._of_class:
            return self._bound_to(Node(kind))
        if holder is None or self._static:
            return self
        space = getattr(holder, "__dict__", None)
        if type(space) is not dict:  # a class, or an object with slots
            return self._bound_to(Node(holder))
        own = f"{RESERVED}bundle_{self.name}"
        found = space.get(own)
        if found is None:
            if SELF not in space:
                space[SELF] = Node(holder)
            found = space[own] = self._bound_to(space[SELF], own=True)
        return found

    def _bound_to(self, self_node: Any, own: bool = False) -> Any:
        """A version that begins its arguments with an object; with a parameter of its `own`, or the same one."""
        made = copy.copy(self)
        made._self_node, made._root_ = self_node, made
        if own and made.parameter is not None:
            made.parameter = copy.deepcopy(made.parameter, {id(self): made})
            made.parameter.origin = made
        return made

    def _given(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments of a call within its own call, the object before them."""
        return args if self._self_node is None else (self._self_node._data, *args)

    def __copy__(self) -> Any:
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.__dict__["_operations"] = {}
        made.__dict__["_root_"] = self._root
        return made

    def copy(self) -> Any:
        """A copy with the very same parameter."""
        return copy.copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = copy.copy(self)
        memo[id(self)] = made
        made._root_ = made
        made.parameter = copy.deepcopy(self.parameter, memo)
        if made.parameter is not None:
            made.parameter.origin = made
        made._self_node = copy.deepcopy(self._self_node, memo)
        return made

    def __reduce__(self) -> Any:
        text = self.parameter._data if self.parameter is not None else None
        if self._self_node is not None:
            return bound_again, (self._self_node._data, self.__name__, text)  # type: ignore[attr-defined]
        module, name = self.__module__, self.__qualname__  # type: ignore[attr-defined]
        if found_in(module, name) is None:
            raise pickle.PicklingError(NO_PICKLE.format(name=name, module=module))
        return found_again, (module, name, text)


def found_in(module: str, name: str) -> Any:
    """What a module has under a qualified name; None for nothing."""
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def found_again(module: str, name: str, text: str | None) -> Any:
    """A bundled function that was pickled: the module's own, or a copy with another text."""
    return with_text(found_in(module, name), text)


def bound_again(holder: Any, name: str, text: str | None) -> Any:
    """A bundled method that was pickled."""
    return with_text(getattr(holder, name), text)


def with_text(found: Any, text: str | None) -> Any:
    """A bundled function with a text: itself where that is its own."""
    if text is None or found.parameter is None or found.parameter._data == text:
        return found
    made = copy.deepcopy(found)
    made.parameter._data = text
    return made
