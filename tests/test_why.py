"""Why-trees: what a value came from, in few lines, each told once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import tracec
from tests.test_trace import traced
from tracec.passes.graph.select import at_place, by_name
from tracec.passes.graph.slice import backward
from tracec.passes.graph.why import DEEPEST, LINES, why
from tracec.passes.graph.why_text import as_dict, as_text
from tracec.passes.nouns.trace import Trace

SHOP = """\
class Item:
    def __init__(self, cost, count=1):
        self.cost, self.count = cost, count

class Cart:
    def __init__(self, rate):
        self.items = []
        self.rate = rate

    def add(self, cost, count=1):
        self.items.append(Item(cost, count))

    def total(self):
        total = 0
        for item in self.items:
            if item.count > 2:
                total += item.cost * item.count * 0.5
            else:
                total += item.cost * item.count
        return total * (1 + self.rate)

if __name__ == "__main__":
    cart = Cart(0.25)
    cart.add(2, 3)
    cart.add(12)
    result = cart.total()
"""


def told(trace: Trace, node: int, depth: int | None = None) -> list[str]:
    """The tree without the numbers of nodes."""
    return [line.partition("  %")[0] for line in as_text(trace, why(trace, node, depth))]


def tree(folder: Path, text: str, name: str, depth: int | None = None) -> list[str]:
    trace = traced(folder, text)
    return told(trace, by_name(trace, name).node, depth)


def test_a_total(tmp_path: Path) -> None:
    assert tree(tmp_path, SHOP, "result") == [
        "result = 18.75  p.py:26: result = cart.total()  ← return total * (1 + self.rate) p.py:20",
        "├─ total = 15.0  p.py:19: total += item.cost * item.count",
        "│  ├─ total = 3.0  p.py:17: total += item.cost * item.count * 0.5",
        "│  │  ├─ item.cost = 2  ← self.cost p.py:3  ← 2 p.py:24",
        "│  │  ├─ item.count = 3  ← self.count p.py:3  ← 3 p.py:24",
        "│  │  └─ because item.count > 2 is True  p.py:16",
        "│  │     └─ item.count = 3  ← self.count p.py:3  ← 3 p.py:24",
        "│  ├─ item.cost = 12  ← self.cost p.py:3  ← 12 p.py:25",
        "│  ├─ item.count = 1  ← self.count p.py:3  ← 1 p.py:10",
        "│  └─ because item.count > 2 is False  p.py:16",
        "│     └─ item.count = 1  ← self.count p.py:3  ← 1 p.py:10",
        "└─ self.rate = 0.25  ← rate p.py:6  ← 0.25 p.py:23",
    ]


def test_its_depth(tmp_path: Path) -> None:
    trace = traced(tmp_path, SHOP)
    node = by_name(trace, "result").node
    lines = list(as_text(trace, why(trace, node, 1)))
    assert len(lines) == 3
    assert lines[1].endswith(", …")
    assert told(trace, node, 0) == told(trace, node)[:1]
    assert told(trace, node, 50) == told(trace, node)


def test_without_tests(tmp_path: Path) -> None:
    trace = traced(tmp_path, SHOP)
    lines = list(as_text(trace, why(trace, by_name(trace, "result").node, control=False)))
    assert len(lines) == 8
    assert not any("because" in line for line in lines)


def test_a_long_loop_is_short(tmp_path: Path) -> None:
    text = "def f(n):\n    total = 5\n    for i in range(n):\n        total += i\n    return total\nf(300)\n"
    lines = tree(tmp_path, text, "total")
    assert [line.lstrip("│├└─ ") for line in lines if "total" in line] == [
        "total = 44855  p.py:4: total += i",
        "total = 44556",
        "total = 44258",
        "… 296 more, first total = 5",
    ]
    assert len(lines) < 20


def test_what_changed_a_list(tmp_path: Path) -> None:
    lines = tree(tmp_path, "xs = []\nfor i in range(9):\n    xs.append(i * i)\nr = sum(xs)\n", "r")
    assert lines[:2] == ["r = 204  p.py:4: r = sum(xs)", "├─ xs = ~[]  p.py:1: xs = []"]
    assert lines[2] == "└─ changed by xs.append(i * i)  p.py:3: xs.append(i * i)"
    assert sum("changed by" in line for line in lines) == 4
    assert any("… 5 more, first changed by xs.append(i * i)" in line for line in lines)


def test_what_was_told_is_not_told_again(tmp_path: Path) -> None:
    text = "def f(x):\n    return x + 1\na = f(2) * 3\nb = a + 1\nc = a * b\n"
    trace = traced(tmp_path, text)
    lines = list(as_text(trace, why(trace, by_name(trace, "c").node)))
    assert sum("f(2) = 3" in line for line in lines) == 1
    assert lines[-1].startswith("   └─ a = 9  p.py:3: a = f(2) * 3") or "see above" in "".join(lines)
    found = [part.node for part in why(trace, by_name(trace, "c").node) if part.parts]
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import math\nr = math.pi\n", "r = 3.141592653589793  p.py:2: r = math.pi"),
        ("def f(): pass\nr = f\n", "r = <function f at p.py:1>  p.py:2: r = f"),
        ("r = 3\n", "r = 3  p.py:1: r = 3"),
        ('if __name__ == "__main__":\n    r = [1, 2]\n', "r = [1, 2]  p.py:2: r = [1, 2]"),
        ("while True:\n    r = len('abc')\n    break\n", "r = 3  p.py:2: r = len('abc')"),
    ],
)
def test_what_explains_nothing_is_folded(tmp_path: Path, text: str, line: str) -> None:
    assert tree(tmp_path, text, "r") == [line]


def test_a_handler(tmp_path: Path) -> None:
    text = "def f(n):\n    return 1 // n\ntry:\n    f(0)\nexcept ZeroDivisionError:\n    r = len('ab')\n"
    lines = tree(tmp_path, text, "r")
    assert lines[1].startswith("└─ because f(0) raised ZeroDivisionError('integer division")
    assert "n = 0  p.py:1  ← 0 p.py:4" in lines[-1]


def test_a_tree_says_no_more_than_the_slice(tmp_path: Path) -> None:
    """All that it tells is in the slice, and it is bounded."""
    text = "import random\nrandom.seed(1)\nxs = [1]\nfor i in range(400):\n    j = (i * 7) % len(xs)\n"
    text += "    if xs[j] % 3:\n        xs.append(xs[j] + i)\n    else:\n        xs[j] += xs[-1]\n"
    trace = traced(tmp_path, text)
    for node in range(0, len(trace), 97):
        found = why(trace, node)
        around = backward(trace, [node])
        assert all(part.node in around and all(hop in around for hop in part.way) for part in found)
        assert sum(1 for _ in found) <= LINES or not any(part.parts for part in found.parts)
    assert DEEPEST > 1


def test_as_json(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(SHOP)
    tracec(tmp_path, "run", "--record", "t", "p.py")
    said = tracec(tmp_path, "show", "t", "--slice", "result", "--format", "json").json
    (root,) = said["why"]
    assert (root["name"], root["value"], root["line"], root["source"]) == (
        "result",
        "18.75",
        26,
        "result = cart.total()",
    )
    assert [(part["name"], part["value"], part["role"]) for part in root["parts"]] == [
        ("total", "15.0", ""),
        ("self.rate", "0.25", ""),
    ]
    assert root["parts"][0]["parts"][2]["role"] == "because" or root["parts"][0]["parts"][3]["role"] == "because"
    flat = tracec(tmp_path, "show", "t", "--slice", "result", "--format", "json", "--flat").json
    assert flat["nodes"][-1]["id"] == root["node"]
    assert json.dumps(said)


def test_as_dict_has_all_parts(tmp_path: Path) -> None:
    trace = traced(tmp_path, SHOP)
    found = why(trace, by_name(trace, "result").node)
    packed = as_dict(trace, found)
    assert isinstance(packed["parts"], list)
    assert len(packed["parts"]) == len(found.parts)


# --- what a person calls a value --------------------------------------------------------------------------------------

PLACES = """\
def f(n):
    r = 0
    for i in range(n): r += i
    if r > 1:
        r = [x * 2 for x in range(n)][-1]
    return r
