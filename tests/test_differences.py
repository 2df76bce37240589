"""Where two runs differ: what matters, in the order it came to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.command import tracec
from tests.test_trace import traced
from tracec.passes.graph.differences import differences
from tracec.passes.nouns.trace import Trace
from tracec.recording.trace_store import load


def recorded(folder: Path, text: str, name: str, *words: str, **env: Any) -> Trace:
    """The trace of a run with these arguments."""
    (folder / "p.py").write_text(text)
    assert tracec(folder, "run", "--scope", "p.py", "--record", name, "p.py", *words, **env).code == 0
    (trace,) = load(folder / name)
    return trace


def told(one: Trace, other: Trace) -> list[tuple[str, str, str]]:
    """(kind, text of the one, text of the other), without values that follow."""

    def text(trace: Trace, node: int) -> str:
        return trace.nodes[node].site.text if node >= 0 else ""

    return [(d.kind, text(one, d.one), text(other, d.other)) for d in differences(one, other) if not d.follows]


PROGRAM = """\
import sys
def step(n):
    if n > 5:
        return n * 2
    return n
def run(ns):
    found = []
    for n in ns:
        found.append(step(n))
    return sum(found)
total = run([1, int(sys.argv[1]), 3])
last = total + 1
"""


def test_a_branch_is_found_and_what_follows_is_only_counted(tmp_path: Path) -> None:
    one, other = recorded(tmp_path, PROGRAM, "a", "9"), recorded(tmp_path, PROGRAM, "b", "4")
    assert told(one, other) == [("value", "sys.argv", "sys.argv"), ("path", "n * 2", "n")]
    follows = [one.nodes[d.one].site.text for d in differences(one, other) if d.follows]
    assert follows[0] == "sys.argv[1]"
    assert follows[-1] == "total + 1"
    assert "n > 5" in follows


def test_next_all_and_by(tmp_path: Path) -> None:
    for name, word in (("a", "9"), ("b", "4")):
        recorded(tmp_path, PROGRAM, name, word)

    def shown(*options: str) -> list[str]:
        said = tracec(tmp_path, "show", "a", "--against", "b", *options)
        assert said.code == 1, said.err
        return said.out.splitlines()

    first = shown()
    assert first[0] == "a value differs:"
    assert "sys.argv" in first[1]
    assert shown("--next", "0") == first
    path = shown("--next", "1")
    assert path[0] == "the paths part:"
    assert path[2].strip() == "because n > 5 is True  p.py:3"  # what follows an `if` needs no test
    assert shown("--by", "path") == path
    assert shown("--all") == first + path
    values = shown("--by", "values", "--all")
    assert "the paths part:" not in values
    assert sum(line == "a value differs:" for line in values) > 6
    said = tracec(tmp_path, "show", "a", "--against", "b", "--all", "--format", "json").json
    assert [(d["kind"], d["one"]["text"], d["one"]["line"]) for d in said["differences"]] == [
        ("value", "sys.argv", 11),
        ("path", "n * 2", 4),
    ]
    assert (said["same"], said["count"]["value"], said["count"]["path"]) == (False, 1, 1)
    for wrong in (["--next", "99"], ["--format", "dot"]):
        assert tracec(tmp_path, "show", "a", "--against", "b", *wrong).code == 2
    assert tracec(tmp_path, "show", "a", "--all").code == 2


@pytest.mark.parametrize(
    "line",
    [
        "import time; t = time.time(); u = t + 1",
        "import os; t = os.getpid(); u = str(t)",
        "import uuid; t = uuid.uuid4(); u = str(t)",
        "t = id(object()); u = (t, t)",
        "t = object(); u = repr(t); v = [u]",
        "t = {'a', 'b', 'c', 'd'}; u = frozenset(t)",
        "t = hash('abc'); u = -t",
        "import datetime; t = datetime.datetime.now(); u = t.year",
    ],
)
def test_what_no_two_runs_share_is_no_difference(tmp_path: Path, line: str) -> None:
    for name, seed in (("a", "1"), ("b", "2")):
        recorded(tmp_path, f"{line}\nx = 3\n", name, PYTHONHASHSEED=seed)
    said = tracec(tmp_path, "show", "a", "--against", "b")
    assert (said.code, said.out) == (0, "the same path and the same values\n")


def test_a_branch_on_a_time_is_a_difference(tmp_path: Path) -> None:
    text = "import sys\ndef time(): return sys.argv[1]\nt = int(sys.argv[1])\nif t > 5:\n    x = 1\nelse:\n    x = 2\n"
    for name, word in (("a", "1"), ("b", "9")):
        recorded(tmp_path, text, name, word)
    assert tracec(tmp_path, "show", "a", "--against", "b", "--by", "path").out.startswith("the paths part:")


def test_loops_of_other_lengths_meet_again(tmp_path: Path) -> None:
    text = "import sys\ndef f(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\n"
    text += "f(int(sys.argv[1]))\ny = len('abc')\nz = [y, len(sys.argv[2])]\n"
    one, other = recorded(tmp_path, text, "a", "3", "x"), recorded(tmp_path, text, "b", "5", "xy")
    found = list(differences(one, other))
    assert [d.kind for d in found if d.kind != "value"] == ["path"]
    assert one.nodes[found[-1].one].site.text == "[y, len(sys.argv[2])]"


def test_a_program_that_was_changed(tmp_path: Path) -> None:
    """Lines that moved are no difference."""
    text = "def f(x):\n    y = x + 1\n    return y * 2\nr = f(3)\ns = r + 1\n"
    one, other = traced(tmp_path, text), traced(tmp_path, "# new\n\n" + text.replace("x + 1", "x + 2"))
    assert told(one, other) == [("path", "x + 1", "x + 2")]


def test_one_goes_on(tmp_path: Path) -> None:
    one, other = traced(tmp_path, "x = len('a')\n"), traced(tmp_path, "x = len('a')\ny = len('b')\n")
    assert list(differences(one, other))[-1].kind == "ends"
    assert list(differences(one, other))[-1].one == -1
    assert list(differences(one, one)) == []


def test_many_differences_take_no_long_time(tmp_path: Path) -> None:
    """Two runs that go other ways in each turn."""
    text = "import sys\nn = int(sys.argv[1])\nxs = []\nfor i in range(3000):\n"
    text += "    if ((i + n) * 2654435761 >> 7) % 2:\n        xs.append(i)\n    else:\n        xs.append(-i)\n"
    one, other = recorded(tmp_path, text, "a", "0"), recorded(tmp_path, text, "b", "1")
    paths = [d for d in differences(one, other) if d.kind == "path"]
    assert len(paths) > 1000
