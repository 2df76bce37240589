"""Kinds of nodes that are no value of an expression."""

from __future__ import annotations

NO_VALUE = frozenset({
    "store", "delete", "def", "class", "test", "assert", "raise", "exception", "caught", "param", "loop", "with",
    "match",
})  # fmt: skip
