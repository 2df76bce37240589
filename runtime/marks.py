"""Marks say what may change, and what the user thinks of a value; at run time each is the identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
def trainable(thing: T, /) -> T: ...
@overload
def trainable(*, goal: str = "", constraints: Sequence[str] = ()) -> Callable[[T], T]: ...
def trainable(thing: Any = None, /, *, goal: str = "", constraints: Sequence[str] = ()) -> Any:
    """Mark a function or class as code that may change; returns it unchanged.

    Used bare or with a goal: `@trainable` or `@trainable(goal="never negative", constraints=["keep the signature"])`.
    """
    return thing if thing is not None else lambda marked: marked


def param(value: T, *, goal: str = "", low: object = None, high: object = None) -> T:
    """Mark a number or a text that may change: `rate = param(0.2, low=0, high=1)`; returns the value unchanged."""
    return value


def choice(value: T, *, options: Sequence[T], goal: str = "") -> T:
    """Mark a value that may become another of `options`; returns it unchanged."""
    return value


def feedback(value: T, text: str = "", *, score: float | None = None) -> T:
    """Say what you think of a value, in words, as a score (more is better), or both; returns it unchanged.

    Where the run is recorded, it flows backward from there: `tracec show FILE --slice feedback`.
    """
    return value
