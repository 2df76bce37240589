"""A trace is compared with itself: what is right agrees, and each kind of value that is made wrong is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.command import tracec
from tests.test_trace import traced
from tracec.passes.graph.builder import Library, TraceBuilder
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Site, Trace
from tracec.passes.verify.verification import Verification, verify
from tracec.recording.trace_store import load
from tracec.view.verification_texts import as_text

PROGRAM = """\
from collections import namedtuple
from dataclasses import dataclass

@dataclass(frozen=True)
class Point:
    x: int
    y: float

class Box:
    def __init__(self, n): self.n = n
    def more(self, k, *rest, by=1, **kw): return self.n + k * by

def total(a, b=2):
    return a + b

def chain(a, b, c):
    if a < b < c and not c == 7:
        return a or b
    return [a, b][1:]

box = Box(3)
p = Point(1, 2.5)
px = p.x
s, t = "abc", (1, (2, 3), 4)
a, (b, *c), d = t
e, *f = "xyz"
g = p.x * 2 + -p.y
h = {"k": a, "l": b}["l"]
i = s.upper() + s[1:] + s[-1] + f"{a:>4}{s!r}{b}" + ", ".join((s, "q"))
j = total(a) + total(a, b=d) + box.more(b, 9, by=2, other=1)
k = chain(1, 2, 3), chain(3, 2, 1), chain(1, 2, 7)
l = len(s) + abs(-a) + max(a, b, 3) + min(t[1]) + sum((a, b), 1) + int("12", 3) + round(2.567, 1)
m = sorted((3, 1, 2), reverse=True), str(a), float("1.5"), divmod(7, 2), bool(s), repr(s)
n = "yes" if a > 5 else "no"
n += "!"
o = a is None, s is not None, b in (1, 2, 3), "b" in s, 1.5 == g
q = [1]
q.append(2)
r = box.n
box.n = 8
u = box.n, 0.0 == -0.0, float("nan") == float("nan"), not s, ~a, 7 // 2, -7 % 3, 2 ** a, 1 << b, 6 & b | 1 ^ a
print(u)
"""


def judged(found: Verification) -> dict[str, int]:
    return {kind: found.agree[kind] for kind in sorted(found.agree)}


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    return traced(tmp_path_factory.mktemp("verify"), PROGRAM)


def test_what_is_right_agrees(trace: Trace) -> None:
    found = verify(trace)
    assert (found.disagree, found.wrong, found.lost) == ({}, (), 0)
    assert judged(found) == {
        "argument": 15, "arithmetic": 28, "attribute": 1, "augmented assignment": 1, "boolean operation": 1,
        "call of a built-in function": 16, "choice": 1, "comparison": 10, "display": 8, "f-string": 1, "item": 6,
        "method of a built-in type": 3, "not": 3, "return": 6, "unpacking": 4, "what was stored": 3,
    }  # fmt: skip


OTHERS = {"list": "[9]", "tuple": "(9,)", "dict": "{9: 9}"}


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if type(value) is tuple:
        kind, _, identity, state, size = value
        return kind, OTHERS.get(kind, "Other"), identity + 16, state, size
    if isinstance(value, bool) or value != value:
        return not value
    return value + 1 if isinstance(value, (int, float)) else value + "?" if isinstance(value, str) else 1


def test_the_recorder_in_python_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACEC_PURE", "1")
    found = verify(traced(tmp_path, PROGRAM))
    assert (found.disagree, found.lost) == ({}, 0)
    assert sum(found.agree.values()) > 80


def test_every_node_made_wrong_is_found(trace: Trace) -> None:
    """Of each kind as many nodes are found as agree when they are right."""
    wrong: dict[str, int] = {}
    for node, value in enumerate(trace.columns.values):
        trace.columns.values[node] = other(value)
        for kind in {row.kind for row in verify(trace).wrong if row.node == node}:
            wrong[kind] = wrong.get(kind, 0) + 1
        trace.columns.values[node] = value
    assert wrong == verify(trace).agree


SPAN = Span("p.py", 1, 0, 1, 1)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a ** b", (10, 10**10)),
        ("a << b", (1, 10**12)),
        ("a * b", ("x" * 100, 10**10)),
        ("a * b", (10**10, (1, 2))),
        ("a % b", ("%1000000000d", 1)),
        ("a.ljust(b)", ("x", 10**10)),
        ("a.expandtabs(b)", ("\t\t", 10**9)),
        ("round(a, b)", (5, -(10**9))),
        ("f'{a:>999999999}'", (1,)),
    ],
)
def test_the_work_is_bounded(text: str, values: tuple[Any, ...]) -> None:
    """Whatever a trace says was recorded there: it is not judged, and at once."""
    builder = TraceBuilder(Library())
    builder.enter("<module>", "p.py")
    given = [builder.record(Site(n, "const", repr(value), SPAN, 0), value) for n, value in enumerate(values)]
    kind = {"f": "text", "r": "call"}.get(text[0], "call" if "(" in text else "op")
    labels = ["self"] * ("." in text) + [""] * len(values)
    labels = labels[: len(values)]
    attr = text.partition("(")[0].rpartition(".")[2] if kind == "call" else ""
    site = Site(9, kind, text, SPAN, 0, tuple(range(len(values))), tuple(labels), attr=attr)
    builder.record(site, 1, given, labels)
    began = time.process_time()
    found = verify(builder.trace("p"))
    assert time.process_time() - began < 1
    assert (found.agree, found.disagree, sum(found.unjudged.values())) == ({}, {}, 1)


def test_nothing_of_the_program_runs(tmp_path: Path) -> None:
    """What a class computes is no constant: it is not judged."""
    program = (
        "class N(int):\n    def __add__(self, other): print('add'); return 7\n    def __len__(self): return 3\n"
        "    def __eq__(self, other): return 'no'\nn = N(1)\na = n + 1, len(n), n == 1, n and n, [n][0], abs(n)\n"
        "def len(x): return 9\nb = len('a')\n"
    )
    found = verify(traced(tmp_path, program))
    assert found.disagree == {}


def test_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(PROGRAM)
    tracec(tmp_path, "run", "--record", "t", "p.py")
    said = tracec(tmp_path, "show", "t", "--verify")
    assert said.code == 0
    assert said.out.splitlines()[-2:] == [
        "all                                   107          0          2",
        "every event was placed",
    ]
    told = json.loads(tracec(tmp_path, "show", "t", "--verify", "--format", "json").out)
    assert (told["lost"], told["wrong"], told["kinds"]["item"]) == (0, [], {"agree": 6, "disagree": 0, "unjudged": 0})
    assert tracec(tmp_path, "show", "t", "--verify", "--slice", "3").code == 2


def test_a_disagreement_is_told(trace: Trace) -> None:
    node = next(node.id for node in trace.nodes if node.site.text == "7 // 2")
    trace.columns.values[node] = 4
    told = list(as_text("p.py", replace(verify(trace), lost=2), 50))
    trace.columns.values[node] = 3
    assert told[0] == f"%{node:<5} arithmetic: 7 // 2 was 4, and is 3   p.py:41"
    assert told[-1] == "2 events could not be placed"


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_the_order_of_a_set_is_that_of_the_program(seed: str, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(
        "names = frozenset({'one', 'two', 'three', 'four', 'five'})\n"
        "a = ', '.join(names), list(names), str(names), '%s' % names, f'{names}', repr([names]), tuple(names)\n"
        "b = sorted(names), len(names), max(names), 'one' in names\n"
        "c = []\nc += names\n"
    )
    command = [sys.executable, "-m", "tracec", "run", "--record", "x.trace", "p.py"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    (trace,) = load(tmp_path / "x.trace")
    found = verify(trace)
    assert found.wrong == ()
    assert sum(found.agree.values()) >= 4
