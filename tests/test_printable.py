"""A stranger's values never reach a terminal as commands."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Said, tracec
from tests.full import slow
from tracec.view.printable import printable

ESCAPE = "\x1b]0;owned\x07\x1b[31m\x9b2J\x08\x7f\u202e\u200b"
PROGRAM = f"""\
# {ESCAPE}
import tracec
class Odd:
    pass
Odd.__name__ = {ESCAPE!r}
odd = Odd()
odd.__dict__[{ESCAPE!r}] = {ESCAPE!r}
text = "{ESCAPE}"
def f(x):
    return x  # {ESCAPE}
f.__name__ = {ESCAPE!r}
held = [f, odd, Odd, {{{ESCAPE!r}: 1}}]
tracec.feedback(held, {ESCAPE!r})
r = (f(held), text)
def fails():
    raise KeyError({ESCAPE!r}, odd)
try:
    fails()
except KeyError:
    pass
r = f(3)
"""


def raw(said: Said) -> list[str]:
    """Characters that a terminal obeys."""
    return [c for c in said.out + said.err if not c.isprintable() and c not in "\n\t"]


@pytest.mark.parametrize(
    "asked",
    [
        [], ["--slice", "r"], ["--slice", "held"], ["--slice", "failure"], ["--slice", "feedback"],
        ["--slice", "feedback", "--chars", "900"], ["--calls", "f"], ["--slice", "last", "--flat"],
        ["--format", "mermaid"], ["--format", "dot"], ["--format", "json"], ["--format", "perfetto"],
        ["--slice", "p.py:99"], ["--slice", ESCAPE], ["--test", ESCAPE], ["--slice", "r", "--format", "json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_show(recorded: Path, asked: list[str]) -> None:
    assert raw(tracec(recorded, "show", "t", *asked)) == []


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "p.py").write_text(PROGRAM)
    assert tracec(folder, "run", "--record", "t", "p.py").code == 0
    (folder / "p.py").write_text(PROGRAM.replace("f(3)", f"f({ESCAPE!r})"))
    assert tracec(folder, "run", "--record", "u", "p.py").code == 0
    return folder


@pytest.mark.parametrize("asked", [[], ["--all"], ["--format", "json"]])
def test_against(recorded: Path, asked: list[str]) -> None:
    said = tracec(recorded, "show", "t", "--against", "u", *asked)
    assert said.code == 1
    assert raw(said) == []


def test_files_with_odd_names(tmp_path: Path) -> None:
    (tmp_path / f"{ESCAPE}.txt").write_text("no trace")
    said = tracec(tmp_path, "show", f"{ESCAPE}.txt")
    assert said.code == 2
    assert raw(said) == []
    assert "\\x1b]0;owned" in said.err


BROKEN = f'''\
def twice(x):
    mark = "{ESCAPE}"
    return x + x + len(mark) - 16
'''
TEST = f"from lib import twice\ndef test_it():\n    assert twice(2) == 4, {ESCAPE!r}\n"


@slow
def test_blame_and_patches(tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text(BROKEN)
    (tmp_path / "test_lib.py").write_text(TEST)
    assert raw(tracec(tmp_path, "blame", "lib.py", "--tests", "test_lib.py")) == []
    (tmp_path / "pyproject.toml").write_text("")
    done = tracec(tmp_path, "optimize", "lib.py", "--tests", "test_lib.py", "--budget-evals", "400")
    assert done.code == 0, done.err
    assert [c for c in done.err if not c.isprintable() and c not in "\n\t"] == []
    piped = tracec(tmp_path, "patch", "show")
    assert piped.out.count(ESCAPE) >= 1  # `git apply` needs it as it is
    assert raw(Said(0, on_a_terminal(tmp_path, "patch", "show").replace("\r\n", "\n"), "")) == []


def on_a_terminal(folder: Path, *args: str) -> str:
    """What a command prints where its output is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "tracec", *args], cwd=folder, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        read = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            read += part
        process.wait()
    os.close(ours)
    return read.decode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é ✓ 日本", "plain é ✓ 日本"), ("a\tb\nc", "a\tb\nc"), ("a\r\nb\rc", "a\r\nb\\rc"),
        ("\x1b[31m", "\\x1b[31m"), ("\u202e", "\\u202e"), ("\x9b", "\\x9b"), ("\udc80", "\\udc80"), ("\xa0", "\\xa0"),
        ("\U000e0001", "\\U000e0001"),
    ],
)  # fmt: skip
def test_what_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
