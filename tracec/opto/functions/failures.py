"""An error that a bundled function raised -> its traceback, and the code that ran with the error behind its line."""

from __future__ import annotations

import inspect
import traceback
from types import CodeType, TracebackType
from typing import Any

from tracec.opto.engine.errors import said
from tracec.opto.engine.places import is_ours
from tracec.opto.functions.written import Written, code_of

BELOW = "the error came from this call, see below"


def commented(error: BaseException, function: Any, own: Written | None) -> str:
    """The functions that the error went through, each with a word behind the line that it came from."""
    frames = [(code, line) for code, line in walked(error.__traceback__) if not is_ours(code)]
    listed = [(found, line) for code, line in frames if (found := lines_of(code, function, own)) is not None]
    message = said(error)
    texts = [
        marked(lines, line - first, message if at == len(listed) else BELOW)
        for at, ((first, lines), line) in enumerate(listed, 1)
    ]
    return "\n\n".join([*texts, message])


def walked(tb: TracebackType | None) -> list[tuple[CodeType, int]]:
    """The frames that an error went through, outermost first."""
    return [(frame.f_code, line) for frame, line in traceback.walk_tb(tb)]


def lines_of(code: CodeType, function: Any, own: Written | None) -> tuple[int, list[str]] | None:
    """The first line of a function's text, and the text; None where there is none. Of `function` it is its `own`."""
    if own is not None and code is code_of(function):
        return own.line, own.text.split("\n")
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError, IndexError):
        return None
    return first or 1, "".join(lines).rstrip("\n").split("\n")


def marked(lines: list[str], at: int, words: str) -> str:
    """A text with words behind one of its lines."""
    return "\n".join(f"{line}  <--- {words}" if number == at else line for number, line in enumerate(lines))


def marked_text(text: str, line: int, words: str) -> str:
    """The same of a text that is no program: lines count from 1."""
    return f"{marked(text.split(chr(10)), line - 1, words)}\n{words}"
