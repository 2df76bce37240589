"""Source -> its lines as HTML, coloured as the file's language wants; plain where that is not known."""

from __future__ import annotations

from tracec.view.run_page.markup import Html, h, joined, text

LONGEST = 400_000  # characters of a file that is coloured; chosen
CLASSES = {  # of pygments' kinds of words, the more special first
    "Token.Comment": "c", "Token.Literal.String": "s", "Token.Literal.Number": "m", "Token.Keyword": "k",
    "Token.Operator.Word": "k", "Token.Name.Function": "f", "Token.Name.Class": "f", "Token.Name.Decorator": "d",
    "Token.Name.Builtin": "b", "Token.Name.Exception": "b",
}  # fmt: skip


def highlighted(source: str, path: str) -> list[Html]:
    """The lines of a file, without their ends."""
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    plain = source.split("\n")
    if len(source) > LONGEST:
        return [*map(text, plain)]
    try:
        lexer = get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return [*map(text, plain)]
    lines: list[list[Html]] = [[]]
    for kind, word in lexer.get_tokens(source):
        first, *rest = word.split("\n")
        for at, piece in enumerate((first, *rest)):
            lines += [[]] * 0 if not at else [[]]
            if piece:
                lines[-1].append(coloured(str(kind), piece))
    return [*map(joined, lines)] if len(lines) == len(plain) else [*map(text, plain)]


def coloured(kind: str, word: str) -> Html:
    """One word."""
    found = next((name for prefix, name in CLASSES.items() if kind.startswith(prefix)), None)
    return h("span", word, class_=found) if found else text(word)
