"""Recorded calls can be made again from their texts, and say so only where that is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.command import tracec
from tests.test_trace import traced
from tests.test_values import FLAT, alike
from tracec.passes.graph.calls_as_source import Call, recorded_calls, source
from tracec.passes.nouns.trace import Trace

PROGRAM = """\
import functools, math
LOG = []
def plain(a, /, b=2, *rest, k, m=None, **kw):
    total = a + b + sum(rest) + k
    return [total, m, sorted(kw.items())]
def nested(data, seen=()):
    data['rows'].append(len(seen))
    return {'rows': list(data['rows']), 'at': (1, {2.5: b'x'}), 'seen': set(seen)}
def numbers(x, y=math.inf, *, z=-0.0):
    return (x, y, z)
def fails(x):
    return 1 / x
def gives(n, step=1):
    for i in range(0, n, step):
        got = yield [i, {'i': i}]
    return 'end'
def quiet(x):
    LOG.append(x)
class Shop:
    rate = 2
    def __init__(self, stock): self.stock = stock
    def price(self, n): return n * self.rate
    @staticmethod
    def tax(n, by=10): return n * by
    @classmethod
    def open(cls, stock, *more): return len(stock) + len(more)
@functools.lru_cache
def cached(n, m): return n - m
async def later(x): return x
def outer(x):
    def inner(y): return x + y
    return inner(x)
