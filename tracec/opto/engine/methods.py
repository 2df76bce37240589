"""The methods of a node that are those of its value: of texts, lists, sets and dicts. What they give is a node."""

from __future__ import annotations

from typing import Any

from tracec.opto.engine import operations as ops

BUILTIN = (str, bytes, list, dict, tuple, set, frozenset, int, float, complex, range)
# Methods that change their object: what is computed from the node afterwards depends on that.
CHANGES = frozenset([
    "append", "extend", "insert", "remove", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add",
    "discard", "difference_update", "intersection_update", "symmetric_difference_update", "pop",
])  # fmt: skip
HINT = (
    "'{kind}' has no attribute {name!r} of its own: write x.getattr({name!r}), x.call({name!r}, ...) or x.data.{name}"
)


class Methods:
    """Attributes of built-in values as traced calls; those of other objects are asked for by `getattr` and `call`."""

    __slots__ = ()
    _data: Any

    def _now(self) -> Any:
        raise NotImplementedError

    def _call(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def _method(self, name: str, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def _two(self, operation: Any, other: object) -> Any:
        raise NotImplementedError

    def _changed(self, by: Any) -> None:
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and isinstance(self._data, BUILTIN) and callable(getattr(self._data, name, None)):
            return lambda *args, **kwargs: self._method(name, *args, **kwargs)
        raise AttributeError(HINT.format(kind=type(self).__name__, name=name), name=name, obj=self)

    def getattr(self, key: Any) -> Any:
        """An attribute of the value, as a node."""
        return self._two(ops.GETATTR, key)

    def call(self, fun: str, *args: Any, **kwargs: Any) -> Any:
        """A method of the value, called; as a node."""
        made = self._call(self.getattr(fun), *args, **kwargs)
        if fun in CHANGES and isinstance(self._data, (list, dict, set, bytearray)):
            self._changed(made)
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self, *args, **kwargs)

    def format(self, *args: Any, **kwargs: Any) -> Any:
        """`str.format`, as a node."""
        if not isinstance(self._data, str):
            raise AttributeError(HINT.format(kind=type(self).__name__, name="format"))
        return self._method("format", *args, **kwargs)

    def join(self, seq: Any) -> Any:
        """`str.join` of nodes or texts, as a node."""
        if not isinstance(self._data, str):
            raise AttributeError(HINT.format(kind=type(self).__name__, name="join"))
        return self._method("join", *seq)
