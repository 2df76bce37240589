"""Search/replace blocks and unified diffs -> pieces: what is to be found, and what takes its place.

The line numbers of a diff are often wrong, so its lines themselves decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracec.passes.propose.llm.answers.answer import Piece

START = re.compile(r"^\s*<{5,9}\s*(SEARCH|ORIGINAL|OLD|HEAD|BEFORE)?\b.*$", re.IGNORECASE)
MIDDLE = re.compile(r"^\s*={5,9}\s*$")
END = re.compile(r"^\s*>{5,9}\s*(REPLACE|UPDATED|NEW|AFTER)?\b.*$", re.IGNORECASE)
PATH = re.compile(r"^\s*(?:#+\s*|\*\*)?`?([\w./\\-]+\.py(?::[\w.<>#]+)?)`?(?:\*\*)?:?\s*$")
HUNK = re.compile(r"^@@(?:\s*-(?P<line>\d+)(?:,\d+)?\s*\+\d+(?:,\d+)?\s*@@)?")
OLD_FILE = re.compile(r"^--- (?:a/)?(?P<path>[^\t\n]+)")
NEW_FILE = re.compile(r"^\+\+\+ (?:b/)?(?P<path>[^\t\n]+)")
HEAD = re.compile(r"^(diff --git |index [0-9a-f]+\.\.|new file|deleted file|similarity|rename )")


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


def is_diff(text: str) -> bool:
    """True where a text has a hunk, or the heads of two files and changed lines."""
    lines = text.split("\n")
    if any(line.startswith("@@") for line in lines) and any(re.match(r"[+-]", line) for line in lines):
        return True
    heads = any(OLD_FILE.match(line) for line in lines) and any(NEW_FILE.match(line) for line in lines)
    return heads or _is_bare(lines)


def _is_bare(lines: Sequence[str]) -> bool:
    """Lines of code with `-` and `+` before them: both are there, and all others are indented by the one blank."""
    marked = [line for line in lines if re.match(r"[+-]", line)]
    signs = {line[0] for line in marked}
    return signs == {"+", "-"} and all(line[:1] in ("+", "-", " ", "") for line in lines)


def hunks(text: str, name: str) -> Iterator[Piece]:
    """The hunks of a diff: what stood there, and what is to stand there. `name` is of the file, where no head says."""
    old: list[str] = []
    new: list[str] = []
    line = 0
    for row in [*text.split("\n"), "@@"]:
        file = NEW_FILE.match(row) if not old and not new else None
        hunk = HUNK.match(row)
        if hunk or file or OLD_FILE.match(row) or HEAD.match(row):
            if old != new:
                yield _piece(old, new, name, line)
            old, new = [], []
            line = int(hunk["line"] or 0) if hunk else 0
            name = file["path"].strip() if file and file["path"].strip() != "/dev/null" else name
        elif not row.startswith("\\"):
            old += [row[1:]] if row[:1] != "+" else []
            new += [row[1:]] if row[:1] != "-" else []


def _piece(old: list[str], new: list[str], name: str, line: int) -> Piece:
    while old and new and not old[-1].strip() and not new[-1].strip():
        old, new = old[:-1], new[:-1]
    return Piece("diff", "\n".join(new), name, "\n".join(old), line)
