"""`tracec init` writes a commented `[tool.tracec]` into pyproject.toml."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

from tracec.explaining.interpreter import users_python
from tracec.passes.nouns.errors import TracecError
from tracec.project.atomic_write import exchange
from tracec.project.paths import project_root

TABLE = """\
[tool.tracec]
# What is given to pytest, as on its command line; nothing means pytest's own settings.
{tests}
# The Python that runs the tests, where it is not the one that runs tracec.
{python}
# Wall time for everything, in seconds. `tracec why` and the hooks have limits of their own.
# budget-seconds = 300
# Candidates that are tested at once.
# jobs = 4
# Folders that the tests may write to besides a temporary one, and whether they may use TCP.
# writable = ["build"]
# network = true
# Variables that the tests see besides the usual ones.
# environment = ["DJANGO_SETTINGS_MODULE"]
# The code that `tracec run` records; nothing means all that is yours.
{scope}
# A model to ask where the search stalls; none is needed.
# model = "openai/gpt-5-mini"
# All settings: docs/configuration.md
"""
TESTS = ("tests", "test")


def run(args: argparse.Namespace) -> int:
    """Exit code 0; TracecError where there are settings already. With `show` the text is printed instead."""
    root = project_root(os.getcwd())
    text = table(root)
    if args.print:
        print(text, end="")
        return 0
    path = root / "pyproject.toml"
    before = path.read_bytes() if path.is_file() else b""
    if b"[tool.tracec" in before:
        raise TracecError("there is a [tool.tracec] already", "`tracec init --print` shows one", path=str(path))
    line = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if not before else line if before.endswith(line) else line * 2
    added = text.encode().replace(b"\n", line)
    if path.is_file():
        exchange([(str(path), hashlib.sha256(before).hexdigest(), before + gap + added)])
    else:
        path.write_bytes(added)
    print(f"[tool.tracec] is in {path}", file=sys.stderr)
    return 0


def table(root: Path) -> str:
    """The text for a project: what is set is what can be seen of it, the rest are comments."""
    tests = next((name for name in TESTS if (root / name).is_dir()), "")
    python = users_python(sys.executable, str(root))
    inside = os.path.relpath(python, root)
    own = python != sys.executable and not inside.startswith("..")
    return TABLE.format(
        tests=f'tests = "{tests}"' if tests else '# tests = "tests -x"',
        python=f'python = "{inside}"' if own else '# python = ".venv/bin/python"',
        scope='scope = ["src"]' if (root / "src").is_dir() else '# scope = ["src"]',
    )
