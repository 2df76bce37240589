"""Variables that frames share, and such as are set from outside: the trace has the value that was read, or none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import tracec
from tests.fuzz.shared_names import SharedNames, held_against
from tests.test_recorder import needs_c
from tracec.passes.nouns.trace import Picture, Trace
from tracec.passes.verify.verification import verify
from tracec.recording.trace_store import load

SEEDS = range(12)  # programs of each recorder


def recorded(folder: Path, text: str, *, pure: bool = False) -> tuple[Trace, list[str]]:
    """The trace of a program, and the lines that it printed, which are those of a plain run."""
    (folder / "p.py").write_text(text)
    plain = subprocess.run([sys.executable, "p.py"], capture_output=True, text=True, cwd=folder, check=True)
    said = tracec(folder, "run", "--record", "t.trace", "p.py", TRACEC_PURE="1" if pure else "")
    assert (said.code, said.out) == (0, plain.stdout)
    (trace,) = load(folder / "t.trace")
    assert (trace.lost, trace.check()) == (0, [])
    return trace, plain.stdout.splitlines()


def operands(trace: Trace, text: str) -> list[list[object]]:
    """The values of the operands of each node of a source text, in order; of pictures their texts."""
    values = trace.columns.values
    shown = [Picture(*value).text if type(value) is tuple else value for value in values]
    return [[shown[i] for i in node.inputs] for node in trace.nodes if node.site.text == text and node.inputs]


@needs_c
@pytest.mark.parametrize("seed", SEEDS)
def test_random_programs(seed: int, tmp_path: Path) -> None:
    trace, printed = recorded(tmp_path, SharedNames(seed).text())
    reads, found = held_against(trace, printed), verify(trace)
    assert (reads.wrong, reads.unknown, found.wrong) == ([], 0, ())
    assert reads.right > 50
    assert sum(found.agree.values()) > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_recorder_in_python_does_not_see_is_not_known(seed: int, tmp_path: Path) -> None:
    trace, printed = recorded(tmp_path, SharedNames(seed).text(), pure=True)
    reads, found = held_against(trace, printed), verify(trace)
    assert (reads.wrong, found.wrong) == ([], ())
    assert reads.right > reads.unknown


CLOSURES = """\
import functools
def times(k):
    def method(self, n):
        return n * k
    return method
class Number:
    double, triple = times(2), times(3)
table = {"a": times(5), "b": times(7)}
Number().double(10), Number().triple(11), table["a"](None, 12), list(map(lambda f: f(None, 13), table.values()))
functools.partial(table["b"], None)(14)
def counter(start):
    def more(by):
        nonlocal start
        start += by
        return start + 0
    return more
one, two = counter(100), counter(200)
one(1), two(2), one(3)
"""


@needs_c
def test_closures_see_the_frame_that_made_them(tmp_path: Path) -> None:
    trace, _ = recorded(tmp_path, CLOSURES)
    assert operands(trace, "n * k") == [[10, 2], [11, 3], [12, 5], [13, 5], [13, 7], [14, 7]]
    assert operands(trace, "start += by") == [[100, 1], [200, 2], [101, 3]]
    assert operands(trace, "start + 0") == [[101], [202], [104]]


def test_a_closure_of_one_of_several_frames_is_not_known_in_python(tmp_path: Path) -> None:
    trace, _ = recorded(tmp_path, CLOSURES, pure=True)
    known = [[10, 2], [11, 3], [12, 5], [13, 5], [13, 7], [14, 7]]
    found = operands(trace, "n * k")
    assert all(row == right or row[1] == "?" for row, right in zip(found, known, strict=True))
    assert [10, "?"] in found
    assert operands(trace, "start += by") == [[100, 1], [200, 2], [101, 3]]


PATCHED = """\
import sys, unittest.mock
from os import sep
here, LIMIT = sys.modules[__name__], 1
def double(x): return x * 2
def over(x):
    return x > LIMIT
with unittest.mock.patch.object(here, "LIMIT", 30):
    over(25)
setattr(here, "LIMIT", 20)
over(15)
globals()["LIMIT"] = 40
over(35)
here.LIMIT = 10
over(5)
exec("LIMIT = 50")
over(45)
def lower():
    global LIMIT
    LIMIT -= 5
