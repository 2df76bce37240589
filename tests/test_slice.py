"""Slices: by hand, and against an oracle."""

from __future__ import annotations

from functools import reduce
from operator import add
from pathlib import Path

import pytest

from tests.fuzz.oracle import Program, Verdict, verdicts
from tests.test_trace import traced
from tracec.passes.graph.relevant_slice import relevant
from tracec.passes.graph.slice import backward, between, forward, path
from tracec.passes.nouns.trace import Trace

EXAMPLE = """\
def f(a, b):
    kept = a + 1
    lost = b + 1
    if lost > 100:
        kept = 0
    return kept
r = f(1, 2)
"""


def texts(trace: Trace, nodes: object) -> list[str]:
    return [trace.nodes[node].site.text for node in nodes]  # type: ignore[attr-defined]


def find(trace: Trace, text: str) -> int:
    return next(node.id for node in trace.nodes if node.site.text == text)


def test_the_plain_slice_and_the_relevant_one(tmp_path: Path) -> None:
    trace = traced(tmp_path, EXAMPLE)
    last = find(trace, "f(1, 2)")
    assert texts(trace, backward(trace, [last])) == ["1", "a", "a + 1", "kept", "f(1, 2)"]
    found = texts(trace, relevant(trace, [last]))
    assert found == ["1", "2", "a", "b", "a + 1", "b + 1", "lost > 100", "kept", "f(1, 2)"]


def test_what_may_raise_in_a_try_could_have_gone_another_way(tmp_path: Path) -> None:
    source = """\
def raises(f):
    try:
        f()
        return False
    except ValueError:
        return True
def kept(f):
    a = 1
    try:
        f()
        a = 2
    except ValueError:
        pass
    return a
p = raises(lambda: 5)
q = kept(lambda: 6)
"""
    trace = traced(tmp_path, source)
    first, second = find(trace, "raises(lambda: 5)"), find(trace, "kept(lambda: 6)")
    assert "5" in texts(trace, relevant(trace, [first]))
    assert "5" not in texts(trace, backward(trace, [first]))
    assert "6" in texts(trace, relevant(trace, [second]))


def test_forward_and_between(tmp_path: Path) -> None:
    trace = traced(tmp_path, EXAMPLE)
    b, test = find(trace, "b"), find(trace, "lost > 100")
    assert texts(trace, forward(trace, [b])) == ["b", "b + 1", "lost > 100"]
    assert texts(trace, between(trace, [b], [test])) == ["b", "b + 1", "lost > 100"]
    assert path(trace, b, test) == [b, find(trace, "b + 1"), test]
    assert path(trace, b, find(trace, "kept")) == []
    assert list(between(trace, [b], [find(trace, "kept")])) == []


def test_control_can_be_left_out(tmp_path: Path) -> None:
    trace = traced(tmp_path, "def f(a):\n    if a > 0:\n        return 5 + 5\nf(1)\n")
    last = find(trace, "f(1)")
    assert "a > 0" in texts(trace, backward(trace, [last]))
    assert "a > 0" not in texts(trace, backward(trace, [last], control=False))


def test_an_empty_slice(tmp_path: Path) -> None:
    trace = traced(tmp_path, "x = [1]\n")
    assert len(backward(trace, [])) == len(forward(trace, [99])) == 0
    assert 5 not in backward(trace, [0])
    assert set(backward(trace, [0])) == {0}


@pytest.fixture(scope="module")
def judgement(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    """benchmarks/trace.py does the same for thousands of programs."""
    return reduce(add, verdicts(range(60), tmp_path_factory.mktemp("oracle"), 2), Verdict())


def test_what_changes_the_result_is_in_the_relevant_slice(judgement: Verdict) -> None:
    assert judgement.absent == []
    assert judgement.programs >= 50
    assert judgement.mattered > 80


def test_the_oracle_sees_what_a_slice_lacks(judgement: Verdict) -> None:
    """The plain slice has no tests that went the other way."""
    assert judgement.plain_absent > 5
    assert Program(3).text() == Program(3).text() != Program(4).text()
