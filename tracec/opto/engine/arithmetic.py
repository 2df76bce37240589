"""The operators of a node: each gives a node that was computed from its operands."""

from __future__ import annotations

from typing import Any

from tracec.opto.engine import operations as ops
from tracec.opto.engine.operations import Operation


class Arithmetic:
    """What Python calls for `+`, `<`, `[]` and the like."""

    __slots__ = ()
    __array_ufunc__ = None  # numpy then lets the node answer: `array + node` is one operation

    def _one(self, operation: Operation) -> Any:
        raise NotImplementedError

    def _two(self, operation: Operation, other: object) -> Any:
        raise NotImplementedError

    def _reflected(self, operation: Operation, other: object) -> Any:
        raise NotImplementedError

    def _is_text(self) -> bool:
        raise NotImplementedError

    def __add__(self, other: object) -> Any:
        return self._two(ops.CONCAT if self._is_text() else ops.ADD, other)

    def __radd__(self, other: object) -> Any:
        return self._reflected(ops.CONCAT if isinstance(other, str) else ops.ADD, other)

    def __pos__(self) -> Any:
        return self._one(ops.POS)

    def __neg__(self) -> Any:
        return self._one(ops.NEG)

    def __abs__(self) -> Any:
        return self._one(ops.ABS)

    def __invert__(self) -> Any:
        return self._one(ops.INVERT)

    def __floor__(self) -> Any:
        return self._one(ops.FLOOR)

    def __ceil__(self) -> Any:
        return self._one(ops.CEIL)

    def __trunc__(self) -> Any:
        return self._one(ops.TRUNC)

    def __round__(self, n: object = None) -> Any:
        return self._two(ops.ROUND, n)

    def __getitem__(self, key: object) -> Any:
        return self._two(ops.GETITEM, key)

    def eq(self, other: object) -> Any:
        """`==` as a node."""
        return self._two(ops.EQ, other)

    def neq(self, other: object) -> Any:
        """`!=` as a node."""
        return self._two(ops.NE, other)

    def len(self) -> Any:
        """`len(x)` as a node."""
        return self._one(ops.LEN)


def forward(operation: Operation) -> Any:
    """The method for `x + y`."""
    return lambda self, other: self._two(operation, other)


def backward(operation: Operation) -> Any:
    """The method for `y + x`, where y is no node."""
    return lambda self, other: self._reflected(operation, other)


BOTH = {
    "sub": ops.SUBTRACT, "mul": ops.MULTIPLY, "truediv": ops.DIVIDE, "floordiv": ops.FLOOR_DIVIDE, "mod": ops.MOD,
    "divmod": ops.DIVMOD, "pow": ops.POWER, "lshift": ops.LSHIFT, "rshift": ops.RSHIFT, "and": ops.AND, "or": ops.OR,
    "xor": ops.XOR, "matmul": ops.MATMUL,
}  # fmt: skip
for _name, _operation in BOTH.items():
    setattr(Arithmetic, f"__{_name}__", forward(_operation))
    setattr(Arithmetic, f"__r{_name}__", backward(_operation))
for _name, _operation in {"lt": ops.LT, "le": ops.LE, "gt": ops.GT, "ge": ops.GE}.items():
    setattr(Arithmetic, f"__{_name}__", forward(_operation))