plain(1, k=3)
plain(1, 2, 3, 4, k=5, m='é\\n"', z=6, y=[7])
plain(*[1, 2], **{'k': 4, 'not a name': 1, 'class': 2})
nested({'rows': [1, 2]}, (3,))
nested(data={'rows': [[None, True], {'a': {'b': ()}}]}, seen=frozenset([1]))
numbers(math.nan)
numbers([math.inf, -math.inf], 1j, z=complex(-0.0, 1))
try: fails(0)
except ZeroDivisionError: pass
fails(0.5)
list(gives(5, 2))
quiet([1])
Shop([1]).price(3)
Shop.tax(3)
Shop([1]).tax(4, by=5)
Shop.open([1, 2], 3, 4)
cached(5, m=2)
outer(3)
"""
REPLAYED = ("plain", "nested", "numbers", "fails", "gives", "quiet", "Shop.tax", "Shop.open", "cached")


def again(program: str, call: Call, trace: Trace) -> None:
    """Make a call in a fresh module, and compare what comes of it."""
    space: dict[str, Any] = {"__name__": "again"}
    exec(program, space)
    text, whole = source(trace.nodes[call.result].value) if call.result >= 0 else ("None", True)
    if call.raised:
        with pytest.raises(Exception) as caught:
            eval(call.text, space)
        assert text.startswith(type(caught.value).__name__)
    elif call.yielded:
        values = [eval(source(trace.nodes[node].value)[0]) for node in call.yielded]
        assert alike(list(eval(call.text, space)), values)
    else:
        result = eval(call.text, space)
        if whole:
            assert alike(result, eval(text))


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    return traced(tmp_path_factory.mktemp("calls"), PROGRAM)


@pytest.mark.parametrize("name", REPLAYED)
def test_calls_are_made_again(trace: Trace, name: str) -> None:
    calls = list(recorded_calls(trace, name))
    assert calls
    for call in calls:
        assert (call.exact, call.why_not) == (True, "")
        again(PROGRAM, call, trace)


def test_texts(trace: Trace) -> None:
    assert [call.text for call in recorded_calls(trace, "plain")] == [
        "plain(1, 2, k=3, m=None)",
        "plain(1, 2, 3, 4, k=5, m='é\\n\"', z=6, y=[7])",
        "plain(1, 2, k=4, m=None, **{'not a name': 1}, **{'class': 2})",
    ]
    assert [call.text for call in recorded_calls(trace, "numbers")] == [
        "numbers(float('nan'), float('inf'), z=-0.0)",
        "numbers([float('inf'), -float('inf')], complex(0.0, 1.0), z=complex(-0.0, 1.0))",
    ]
    assert [call.text for call in recorded_calls(trace, "Shop.open")] == ["Shop.open([1, 2], 3, 4)"]
    assert next(call.text for call in recorded_calls(trace, "nested")) == "nested({'rows': [1, 2]}, (3,))"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Shop.price", "self is Shop(stock=[1])"),
        ("Shop.__init__", "self is <Shop>"),
        ("outer.<locals>.inner", "it is defined within a function"),
    ],
)
def test_what_cannot_be_made_again_says_why(trace: Trace, name: str, why: str) -> None:
    for call in recorded_calls(trace, name):
        assert (call.exact, call.why_not) == (False, why)


def test_doubts(tmp_path: Path) -> None:
    program = (
        "def f(a, b=None, c=print, d=3): return d\nxs = [1]\nf(xs, xs)\nf(list(range(20)))\n"
        "f('x' * 300)\nf(1)\nf(1, d=4)\nf(f)\n"
    )
    found = list(recorded_calls(traced(tmp_path, program), "f"))
    assert [(call.text, call.why_not) for call in found if call.exact] == [
        ("f(1, None, d=3)", ""),
        ("f(1, None, d=4)", ""),
    ]
    whys = [call.why_not for call in found if not call.exact]
    assert whys[0] == "a and b are one object"
    assert [
        why.startswith(start)
        for why, start in zip(whys[1:], ("a is [0, 1", "a is 'xxx", "a is <function f at p.py:1>"))
    ] == 3 * [True]


@pytest.mark.parametrize("pure", ["", "1"])
def test_a_list_is_what_it_was_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pure: str) -> None:
    """Or it is not exact, where its picture was taken at the end."""
    monkeypatch.setenv("TRACEC_PURE", pure)
    calls = list(recorded_calls(traced(tmp_path, "def f(xs):\n    xs.append(1)\nxs = []\nf(xs)\nf(xs)\n"), "f"))
    assert [call.text for call in calls if call.exact] in (["f([])", "f([1])"], [])
    if not pure:
        assert calls[0].exact


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(
        st.recursive(FLAT, lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner), max_leaves=6),
        max_size=8,
    )
)
def test_what_is_exact_comes_back(tmp_path_factory: pytest.TempPathFactory, values: list[Any]) -> None:
    program = "from math import inf\ndef f(x, *y, **z): return (x, y, z)\n" + "".join(
        f"f({value!r})\nf(1, {value!r}, k={value!r})\n" for value in values
    )
    trace = traced(tmp_path_factory.mktemp("p"), program)
    calls = list(recorded_calls(trace, "f"))
    assert len(calls) == 2 * len(values)
    for call, value in zip(calls[::2], values):
        if call.exact:
            assert alike(eval(call.arguments["x"]), value)
            again(program, call, trace)


def test_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(PROGRAM)
    tracec(tmp_path, "run", "--record", "t", "p.py")
    lines = tracec(tmp_path, "show", "t", "--calls", "fails").out.splitlines()
    assert lines[0].split(maxsplit=1)[1] == "fails(0) raised ZeroDivisionError('division by zero')  p.py:11"
    assert lines[1].split(maxsplit=1)[1] == "fails(0.5) -> 2.0  p.py:42"
    said = json.loads(tracec(tmp_path, "show", "t", "--calls", "gives", "--format", "json").out)
    (row,) = said["calls"]
    assert (row["text"], row["exact"], row["result"], row["arguments"]) == (
        "gives(5, 2)", True, "'end'", {"n": "5", "step": "2"},
    )  # fmt: skip
    assert [eval(text) for text in row["yielded"]] == [[i, {"i": i}] for i in (0, 2, 4)]
    assert "not exact: self is Shop(stock=[1])" in tracec(tmp_path, "show", "t", "--calls", "Shop.price").out
    assert len(tracec(tmp_path, "show", "t", "--calls", "plain", "--limit", "2").out.splitlines()) == 2
    for wrong in (["--calls", "nope"], ["--calls", "f", "--format", "dot"], ["--calls", "f", "--slice", "%1"]):
        said = tracec(tmp_path, "show", "t", *wrong)
        assert said.code == 2
        assert "; " in said.err
