"""Columns of `ast`, which counts bytes of UTF-8 -> columns in characters."""

from __future__ import annotations


def characters(line: str, column: int) -> int:
    """Convert a column of `ast` in a line to characters. No error is raised: a character that is cut counts as one."""
    if line.isascii():
        return column
    return len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))
