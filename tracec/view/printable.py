"""A text that came from elsewhere -> one that a terminal shows, and does not obey."""

from __future__ import annotations

import re
import sys

STYLES = (("diff ", "bold"), ("+++", "bold"), ("---", "bold"), ("@@", "cyan"), ("+", "green"), ("-", "red"))  # of lines
ODD = re.compile(r"\r\n|[^\n\t -~]")


def printable(text: str) -> str:
    """Write what is not printable as `repr` does: escapes, control characters, marks of direction; lines stay lines."""
    return ODD.sub(escaped, text)


def escaped(found: re.Match[str]) -> str:
    """Write one character, or the end of a line."""
    return found[0] if found[0] == "\r\n" or found[0].isprintable() else repr(found[0])[1:-1]


def print_diff(text: str) -> None:
    """Print a diff: as it is for programs; in colours, with nothing that a terminal would obey, on one.

    `NO_COLOR` takes the colours away.
    """
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in printable(text).splitlines():
        console.print(Text(line, style=next((style for start, style in STYLES if line.startswith(start)), "")))
