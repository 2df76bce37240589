"""Words of the command line -> values; argparse.ArgumentTypeError says what is wrong with a word."""

from __future__ import annotations

import math

PARTS = ("blame", "slice", "synthesis", "ranking", "holes", "memory")  # of an optimizer, that can be left out


def count(text: str) -> int:
    """A whole number from 0."""
    if not text.isascii() or not text.isdigit():
        raise _wrong(f"{text!r} is not a whole number from 0")
    return int(text)


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise _wrong(f"{text!r} is not a whole number from 1")
    return int(text)


def parts(text: str) -> list[str]:
    """Words of `PARTS`, with commas between."""
    if wrong := [word for word in text.split(",") if word not in PARTS]:
        raise _wrong(f"{wrong[0]!r} is none of {', '.join(PARTS)}")
    return text.split(",")


def amount(text: str) -> float:
    """A finite number from 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise _wrong(f"{text!r} is not a number from 0")
    return number


def _wrong(text: str) -> Exception:
    import argparse  # `tracec run` starts without it

    return argparse.ArgumentTypeError(text)
