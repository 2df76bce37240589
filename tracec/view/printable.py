"""A text that came from elsewhere -> one that a terminal shows, and does not obey."""

from __future__ import annotations

import re
import sys

ODD = re.compile(r"\r\n|[^\n\t -~]")


def printable(text: str) -> str:
    """Write what is not printable as `repr` does: escapes, control characters, marks of direction; lines stay lines."""
    return ODD.sub(escaped, text)


def escaped(found: re.Match[str]) -> str:
    """Write one character, or the end of a line."""
    return found[0] if found[0] == "\r\n" or found[0].isprintable() else repr(found[0])[1:-1]


def for_stdout(text: str) -> str:
    """Give a text that is meant for programs as well, such as a diff, as it is, but not to a terminal."""
    return printable(text) if sys.stdout.isatty() else text
