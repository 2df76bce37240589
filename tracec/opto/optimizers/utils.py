"""Small functions of optimizers: coloured lines, texts cut off, answers in tags."""

from __future__ import annotations

import re
from typing import Any

COLOURS = {"red": 91, "green": 92, "yellow": 93, "blue": 94, "magenta": 95, "cyan": 96}  # of terminals
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
LEFT_OUT = "...(skipped due to length limit)"


def print_color(message: Any, color: str | None = None, logger: Any = None) -> None:
    """Print a line in a colour; a logger gets it too."""
    print(f"\033[{COLOURS[color]}m{message}\033[0m" if color in COLOURS else message)
    if logger is not None:
        logger.log(message)


def shown(value: Any) -> str:
    """A value as a text; an object without its address, which is another one every time."""
    return value if isinstance(value, str) else ADDRESS.sub("", str(value))


def truncate_expression(value: Any, limit: int) -> str:
    """A value as a text of at most so many characters, and a word that it is cut off."""
    text = shown(value)
    return text if len(text) <= limit else text[:limit] + LEFT_OUT


def extract_top_level_blocks(text: str, tag: str) -> list[str]:
    """What stands between `<tag>` and `</tag>`; what is nested in it stays as it is."""
    found: list[str] = []
    begins: list[int] = []
    for mark in re.finditer(rf"<(/?){re.escape(tag)}>", text):
        if not mark[1]:
            begins.append(mark.end())
        elif begins:
            begin = begins.pop()
            if not begins:
                found.append(text[begin : mark.start()])
    return found


def extract_first_top_level_block(text: str, tag: str) -> str | None:
    """The first of them; None for none."""
    return next(iter(extract_top_level_blocks(text, tag)), None)


def extract_reasoning_and_remainder(text: str, tag: str = "reasoning") -> tuple[str, str]:
    """What stands in the first such tag, and all behind it. A tag that is not closed takes all that is left."""
    _, opened, rest = text.partition(f"<{tag}>")
    if not opened:
        return "", text
    inside, closed, behind = rest.partition(f"</{tag}>")
    return (inside.strip(), behind) if closed else (rest, "")


def extract_xml_like_data(
    text: str,
    reasoning_tag: str = "reasoning",
    improved_variable_tag: str = "variable",
    name_tag: str = "name",
    value_tag: str = "value",
) -> dict[str, Any]:
    """{"reasoning": ..., "variables": {name: value}} of an answer in tags; the last value of a name counts."""
    reasoning, rest = extract_reasoning_and_remainder(text, reasoning_tag)
    variables: dict[str, str] = {}
    for block in extract_top_level_blocks(rest, improved_variable_tag):
        name = extract_first_top_level_block(block, name_tag)
        value = extract_first_top_level_block(block, value_tag)
        if name is not None and name.strip() and value is not None:
            variables[name.strip()] = value.strip()
    return {"reasoning": reasoning, "variables": variables}
