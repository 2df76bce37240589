"""Source -> its lines as HTML, coloured as the file's language wants; plain where that is not known."""

from __future__ import annotations

from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from tracec.view.run_page.markup import Html, h, joined, text

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST = 200_000  # characters of a file that is coloured: about half a second; chosen
CLASSES = {  # of pygments' kinds of words, the more special first
    "Token.Comment": "c", "Token.Literal.String": "s", "Token.Literal.Number": "m", "Token.Keyword": "k",
    "Token.Operator.Word": "k", "Token.Name.Function": "f", "Token.Name.Class": "f", "Token.Name.Decorator": "d",
    "Token.Name.Builtin": "b", "Token.Name.Exception": "b",
}  # fmt: skip


def highlighted(source: str, path: str) -> list[Html]:
    """The lines of a file, without their ends."""
    plain, lexer = source.split("\n"), lexer_of(PurePath(path).suffix) if len(source) <= LONGEST else None
    if lexer is None or "\r" in source:  # it would make one end of line of both
        return [*map(text, plain)]
    lines: list[list[Html]] = [[]]
    for kind, word in lexer.get_tokens(source):
        first, *rest = word.split("\n")
        for at, piece in enumerate((first, *rest)):
            lines += [[]] * 0 if not at else [[]]
            if piece:
                lines[-1].append(coloured(str(kind), piece))
    return [*map(joined, lines)] if len(lines) == len(plain) else [*map(text, plain)]


@cache
def lexer_of(suffix: str) -> Lexer | None:
    """What tells the words of a language, by how its files end; None where nobody knows it."""
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(f"x{suffix}", stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def coloured(kind: str, word: str) -> Html:
    """One word."""
    found = class_of(kind)
    return h("span", word, class_=found) if found else text(word)


@cache
def class_of(kind: str) -> str | None:
    """The class of a kind of words."""
    return next((name for prefix, name in CLASSES.items() if kind.startswith(prefix)), None)
