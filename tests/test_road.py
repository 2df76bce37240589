"""The road of a wrong value: what is told of a failure, that nothing wrong is, and which failures have one road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.roads import roads, told
from tests.test_trace import traced
from tracec.passes.explain.causes import alike, together
from tracec.passes.explain.explain import road as explained
from tracec.passes.explain.parting import Passing
from tracec.passes.explain.road import VALUE, Failure, Road, Step
from tracec.passes.explain.unlike import difference
from tracec.passes.nouns.span import Span

CODE = """\
class Account:
    def __init__(self, owner):
        self.owner = owner
        self.balance = 0
        self.log = []

    def pay(self, n):
        self.balance -= n
        self.log.append(n)


def adults(rows):
    out = []
    for row in rows:
        if row["age"] > 18:
            out.append(row["name"])
    return out


def mean(xs):
    return sum(xs) / (len(xs) - 1)


def stats(xs):
    return {"mean": mean(xs), "n": len(xs)}


def check(age):
    if age < 0:
        return None
    return age


def swallow(f):
    try:
        f()
    except KeyError:
        pass


def lost(xs):
    try:
        return xs["a"]
    except KeyError as error:
        raise ValueError("no a") from error


def fee(days):
    if days > 30:
        return 0
    return 5
"""
TESTS = """\
import unittest

import pytest
from code_ import Account, adults, check, fee, lost, mean, stats, swallow


def test_a_missing_item():
    assert adults([{"age": 18, "name": "a"}, {"age": 30, "name": "b"}]) == ["a", "b"]


def test_a_part():
    s = stats([1, 2, 3])
    assert s == {"mean": 2, "n": 3}


def test_and():
    s = stats([1, 2, 3])
    assert s["n"] == 3 and s["mean"] == 2


def test_an_attribute():
    account = Account("x")
    account.pay(3)
    account.pay(4)
    assert account.balance == 7


def test_no_exception():
    with pytest.raises(ValueError):
        check(-1)


def test_a_swallowed_exception_is_not_told():
    swallow(lambda: {}["x"])
    assert mean([1, 1, 1]) == 1


def test_raised():
    lost({})


@pytest.fixture
def account():
    made = Account("q")
    made.pay(1)
    return made


def test_fixture(account):
    assert account.balance == 1


def test_fee_late():
    assert fee(31) == 0


def test_fee():
    assert fee(30) == 0


class TestCase(unittest.TestCase):
    def setUp(self):
        self.stats = stats([1, 2, 3])

    def test_equal(self):
        self.assertEqual(self.stats["mean"], 2)
"""
ROADS = {
    # The element that is missing is behind the test that kept it out.
    "test_a_missing_item": """\
