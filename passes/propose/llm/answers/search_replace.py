"""Search/replace blocks -> pieces: what is to be found, and what takes its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracec.passes.propose.llm.answers.answer import Piece

START = re.compile(r"^\s*<{5,9}\s*(SEARCH|ORIGINAL|OLD|HEAD|BEFORE)?\b.*$", re.IGNORECASE)
MIDDLE = re.compile(r"^\s*={5,9}\s*$")
END = re.compile(r"^\s*>{5,9}\s*(REPLACE|UPDATED|NEW|AFTER)?\b.*$", re.IGNORECASE)
PATH = re.compile(r"^\s*(?:#+\s*|\*\*)?`?([\w./\\-]+\.py(?::[\w.<>#]+)?)`?(?:\*\*)?:?\s*$")


def blocks(text: str, name: str) -> Iterator[Piece]:
    """All blocks of a text; a line before one may name its file."""
    lines, at = text.split("\n"), 0
    while at < len(lines):
        made = block(lines, at, name)
        if made is not None:
            yield made[0]
            at = made[1]
            continue
        path = PATH.match(lines[at])
        name = path[1] if path else name
        at += 1


def block(lines: Sequence[str], at: int, name: str = "") -> tuple[Piece, int] | None:
    """The block that begins on a line, and the line behind it; None where there is none."""
    if not START.match(lines[at]):
        return None
    middle = next((n for n in range(at + 1, len(lines)) if MIDDLE.match(lines[n])), -1)
    if middle < 0:
        return None
    again = next((n for n in range(middle + 1, len(lines)) if START.match(lines[n])), len(lines))
    end = next((n for n in range(middle + 1, again) if END.match(lines[n])), -1)
    old, new = "\n".join(lines[at + 1 : middle]), "\n".join(lines[middle + 1 : end if end >= 0 else again])
    return Piece("search/replace", new, name, old, open=end < 0), (end + 1 if end >= 0 else again)
