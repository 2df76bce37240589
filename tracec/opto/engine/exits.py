"""Where a plain value leaves a node, as Python takes no other from `==`, `if`, `len`, `str`. The node keeps that."""

from __future__ import annotations

from typing import Any


class Exits:
    """What Python calls for a plain value. Each notes on the node what it was asked for, and where."""

    __slots__ = ()
    _data: Any

    def _left(self, how: str) -> None:
        raise NotImplementedError

    def __eq__(self, other: object) -> Any:
        self._left("==")
        return self._data == (other._data if isinstance(other, Exits) else other)

    def __ne__(self, other: object) -> Any:
        self._left("!=")
        return self._data != (other._data if isinstance(other, Exits) else other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        self._left("bool")
        return bool(self._data)

    def __len__(self) -> int:
        self._left("len")
        return len(self._data)

    def __contains__(self, item: object) -> bool:
        self._left("in")
        return (item._data if isinstance(item, Exits) else item) in self._data

    def __str__(self) -> str:
        self._left("str")
        return str(self._data)

    def __format__(self, spec: str) -> str:
        self._left("format")
        return format(self._data, spec)

    def __int__(self) -> int:
        self._left("int")
        return int(self._data)

    def __float__(self) -> float:
        self._left("float")
        return float(self._data)

    def __complex__(self) -> complex:
        self._left("complex")
        return complex(self._data)

    def __index__(self) -> int:
        self._left("index")
        found: int = self._data.__index__()
        return found

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        import numpy

        self._left("numpy")
        return numpy.asarray(self._data, dtype=dtype)