f(2)
f(3)
def g(n):
    return g(n - 1) + n if n else 0
g(2)
"""


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("p.py:2", 0), ("p.py:3#1", 0), ("p.py:3#2", 1), ("p.py:3", 3), ("p.py:3#5", 3), ("p.py:5", 4), ("p.py:6#1", 1),
        ("p.py:6", 4), ("p.py:7", 1), ("p.py:10#1", 3), ("p.py:10#3", 0), ("./p.py:8", 4),
    ],
)  # fmt: skip
def test_places(tmp_path: Path, place: str, value: object) -> None:
    trace = traced(tmp_path, PLACES)
    found = at_place(trace, place)
    assert found is not None
    assert trace.nodes[found.node].value == value


@pytest.mark.parametrize(
    ("name", "value"), [("r", 4), ("f.r", 4), ("f", 4), ("g", 3), ("i", 2), ("f.n", 3), ("n", 0), ("x", 2)]
)
def test_names(tmp_path: Path, name: str, value: object) -> None:
    trace = traced(tmp_path, PLACES)
    assert trace.nodes[by_name(trace, name).node].value == value


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("p.py:1000", ["p.py:1000 did not run; the nearest that did: ", "11 (g(2))"]),
        ("p.py:4#9", ["p.py:4 ran 2 times; name one from #1 to #2"]),
        ("q.py:1", ["no file q.py in this trace; it has p.py"]),
        ("total", ["no variable, function or attribute total in this trace; name %NUMBER"]),
        ("rr", ["is it r?"]),
        ("h.r", ["no variable, function or attribute h.r in this trace"]),
        ("%9999", ["no node %9999; nodes go from %0 to %"]),
        ("failure", ["no exception left a traced function", "FILE:LINE"]),
        ("", ["no variable"]),
    ],
)
def test_what_is_not_there(tmp_path: Path, what: str, words: list[str]) -> None:
    (tmp_path / "p.py").write_text(PLACES)
    tracec(tmp_path, "run", "--record", "t", "p.py")
    said = tracec(tmp_path, "show", "t", "--slice", what)
    assert (said.code, said.out) == (2, "")
    for word in words:
        assert word in said.err
    assert "Traceback" not in said.err


def test_what_else_it_could_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(PLACES)
    tracec(tmp_path, "run", "--record", "t", "p.py")
    assert (
        "p.py:4 ran 2 times, this is the last; #1 is the first"
        in tracec(tmp_path, "show", "t", "--slice", "p.py:4").err
    )
    assert "this is the last n; others are f.n" in tracec(tmp_path, "show", "t", "--slice", "n").err
    assert tracec(tmp_path, "show", "t", "--slice", "p.py:4#1").err == ""
    assert tracec(tmp_path, "show", "t", "--slice", "last").out.startswith("g(2) = 3  p.py:11: g(2)")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "p.py").write_text("import p\nx = 1\n")
    tracec(tmp_path, "run", "--record", "u", "sub/p.py", PYTHONPATH=".")


def test_files_of_one_name(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.py").write_text(f"x = '{folder}' + '!'\n")
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "p.py").write_text("import a.m, b.m\n")
    tracec(tmp_path, "run", "--record", "t", "p.py")
    said = tracec(tmp_path, "show", "t", "--slice", "m.py:1")
    assert "several files are called m.py; name one: a/m.py, b/m.py" in said.err
    assert tracec(tmp_path, "show", "t", "--slice", "a/m.py:1").out.startswith("x = 'a!'")


def test_the_newest_trace(tmp_path: Path) -> None:
    said = tracec(tmp_path, "show")
    assert said.code == 2
    assert "no trace is kept here; record one with `tracec run`" in said.err
    for number in ("1", "2"):
        (tmp_path / "p.py").write_text(f"x = {number} + 1\n")
        tracec(tmp_path, "run", "p.py")
    assert tracec(tmp_path, "show", "--slice", "x").out.startswith("x = 3  p.py:1")
