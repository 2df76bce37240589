"""A page of the documentation -> what it says to do, and what it says comes of it, to be done and compared.

A block ```python title="NAME" is a file. A block ```console has lines `$ COMMAND`, each with what it prints below:
`...` on a line of its own stands for any lines, at the end of a line for what is left of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ANY = "..."
TOOLS = {"tracec": "-m tracec", "pytest": "-m pytest -p no:cacheprovider", "python": ""}


@dataclass(frozen=True, slots=True)
class Step:
    """A command, with the lines that it is said to print."""

    command: str
    lines: tuple[str, ...]


def steps(text: str) -> Iterator[Step | tuple[str, str]]:
    """Yield the files, as (name, text), and the commands of a page, in order."""
    for block in BLOCK.finditer(text):
        if block["title"]:
            yield block["title"], block["text"]
        elif block["kind"] == "console":
            for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
                command, *lines = part.rstrip("\n").split("\n")
                yield Step(command, tuple(lines))


def follow(text: str, folder: Path) -> Iterator[tuple[Step, str]]:
    """Do all that a page says, in a folder; yield each command with what it printed where that is not what is said."""
    tools = folder / ".tools"
    tools.mkdir()
    for name, words in TOOLS.items():
        script = tools / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        script.chmod(0o755)
    known = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TRACEC")) and k != "CI"}
    env = {**known, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "200", "NO_COLOR": "1"}
    for step in steps(text):
        if isinstance(step, tuple):
            (folder / step[0]).write_text(step[1])
            continue
        done = subprocess.run(
            ["sh", "-c", f"{step.command} 2>&1"], cwd=folder, env=env, text=True, timeout=300,
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if not matches(step.lines, done.stdout.rstrip("\n").split("\n")):
            yield step, done.stdout


def matches(said: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether lines are as they are said to be."""
    pattern = "".join(r"(?:.*\n)*" if line == ANY else as_pattern(line) + r"\n" for line in said)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def as_pattern(line: str) -> str:
    """One line; blanks at its end do not count."""
    cut = line.endswith(ANY)
    return re.escape(line.removesuffix(ANY).rstrip()) + (".*" if cut else r"[ \t]*")