lower()
over(44)
with unittest.mock.patch.object(here, "double", return_value=7), unittest.mock.patch.object(here, "sep", "|"):
    y = [double(4), double, sep + "x"]
z = [double(5), double, sep + "y"]
"""


@pytest.mark.parametrize("pure", [False, True])
def test_a_variable_that_is_set_from_outside_has_the_value_that_was_read(pure: bool, tmp_path: Path) -> None:
    trace, _ = recorded(tmp_path, PATCHED, pure=pure)
    rows = [[25, 30], [15, 20], [35, 40], [5, 10], [45, 50], [44, 45]]
    assert operands(trace, "x > LIMIT") == rows
    assert operands(trace, "LIMIT -= 5") == [[50, 5]]
    assert operands(trace, 'sep + "x"') == [["|"]]
    assert operands(trace, 'sep + "y"') == [["/"]] or sys.platform == "win32"
    ((seven, mock, text),) = operands(trace, '[double(4), double, sep + "x"]')
    assert (seven, str(mock).partition("(")[0], text) == (7, "MagicMock", "|x")
    (last,) = operands(trace, '[double(5), double, sep + "y"]')
    assert last[:2] == [10, "<function double at p.py:4>"]
    assert verify(trace).wrong == ()


def test_a_store_to_a_module_that_is_recorded_is_where_its_variable_comes_from(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text("LIMIT = 1\ndef over(x):\n    return x > LIMIT\n")
    trace, _ = recorded(tmp_path, "import conf\nconf.over(5)\nconf.LIMIT = 10\nconf.over(6)\n")
    first, second = (node for node in trace.nodes if node.site.text == "x > LIMIT")
    assert [trace.nodes[node.inputs[1]].site.text for node in (first, second)] == ["1", "conf.LIMIT = 10"]


CLASSES = """\
def made(k):
    class Made:
        n = k * 2
        def more(self): return self.n + k
    return Made
A, B = made(3), made(5)
a = A().more(), B().more()
setattr(A, "n", 100)
B.n = 200
b = A().more(), B().more(), A.n + 1
class Meta(type):
    def __getattr__(cls, name): return 77
class C(metaclass=Meta):
    @property
    def p(self): return 8
c = C.q + 1, C().p + 2
"""


@needs_c
def test_attributes_are_those_of_the_class_at_hand_or_have_no_store(tmp_path: Path) -> None:
    trace, _ = recorded(tmp_path, CLASSES)
    assert operands(trace, "self.n + k") == [[6, 3], [10, 5], [100, 3], [200, 5]]
    stored = [
        [trace.nodes[i].site.text for i, label in zip(node.inputs, node.labels) if label == "stored"]
        for node in trace.nodes
        if node.site.text in ("self.n", "A.n")
    ]
    assert stored == [["k * 2"], ["k * 2"], [], [], []]  # an object does not tell which class of one name is its own
    assert (operands(trace, "C.q + 1"), operands(trace, "C().p + 2")) == ([[77]], [[8]])


PARAMETERS = """\
import functools
def add(a, b): return a + b
p = functools.partial(add, 11)
x = p(2), functools.reduce(add, [3, 4], 5)
class V:
    def __init__(self, n): self.n = n
    def __add__(self, o): return self.n * o
    def __getattr__(self, name): return name
    def __getitem__(self, key): return key
v = V(7)
k = 21
y = v + k, v.other, v[k]
"""


def test_parameters_come_from_what_can_give_them_their_values(tmp_path: Path) -> None:
    trace, _ = recorded(tmp_path, PARAMETERS)
    told = [
        (node.value, [trace.nodes[i].site.text for i in node.inputs])
        for node in trace.nodes
        if node.site.kind == "param" and node.site.text in ("a", "b", "o", "name", "key")
    ]
    assert [value for value, _ in told] == [11, 2, 5, 3, 8, 4, 21, "other", 21]
    from_call = [origin for _, origin in told[2:6]]
    assert told[0][1] == ["functools.partial(add, 11)"]
    assert [[text for text in origin if text not in ("import functools", "def add")] for origin in from_call]
    assert all("5" not in origin for origin in from_call[1:])
    assert "5" in from_call[0]
    assert [origin for _, origin in told[6:]] == [["21"], [], ["21"]]
