"""When the object behind a value was next changed, and how that is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import tracec
from tests.test_trace import traced
from tracec.passes.nouns.trace import Trace


def since(trace: Trace, text: str, kind: str = "") -> list[str]:
    """For each node of a text: the text of what changed it, "" for nothing, "?" for what may have."""
    found = []
    for node in trace.nodes:
        if node.site.text == text and kind in ("", node.site.kind):
            by = trace.changed_since(node.id)
            assert by == -1 or by > node.id
            found.append(trace.nodes[by].site.text if by >= 0 else "?" * trace.may_have_changed(node.id))
    return found


CASES = {
    "a mutator": ("a = [1]\nb = [2]\na.append(3)\n", "[1]", ["a.append(3)"]),
    "nothing": ("a = [1]\nlen(a)\nprint(a, sorted(a))\n", "[1]", [""]),
    "what does not change": ("import random\na = (1, 2)\nrandom.choice(a)\n", "(1, 2)", [""]),
    "an item": ("a = [1]\na[0] = 2\n", "[1]", ["a[0] = 2"]),
    "through an alias": ("a = [1]\nb = a\nb += [2]\n", "[1]", ["b += [2]"]),
    "an attribute": ("class P: pass\np = P()\np.x = 1\n", "P()", ["p.x = 1"]),
    "in a call": ("def f(xs):\n    xs.append(1)\na = [1]\nf(a)\n", "[1]", ["xs.append(1)"]),
    "a function that changes it": ("import heapq\na = [1]\nheapq.heappush(a, 2)\n", "[1]", ["heapq.heappush(a, 2)"]),
    "code that may have": ("import gc\na = [1]\ngc.is_tracked(a)\n", "[1]", ["?"]),
    "it is seen to be as it was": (
        "import gc\ndef f(x): return x\na = [1]\ngc.is_tracked(a)\nf(a)\n", "[1]", [""],
    ),
    "it is seen to have": (
        "import operator\ndef f(x): return x\na = [1]\noperator.iconcat(a, [2])\nf(a)\n", "[1]",
        ["operator.iconcat(a, [2])"],
    ),
    "within": ("def f(x): return x\na = [[1]]\nf(a)\na[0].append(2)\nf(a)\n", "[[1]]", ["x"]),
    "in its place": ("for n in range(3):\n    x = [n]\n    x.append(5)\n    x = 0\n", "[n]", 3 * ["x.append(5)"]),
    "each turn": ("x = []\nfor n in range(2):\n    x.append(n)\n", "x.append(n)", ["", ""]),
}  # fmt: skip


@pytest.mark.parametrize(("program", "text", "expected"), CASES.values(), ids=CASES)
def test_changed_since(tmp_path: Path, program: str, text: str, expected: list[str]) -> None:
    assert since(traced(tmp_path, program), text) == expected


def test_the_mark_says_it(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("a = [1]\nb = [2]\na.append(3)\nc = a + b\n")
    tracec(tmp_path, "run", "--record", "t", "p.py")
    lines = tracec(tmp_path, "show", "t").out.splitlines()
    assert [line.split("# ")[1].split()[0] for line in lines if " display " in line] == ["~[1]", "[2]"]
    assert lines[-1].split("# ")[1].startswith("[1, 3, 2]")
    nodes = json.loads(tracec(tmp_path, "show", "t", "--format", "json").out)["nodes"]
    by = {node["text"]: node["changed"] for node in nodes}
    changes = next(node["id"] for node in nodes if node["text"] == "a.append(3)")
    assert (by["[1]"], by["[2]"]) == (changes, -1)
    assert '"~[1]"' in tracec(tmp_path, "show", "t", "--format", "html").out
