"""Two texts of a file -> a unified diff that `git apply` accepts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

MARK = "\\ No newline at end of file\n"


def unified(path: str, before: str, after: str) -> str:
    """Write the diff with `a/` and `b/` before `path` (relative, with slashes); empty where the texts are equal.

    Lines end at "\\n" and nowhere else: form feeds, "\\r" and U+2028 are characters like any other, as git sees them.
    An empty `before` or `after` is an empty file, not a missing one. Where a file is not UTF-8, pass its bytes decoded
    with `surrogateescape` and encode the diff the same way.
    """
    if before == after:
        return ""
    old, new = _lines(before), _lines(after)
    hunks = list(difflib.unified_diff(old, new, n=3))[2:]
    names = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    # git takes a name that holds a space to go on up to a tab
    tabs = ["\t" if " " in name and name[0] != '"' else "" for name in names]
    head = f"diff --git {names[0]} {names[1]}\n--- {names[0]}{tabs[0]}\n+++ {names[1]}{tabs[1]}\n"
    return head + "".join(_ended(hunks))


def _lines(text: str) -> list[str]:
    *whole, rest = text.split("\n")
    return [line + "\n" for line in whole] + ([rest] if rest else [])


def _ended(hunks: list[str]) -> Iterator[str]:
    for line in hunks:
        yield line if line.endswith("\n") else f"{line}\n{MARK}"


def _quoted(name: str) -> str:
    """A file name as git writes it: quoted, with octal bytes, where it holds control characters, `"` or a backslash."""
    data = name.encode("utf-8", "surrogateescape")
    if not any(byte < 32 or byte in b'"\\\x7f' for byte in data):
        return name
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in data) + '"'
