"""Code as a model wrote it -> the first variant of it that is Python, and what was mended."""

from __future__ import annotations

import ast
import html
import re
import textwrap
from collections.abc import Callable, Iterator

from tracec.passes.syntax.untrusted import read

INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060"), "")
CURLY = str.maketrans({"\u00a0": " ", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
NUMBERED = re.compile(r"^ *\d+ ?[|:\u2192] ?", re.MULTILINE)
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)
BEGIN = re.compile(
    r"[ \t]*(?:@\w|(?:async[ \t]+)?def[ \t]+\w|class[ \t]+\w|import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b"
    r"|[A-Z_]\w*[ \t]*=[^=])"
)
MOST_ENDS = 60  # ends of code within prose that are tried; chosen
MOST_CUT = 400  # lines of a reply that was cut off which are taken away to find a whole statement; chosen


def mended(text: str) -> tuple[str, str] | None:
    """(what was mended, the code); None where nothing makes Python of it."""
    return next(((note, made) for note, made in _variants(text) if is_program(made)), None)


def is_program(text: str) -> bool:
    """True for Python with at least one statement."""
    tree = read(text)
    return isinstance(tree, ast.Module) and bool(tree.body)


def _variants(text: str) -> Iterator[tuple[str, str]]:
    """The text as it is, with one thing mended, with all of them."""
    yield "", text
    whole, notes = text, list[str]()
    for note, change in MENDS:
        made = change(text)
        if made != text:
            yield note, made
        more = change(whole)
        if more != whole:
            whole, notes = more, [*notes, note]
            yield ", ".join(notes), whole


def _dedented(text: str) -> str:
    """Without the indentation that all lines share; the first line may lack it."""
    lines = text.expandtabs(4).strip("\n").split("\n")
    first, rest = lines[0], "\n".join(lines[1:])
    if not first[:1].isspace() and re.match(r"(async\s+)?def\b|class\b|@", first):
        closest = min((len(x) - len(x.lstrip()) for x in lines[1:] if x.strip()), default=0)
        back = closest - (0 if first.startswith("@") else 4)
        return "\n".join([first, *(x[min(back, len(x) - len(x.lstrip())) :] for x in lines[1:])]) if back > 0 else text
    return textwrap.dedent(f"{first}\n{rest}")


def _unescaped(text: str) -> str:
    """`\\n` written out, as in JSON that was escaped twice."""
    if "\n" in text.strip() or "\\n" not in text:
        return text
    return text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\'", "'")


def _unnumbered(text: str) -> str:
    """Without line numbers, where nearly all lines have one."""
    lines = [line for line in text.split("\n") if line.strip()]
    return NUMBERED.sub("", text) if lines and sum(bool(NUMBERED.match(x)) for x in lines) == len(lines) else text


def _unprompted(text: str) -> str:
    """A session of the interpreter without its prompts and answers."""
    if not re.search(r"^[ \t]*>>> ", text, re.MULTILINE):
        return text
    return "\n".join(PROMPT.sub("", line) for line in text.split("\n") if PROMPT.match(line))


def _unmarked(text: str) -> str:
    """Without the `+` before each line."""
    lines = text.split("\n")
    marked = all(line[:1] in ("+", "") for line in lines)
    return "\n".join(line[1:] for line in lines) if marked and "+" in text else text


def stretch(text: str) -> tuple[str, str] | None:
    """(what was mended, the code) of the code that stands in prose without a mark; None where there is none."""
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if BEGIN.match(line)), -1)
    if start < 0:
        return None
    ends = [n for n in range(len(lines), start, -1) if lines[n - 1].strip()]
    for end in ends[:MOST_ENDS]:
        found = mended("\n".join(lines[start:end]))
        if found is not None:
            return found
    return None


def whole_part(text: str) -> str:
    """What comes before the statement in which a reply was cut off, "" where that is nothing."""
    lines = text.split("\n")
    for end in range(len(lines) - 1, max(0, len(lines) - MOST_CUT), -1):
        if lines[end][:1] not in ("", " ", "\t", "#", ")", "]", "}") and is_program(made := "\n".join(lines[:end])):
            while lines[end - 1].startswith("@"):
                end -= 1
            return made if end == len(made.split("\n")) else "\n".join(lines[:end])
    return ""


MENDS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("entities were undone", lambda text: html.unescape(text) if re.search(r"&(lt|gt|amp|quot|#\d+);", text) else text),
    ("odd characters were replaced", lambda text: text.translate(INVISIBLE | CURLY)),
    ("escapes were undone", _unescaped),
    ("line numbers were taken away", _unnumbered),
    ("prompts were taken away", _unprompted),
    ("plus signs were taken away", _unmarked),
    ("tabs became blanks", lambda text: text.expandtabs(4)),
    ("the indentation was mended", _dedented),
)
