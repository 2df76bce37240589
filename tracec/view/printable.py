"""A text that came from elsewhere -> one that a terminal shows, and does not obey."""

from __future__ import annotations

KEPT = "\n\t"


def printable(text: str) -> str:
    """Write what is not printable as `repr` does: escapes, control characters, marks of direction."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in KEPT else repr(c)[1:-1] for c in text)
