"""Names that come from other modules have the nodes of their variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import tracec
from tracec.passes.nouns.trace import Trace
from tracec.recording.trace_store import load


def traced(folder: Path, files: dict[str, str]) -> Trace:
    """The trace of main.py, which imports the others."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    said = tracec(folder, "run", "--scope", ".", "--record", "t", "main.py")
    assert said.code == 0, said.err
    (trace,) = load(folder / "t")
    assert trace.check() == []
    return trace


def sources(trace: Trace, text: str) -> list[str]:
    """Where the operands of the last node of a text come from: text:file, through imports."""
    node = next(node for node in reversed(trace.nodes) if node.site.text == text)
    found = []
    for source in node.inputs:
        while trace.nodes[source].site.kind == "import" and trace.nodes[source].inputs:
            (source,) = trace.nodes[source].inputs
        site = trace.nodes[source].site
        found.append(f"{'outside ' * (site.kind == 'outside')}{site.text}:{Path(site.span.path).name}")
    return found


M = "x = 1 + 1\n_y = 3 + 3\nx = x + 0\ndef f(a):\n    return a + x\n"
PACKAGE = {
    "pack/__init__.py": "from .first import *\nfrom .second import shown as told\nfrom . import third\nown = 4 + 4\n",
    "pack/first.py": "one = 1 + 0\n_hidden = 2 + 0\n",
    "pack/second.py": "__all__ = ['shown']\nshown = 5 + 0\nhidden = 6 + 0\n",
    "pack/third.py": "from .second import *\ndeep = shown + 1\n",
    "second.py": "shown = 7 + 0\n",
}

CASES: dict[str, tuple[dict[str, str], str, list[str]]] = {
    "a name, of a module that is loaded by it": (
        {"m.py": M, "main.py": "from m import x\nr = x * 2\n"}, "x * 2", ["x + 0:m.py"],
    ),
    "a star": ({"m.py": M, "main.py": "from m import *\nr = x * 2\n"}, "x * 2", ["x + 0:m.py"]),
    "in a function": (
        {"m.py": M, "main.py": "from m import *\ndef g():\n    return x * 2\ng()\n"}, "x * 2", ["x + 0:m.py"],
    ),
    "with an underscore": (
        {"m.py": M, "main.py": "from m import *\n_y = 1 + 2\nr = _y * 2\n"}, "_y * 2", ["1 + 2:main.py"],
    ),
    "an underscore that is listed": (
        {"m.py": M + "__all__ = ['_y']\n", "main.py": "from m import *\nr = _y * 2\n"}, "_y * 2", ["3 + 3:m.py"],
    ),
    "a name that is not listed": (
        {"m.py": M + "__all__ = ['_y']\n", "main.py": "x = 1 + 2\nfrom m import *\nr = x * 2\n"},
        "x * 2", ["1 + 2:main.py"],
    ),
    "the last star": (
        {"m.py": M, "n.py": "x = 8 + 8\n", "main.py": "from m import *\nfrom n import *\nr = x * 2\n"},
        "x * 2", ["8 + 8:n.py"],
    ),
    "own names before": (
        {"m.py": M, "main.py": "x = 1 + 2\nfrom m import *\nr = x * 2\n"}, "x * 2", ["x + 0:m.py"],
    ),
    "own names after": (
        {"m.py": M, "main.py": "from m import *\nx = 1 + 2\nr = x * 2\n"}, "x * 2", ["1 + 2:main.py"],
    ),
    "a module that was there before": (
        {"m.py": M, "n.py": "import m\n", "main.py": "import n\nfrom m import *\nr = x * 2\n"}, "x * 2", ["x + 0:m.py"],
    ),
    "builtins that the module reads stay builtins": (
        {"m.py": "x = len('ab')\nc = sum\n", "main.py": "def sum(a):\n    return 0\nfrom m import *\nr = [sum, x]\n"},
        "[sum, x]", ["sum:main.py", "len('ab'):m.py"],
    ),
    "a package": (
        {**PACKAGE, "main.py": "from pack import *\nr = one * own\n"},
        "one * own", ["1 + 0:first.py", "4 + 4:__init__.py"],
    ),
    "under another name": (
        {**PACKAGE, "main.py": "from pack import *\nr = told * 2\n"}, "told * 2", ["5 + 0:second.py"],
    ),
    "a relative one, not of the same name elsewhere": (
        {**PACKAGE, "main.py": "from second import *\nfrom pack import third\nr = shown * 2\n"},
        "shown + 1", ["5 + 0:second.py"],
    ),
    "a module of a package": (
        {**PACKAGE, "main.py": "from pack import third\nr = third.deep * 2\n"},
        "third.deep", ["third:__init__.py", "shown + 1:third.py"],
    ),
    "an import within a function": (
        {"m.py": M, "main.py": "def g():\n    from m import x\n    return x * 2\ng()\n"}, "x * 2", ["x + 0:m.py"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "text", "expected"), CASES.values(), ids=CASES)
def test_names_of_other_modules(tmp_path: Path, files: dict[str, str], text: str, expected: list[str]) -> None:
    assert sources(traced(tmp_path, files), text) == expected


def test_a_call_through_a_star_is_linked(tmp_path: Path) -> None:
    trace = traced(tmp_path, {"m.py": M, "main.py": "from m import *\nr = f(5)\n"})
    call = next(node for node in trace.nodes if node.site.text == "f(5)")
    assert call.value == 7
    assert [trace.nodes[i].site.text for i in call.inputs] == ["a + x"]
    assert sources(trace, "a + x") == ["a:m.py", "x + 0:m.py"]


def test_an_import_that_fails(tmp_path: Path) -> None:
    files = {
        "m.py": "x = 1 + 1\ny = x / 0\n",
        "main.py": "try:\n    from m import *\nexcept ZeroDivisionError:\n    x = 2 + 2\nr = x * 2\n",
    }
    assert sources(traced(tmp_path, files), "x * 2") == ["2 + 2:main.py"]
