"""Questions to a trace."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import tracec
from tests.test_trace import traced
from tracec.passes.find import find
from tracec.passes.graph.differences import differences
from tracec.passes.graph.query import last_failure, used
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Trace

SHOP = """\
RATE = 3
# tracec: trainable
def total(n, by=RATE):
    return n * by
def twice(n):
    return total(n) + total(n, 5)
twice(2)
"""


def target(trace: Trace, text: str, name: str) -> Target:
    path = trace.frames[0].path
    found = find(Source.decode(path, text.encode()))
    return next(t for t in found if t.qualname == name)


def test_used_tells_every_call_with_its_values(tmp_path: Path) -> None:
    trace = traced(tmp_path, SHOP)
    uses = used(trace, target(trace, SHOP, "total"))
    value = trace.columns.values
    assert [[value[a] for a in use.arguments] for use in uses] == [[2, 3], [2, 5]]
    assert [(value[use.result], trace.nodes[use.call].site.text) for use in uses] == [
        (6, "total(n)"),
        (10, "total(n, 5)"),
    ]


def test_the_last_failure(tmp_path: Path) -> None:
    trace = traced(tmp_path, "def f(x):\n    return 1 / x\ntry:\n    f(0)\nexcept ZeroDivisionError:\n    pass\n")
    assert trace.nodes[last_failure(trace)].site.text == "1 / x"
    assert last_failure(traced(tmp_path, "x = 1\n")) == -1


def test_where_two_runs_part(tmp_path: Path) -> None:
    text = "import sys\ndef f(x):\n    if x > 1:\n        return x * 2\n    return -x\nr = f(int(sys.argv[1]))\n"
    (tmp_path / "p.py").write_text(text)
    for name in ("1", "2", "3"):
        assert tracec(tmp_path, "run", "--scope", "p.py", "--record", f"{name}.trace", "p.py", name).code == 0
    said = tracec(tmp_path, "show", "2.trace", "--against", "3.trace")
    assert said.code == 1
    assert said.out.splitlines()[0] == "a value differs:"
    assert "sys.argv" in said.out
    again = tracec(tmp_path, "run", "--scope", "p.py", "--record", "4.trace", "p.py", "3")
    assert again.code == 0
    assert tracec(tmp_path, "show", "3.trace", "--against", "4.trace").out == "the same path and the same values\n"


def test_a_parting_of_ways(tmp_path: Path) -> None:
    first = traced(tmp_path, "for i in [1, 2]:\n    i + 1\n")
    assert list(differences(first, first)) == []
    other = traced(tmp_path, "for i in [1, 2, 3]:\n    i + 1\n")
    assert [found.kind for found in differences(first, other)] == ["path", "ends"]


def test_show_takes_its_options(tmp_path: Path) -> None:
    text = "def f(x, y):\n    if y > 5:\n        x = 0\n    return 1 / x\nf(0, 1)\n"
    (tmp_path / "p.py").write_text(text)
    tracec(tmp_path, "run", "--scope", "p.py", "--record", "t", "p.py")
    plain = tracec(tmp_path, "show", "t", "--slice", "failure").out
    assert "1 / x" in plain
    assert "y > 5" not in plain
    assert "y > 5" in tracec(tmp_path, "show", "t", "--slice", "failure", "--relevant").out
    assert "1 / x" in tracec(tmp_path, "show", "t", "--slice", "%1", "--forward", "--data").out
    for wrong in (["--forward"], ["--slice", "failure", "--relevant", "--data"], ["--slice", "z"]):
        said = tracec(tmp_path, "show", "t", *wrong)
        assert said.code == 2
        assert "; " in said.err


def test_the_trace_opens_in_perfetto(tmp_path: Path) -> None:
    """Slices of one thread lie within each other, and every node is in that of its frame."""
    (tmp_path / "p.py").write_text(SHOP)
    tracec(tmp_path, "run", "--record", "t", "p.py")
    whole = json.loads(tracec(tmp_path, "show", "t", "--format", "perfetto").out)
    slices = [event for event in whole["traceEvents"] if event["ph"] == "X"]
    assert sorted(event["name"] for event in slices) == ["<module>", "total", "total", "twice"]
    ends = {event["name"]: (event["ts"], event["ts"] + event["dur"]) for event in slices}
    assert ends["<module>"][0] <= ends["twice"][0] <= ends["total"][0]
    assert ends["total"][1] <= ends["twice"][1] <= ends["<module>"][1]
    for event in whole["traceEvents"]:
        assert {"name", "ph", "ts", "pid", "tid"} <= event.keys()
