"""Targets -> what their values may be: numbers within bounds, options, texts."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.target import Target
from tracec.passes.propose.tune.region import Point
from tracec.passes.syntax.parsing import expression_of

DimensionKind = Literal["int", "float", "choice"]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One parameter. A number is itself in a point, of a choice the source text of an option stands there.

    `options` has at least the value as it is; of a number it is empty.
    """

    target: Target
    kind: DimensionKind
    start: Any
    low: float = -math.inf
    high: float = math.inf
    options: tuple[str, ...] = ()

    def text(self, value: Any) -> str:
        """A value -> the source text that takes the literal's place."""
        return str(value) if self.kind == "choice" else repr(value)

    def inside(self, value: float) -> Any:
        """The nearest value allowed."""
        bounded = min(max(value, self.low), self.high)
        if self.kind == "float":
            return float(bounded)
        whole = round(bounded)
        return whole + 1 if whole < self.low else whole - 1 if whole > self.high else whole

    def allows(self, value: float) -> bool:
        """Whether a number is within the bounds."""
        return self.low <= value <= self.high


def space(targets: Sequence[Target], texts: Sequence[str] = ()) -> tuple[Dimension, ...]:
    """Targets that are values -> dimensions; `texts` are what a text may become, where it has no options.

    TracecError for a value or a bound that is none.
    """
    return tuple(dimension(target, texts) for target in targets)


def dimension(target: Target, texts: Sequence[str]) -> Dimension:
    """One of them."""
    if target.kind in ("choice", "text"):
        current = canonical(target.value)
        given = options_of(target) or (list(texts) if target.kind == "text" else [])
        options = tuple(dict.fromkeys([current, *map(canonical, given)]))
        return Dimension(target, "choice", current, options=options)
    value = number_of(target, target.value)
    low, high = (bound(target, name, default) for name, default in (("low", -math.inf), ("high", math.inf)))
    if low > high:
        raise wrong(target, f"low={low:g} is above high={high:g}", "exchange them")
    return Dimension(target, "int" if isinstance(value, int) else "float", value, low, high)


def constraint(target: Target, name: str) -> str:
    """The text behind `name=`, "" where there is none."""
    found = (text for text in target.constraints if text.partition("=")[0].strip() == name)
    return next(found, "").partition("=")[2].strip()


def bound(target: Target, name: str, default: float) -> float:
    """`low=0` -> 0."""
    text = constraint(target, name)
    return number_of(target, text) if text and text != "None" else default


def number_of(target: Target, text: str) -> int | float:
    """A literal, or arithmetic of literals as in `2**10`."""
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        value = None
    if type(value) not in (int, float) or not math.isfinite(value):
        raise wrong(target, f"{text!r} is no number that is written out", "write it as a literal")
    return value  # type: ignore[no-any-return]


def wrong(target: Target, what: str, todo: str) -> TracecError:
    """The error with its place."""
    return TracecError(f"{target.qualname}: {what}", todo, path=target.span.path, line=target.span.line)


def options_of(target: Target) -> list[str]:
    """The source texts in `options=[...]`; none where it is written otherwise."""
    tree = expression_of(constraint(target, "options"))
    return [ast.unparse(option) for option in tree.elts] if isinstance(tree, (ast.List, ast.Tuple, ast.Set)) else []


def canonical(text: str) -> str:
    """One text for one value, whatever quotes and spaces it was written with."""
    tree = expression_of(text.strip())
    return text if tree is None else ast.unparse(tree)


def start_of(dimensions: Sequence[Dimension]) -> Point:
    """The program as it is."""
    return tuple(d.start for d in dimensions)
