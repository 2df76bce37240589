"""The parser -> docs/commands.md: `python -m tests.commands_page` writes it anew; a test says when it is stale."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tracec.cli import COMMANDS, parser

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
HEAD = """\
# Commands

`tracec COMMAND --help` says the same. Every user error is one line, `path:line: what is wrong; what to do`, and exit
code 2. This page is written by `python -m tests.commands_page`.
"""


def page() -> str:
    """The text of the page."""
    choices = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)).choices
    return "\n".join([HEAD, *(line for name, one in choices.items() for line in section(name, one))])


def section(name: str, one: argparse.ArgumentParser) -> Iterator[str]:
    """One command: what it is for, how it is called, its options, examples."""
    _, about, examples = COMMANDS[name]
    yield f"## tracec {name}\n"
    yield f"{about[0].upper()}{about[1:]}.\n"
    yield "```text"
    yield from (f"tracec {name} {example}".rstrip() for example in examples)
    yield "```\n"
    told = [action for action in one._actions if action.help != argparse.SUPPRESS and action.dest != "help"]
    if told:
        yield "| | |"
        yield "|---|---|"
        yield from (f"| {called(action)} | {said(action)} |" for action in told)
        yield ""


def called(action: argparse.Action) -> str:
    """`--top N`, `PATH`."""
    words = action.metavar or (f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.dest.upper())
    value = "" if action.nargs == 0 else str(words)
    names = ", ".join(action.option_strings)
    return f"`{f'{names} {value}'.strip()}`".replace("|", "\\|")


def said(action: argparse.Action) -> str:
    """The help of an option, as Markdown has it in a table."""
    text = (action.help or "").replace("%%", "%").replace("|", "\\|")
    return f"one of `{'`, `'.join(map(str, action.choices))}`" if action.choices and not text else text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
