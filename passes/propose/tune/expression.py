"""Arithmetic over parameters -> its value at a point, and its linear form where it has one."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Number = int | float
LARGEST_INTEGER = 1 << 64  # an integer beyond is left to the program itself; chosen
HIGHEST_POWER = 64  # exponent; chosen


@dataclass(frozen=True, slots=True)
class Parameter:
    """The value of one parameter, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A function of expressions; `name` is a key of FUNCTIONS."""

    name: str
    operands: tuple[Expression, ...]


Expression = Number | Parameter | Operation


@dataclass(frozen=True, slots=True)
class Linear:
    """The linear form: constant + sum of factor * parameter."""

    constant: float
    factors: Mapping[int, float] = field(default_factory=dict)

    def at(self, point: Sequence[Any]) -> float:
        """Evaluate it at a point."""
        return self.constant + float(sum(factor * point[number] for number, factor in self.factors.items()))


def power(base: Number, exponent: Number) -> Any:
    """Raise numbers that do not grow without bound to a power; ArithmeticError for the others."""
    if abs(exponent) > HIGHEST_POWER:
        raise OverflowError
    return base**exponent


# Operators by the names of `ast`, functions by their own.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": power,
    "USub": operator.neg,
    "UAdd": operator.pos,
    "abs": abs,
    "float": float,
    "int": int,
    "round": round,
    "min": min,
    "max": max,
    **{name: getattr(math, name) for name in ("sqrt", "exp", "log", "log2", "log10", "sin", "cos", "floor", "ceil")},
}


def value_of(expression: Expression, point: Sequence[Any]) -> Any:
    """Evaluate at a point. ArithmeticError, ValueError or TypeError where there is no value."""
    if isinstance(expression, Parameter):
        return point[expression.number]
    if not isinstance(expression, Operation):
        return expression
    made = FUNCTIONS[expression.name](*[value_of(operand, point) for operand in expression.operands])
    if isinstance(made, int) and abs(made) > LARGEST_INTEGER:
        raise OverflowError
    return made


def size_of(expression: Expression, most: int) -> int:
    """Count the operations, up to `most`: shared parts count wherever they stand."""
    if most <= 0 or not isinstance(expression, Operation):
        return 0
    count = 1
    for operand in expression.operands:
        count += size_of(operand, most - count)
    return count


def parameters(expression: Expression) -> frozenset[int]:
    """Return the numbers of the parameters in it."""
    if isinstance(expression, Parameter):
        return frozenset((expression.number,))
    if isinstance(expression, Operation):
        return frozenset[int]().union(*map(parameters, expression.operands))
    return frozenset()


def linear(expression: Expression) -> Linear | None:
    """Bring to the linear form; None where there is none."""
    if isinstance(expression, Parameter):
        return Linear(0.0, {expression.number: 1.0})
    if not isinstance(expression, Operation):
        return Linear(float(expression)) if math.isfinite(expression) else None
    parts = [linear(operand) for operand in expression.operands]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    return LINEAR[expression.name](*known) if expression.name in LINEAR else None


def combined(a: Linear, b: Linear, sign: float) -> Linear:
    """Compute a + sign * b."""
    numbers = {*a.factors, *b.factors}
    return Linear(
        a.constant + sign * b.constant, {n: a.factors.get(n, 0.0) + sign * b.factors.get(n, 0.0) for n in numbers}
    )


def scaled(a: Linear, by: float) -> Linear:
    """Compute a * by."""
    return Linear(a.constant * by, {number: factor * by for number, factor in a.factors.items()})


def product(a: Linear, b: Linear) -> Linear | None:
    """Compute a * b, where one of them is a constant; else None."""
    if a.factors and b.factors:
        return None
    return scaled(a, b.constant) if a.factors else scaled(b, a.constant)


def quotient(a: Linear, b: Linear) -> Linear | None:
    """Compute a / b, where b is a constant; else None."""
    return scaled(a, 1 / b.constant) if not b.factors and b.constant else None


LINEAR: dict[str, Callable[..., Linear | None]] = {
    "Add": lambda a, b: combined(a, b, 1.0),
    "Sub": lambda a, b: combined(a, b, -1.0),
    "Mult": product,
    "Div": quotient,
    "USub": lambda a: scaled(a, -1.0),
    "UAdd": lambda a: a,
    "float": lambda a: a,
}
