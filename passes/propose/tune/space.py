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
        """Write a value as the source text that takes the literal's place."""
        return str(value) if self.kind == "choice" else repr(value)

    def read(self, text: str) -> Any:
        """A source text -> the value that stands for it in a point."""
        return canonical(text) if self.kind == "choice" else number_of(self.target, text)

    def inside(self, value: float) -> Any:
        """Choose the nearest value allowed."""
        bounded = min(max(value, self.low), self.high)
        if self.kind == "float":
            return float(bounded)
        whole = round(bounded)
        return whole + 1 if whole < self.low else whole - 1 if whole > self.high else whole

    def allows(self, value: float) -> bool:
        """Tell whether a number is within the bounds."""
        return self.low <= value <= self.high


def space(targets: Sequence[Target], texts: Sequence[str] = ()) -> tuple[Dimension, ...]:
    """Make dimensions of targets that are values; `texts` are what a text may become, where it has no options.

    TracecError for a value or a bound that is none.
    """
    return tuple(dimension(target, texts) for target in targets)


def dimension(target: Target, texts: Sequence[str]) -> Dimension:
    """Make one of them."""
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


def bound(target: Target, name: str, default: float) -> float:
    """Read a bound: `low=0` -> 0; the default where there is none."""
    text = target.constraint(name)
    return number_of(target, text) if text and text != "None" else default


def number_of(target: Target, text: str) -> int | float:
    """Read a literal. TracecError for what is none, or not finite."""
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        value = None
    if type(value) not in (int, float) or not math.isfinite(value):
        raise wrong(target, f"{text!r} is no number that is written out", "write it as a literal")
    return value  # type: ignore[no-any-return]


def wrong(target: Target, what: str, todo: str) -> TracecError:
    """Make the error with its place."""
    return TracecError(f"{target.qualname}: {what}", todo, path=target.span.path, line=target.span.line)


def options_of(target: Target) -> list[str]:
    """Return the source texts in `options=[...]`; none where it is written otherwise."""
    tree = expression_of(target.constraint("options"))
    return [ast.unparse(option) for option in tree.elts] if isinstance(tree, (ast.List, ast.Tuple, ast.Set)) else []


def canonical(text: str) -> str:
    """Write one text for one value, whatever quotes and spaces it was written with."""
    tree = expression_of(text.strip())
    return text if tree is None else ast.unparse(tree)


def start_of(dimensions: Sequence[Dimension]) -> Point:
    """Return the point of the program as it is."""
    return tuple(d.start for d in dimensions)


def point_of(dimensions: Sequence[Dimension], targets: Sequence[Target]) -> Point:
    """The values in a program that has these targets."""
    texts = {target.id: target.value for target in targets}
    return tuple(d.read(texts[d.target.id]) for d in dimensions)