test_code.py:8  adults([{"age": 18, "name": "a"}, {"age": 30, "name": "b"}]) is ['b'], not ['a', 'b']
code_.py:17     return out → ['b']
code_.py:16     out.append(row["name"])   (out = [], row["name"] = 'b')
code_.py:15     row["age"] > 18 → True   (row["age"] = 30)
code_.py:14     row → {'age': 30, 'name': 'b'}   (rows = [{'age': 18, 'name': 'a'}, {'age': …)   [run 2]
code_.py:15     row["age"] > 18 → False   (row["age"] = 18)""",
    "test_a_part": """\
test_code.py:13  s is {'mean': 3.0, 'n': 3}, not {'mean': 2, 'n': 3}: ['mean'] is 3.0, not 2
code_.py:25      return {"mean": mean(xs), "n": len(xs)} → {'mean': 3.0, 'n': 3}   (mean(xs) = 3.0, len(xs) = 3)
code_.py:21      return sum(xs) / (len(xs) - 1) → 3.0   (sum(xs) = 6, len(xs) = 3)""",
    "test_and": """\
test_code.py:18  s["mean"] is 3.0, not 2
code_.py:25      return {"mean": mean(xs), "n": len(xs)} → {'mean': 3.0, 'n': 3}   (mean(xs) = 3.0, len(xs) = 3)
code_.py:21      return sum(xs) / (len(xs) - 1) → 3.0   (sum(xs) = 6, len(xs) = 3)""",
    "test_an_attribute": """\
test_code.py:25  account.balance is -7, not 7
code_.py:8       self.balance -= n → -7   (n = 4)
code_.py:4       self.balance = 0""",
    "test_no_exception": """\
test_code.py:30  DID NOT RAISE ValueError
code_.py:30      return None
code_.py:29      age < 0 → True   (age = -1)""",
    "test_a_swallowed_exception_is_not_told": """\
test_code.py:35  mean([1, 1, 1]) is 1.5, not 1
code_.py:21      return sum(xs) / (len(xs) - 1) → 1.5   (sum(xs) = 3, len(xs) = 3)""",
    "test_fixture": """\
test_code.py:50  account.balance is -1, not 1
code_.py:8       self.balance -= n → -1   (n = 1)
code_.py:4       self.balance = 0""",
    "test_fee": """\
test_code.py:58  fee(30) is 5, not 0
code_.py:51      return 5
code_.py:49      days > 30 → False   (days = 30)
                 ↳ True in test_code.py::test_fee_late, which passes (days = 31)""",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Road]:
    return roads(tmp_path_factory.mktemp("roads"), CODE, TESTS)


@pytest.mark.parametrize("test", ROADS)
def test_roads(found: Mapping[str, Road], test: str) -> None:
    assert told(found[test]) == ROADS[test]


def test_an_exception_of_the_program(found: Mapping[str, Road]) -> None:
    text = told(found["test_raised"])
    assert text.splitlines()[0].endswith("ValueError: no a"), text
    assert "code_.py:45" in text.splitlines()[0]


def test_a_unittest_case(found: Mapping[str, Road]) -> None:
    head, *steps = told(found["test_equal"]).splitlines()
    assert "AssertionError: 3.0 != 2" in head
    assert any("sum(xs) / (len(xs) - 1) → 3.0" in step for step in steps)


def test_what_the_trace_does_not_know_is_said(found: Mapping[str, Road], tmp_path: Path) -> None:
    trace = traced(tmp_path, "def f(x):\n    return x\nf(1)\n")
    unknown = explained(trace, Failure("t", "KeyError", "'a'", (("p.py", 2),)), Passing([]))
    assert told(unknown) == "the recorded run does not show where the KeyError came from: something may have caught it"
    nothing = explained(replace(trace, imported=len(trace)), Failure("t", "KeyError"), Passing([]))
    assert told(nothing) == "nothing of yours was recorded while it ran"


def road(test: str, *lines: int, alone: tuple[int, ...] = ()) -> Road:
    def step(number: int, line: int) -> Step:
        return Step(number, VALUE, Span("p.py", line, 0, line, 1), "x", "1", alone=line in alone)

    return Road(Failure(test), None, tuple(step(n, line) for n, line in enumerate(lines)))


def test_one_cause_is_told_once() -> None:
    three = road("a", 3, 4, 9, alone=(4,)), road("b", 3, 4, alone=(4,)), road("c", 5), road("d", 4, 3)
    found = together([*three, road("e", 3, 4, 8, alone=(8,))], ["test.py"])
    assert [(one.failure.id, one.others) for one in found] == [("b", ("a", "d")), ("c", ()), ("e", ())]


def test_roads_to_one_exception_are_one_where_the_way_to_it_is() -> None:
    raised = frozenset([("p.py", 9)])
    short = replace(road("a", 9, 7), raised_at=raised)
    passed = frozenset([("p.py", 7), ("p.py", 9)])
    same = replace(road("b", 2, 3), passed=passed, raised_at=raised)
    elsewhere = replace(road("c", 9, 5), passed=frozenset([("p.py", 9), ("p.py", 5)]), raised_at=raised)
    other = replace(road("d", 2, 3, 1), passed=passed, raised_at=frozenset([("p.py", 1)]))
    found = together([short, same, elsewhere, other], ["test.py"])
    assert [(one.failure.id, one.others) for one in found] == [("a", ("b",)), ("c", ()), ("d", ())]


def test_what_assertions_raise_keeps_no_roads_apart() -> None:
    one = replace(road("a", 3, 4, alone=(4,)), raised_at=frozenset([("test.py", 1)]))
    other = replace(road("b", 3, 4, 9, alone=(4,)), raised_at=frozenset([("test.py", 8)]))
    assert [(r.failure.id, r.others) for r in together([one, other], ["test.py"])] == [("a", ("b",))]


def test_roads_without_a_place_in_the_program_stay_apart() -> None:
    assert len(together([road("a"), road("b")], ["test.py"])) == 2


def test_what_raised_at_one_place_is_one_failure() -> None:
    at, test = (("t.py", 1), ("p.py", 7)), (("t.py", 4),)
    failures = [Failure(f"t{n}", "KeyError", f"'k{n}'", at) for n in range(3)]
    failures += [Failure("t3", "ValueError", "no", at), Failure("t4", "AssertionError", "", test)]
    failures += [Failure("t5", "AssertionError", "", test)]
    assert alike(failures, ["t.py"]) == {"t0": ["t1", "t2"], "t3": [], "t4": [], "t5": []}


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ({"a": [1, 2, {"b": 3}], "c": "x" * 9}, {"a": [1, 2, {"b": 4}], "c": "x" * 9}, "['a'][2]['b'] is 3, not 4"),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5], "it has 6 items, not 5"),
        ({"aaaaaaa": 1, "bbbbbbb": 2}, {"aaaaaaa": 1}, "['bbbbbbb'] is not wanted"),
        (
            "the quick brown fox",
            "the quick brawn fox",
            "at character 12: 'the quick brown fox', not 'the quick brawn fox'",
        ),
        ({"aaaaaaaaa", "b"}, {"aaaaaaaaa", "c"}, "'b' is not wanted"),
        (1, 2, ""),
        ("a", "b", ""),
    ],
)
def test_where_two_values_differ(one: object, other: object, text: str) -> None:
    assert difference(one, other) == text
