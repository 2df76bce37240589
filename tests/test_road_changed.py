"""Roads where an object was changed after it was made, was kept from an earlier call, or could not be unpacked."""

from __future__ import annotations

import pytest

from tests.roads import roads, told
from tracec.passes.explain.causes import together
from tracec.passes.explain.head import rewritten
from tracec.passes.explain.road import Failure, Road

CODE = """\
class Cart:
    def __init__(self):
        self.prices = []
        self.cache = {}

    def total(self):
        if "total" not in self.cache:
            self.cache["total"] = sum(self.prices)
        return self.cache["total"]


def closing(log):
    log.append("open")
    log.append("close ")


def clear(row):
    row["n"] = 0


class Account:
    def __init__(self):
        self.tags = []

    def tag(self, name):
        self.tags.append(name)


def parse(line):
    try:
        key, value = line.split("=")
    except ValueError:
        return None
    return key, int(value)
"""
TESTS = """\
from code_ import Account, Cart, clear, closing, parse


def test_changed():
    log = []
    closing(log)
    assert log == ["open", "close"]


def test_kept():
    cart = Cart()
    assert cart.total() == 0
    cart.prices.append(3)
    assert cart.total() == 3


def test_unpacked():
    assert parse("c=d=3") == ("c", 3)


def test_within():
    rows = [{"n": n} for n in range(500)]
    clear(rows[77])
    assert rows == [{"n": n} for n in range(500)]


def test_shared():
    grid = [[0] * 2] * 2
    grid[0][1] = 5
    assert grid == [[0, 5], [0, 0]]


def test_held():
    ann, ben = Account(), Account()
    ben.tag("new")
    ben.tag("old")
    assert {"ann": ann.tags, "ben": ben.tags} == {"ann": [], "ben": ["new"]}


def test_raised():
    assert parse("a=b") is None
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Road]:
    return roads(tmp_path_factory.mktemp("changed"), CODE, TESTS)


def test_a_value_is_told_as_it_was_when_it_was_compared(found: dict[str, Road]) -> None:
    head, *steps = told(found["test_changed"]).splitlines()
    assert head.endswith('log == ["open", "close"] → False')  # not that `log` is [], as it was made
    assert any('log.append("close ")' in step for step in steps)


def test_what_changed_a_part_of_it_is_told(found: dict[str, Road]) -> None:
    head, *steps = told(found["test_within"]).splitlines()
    assert "77" not in head  # the picture of so many rows shows the first ones only
    assert " is [" not in head  # nor are they told as they were when the list was made
    assert any(step.endswith('row["n"] = 0') for step in steps)
    assert "grid[0][1] = 5" in told(found["test_shared"])
    assert "self.tags.append(name)   (self.tags = ['new'], name = 'old')" in told(found["test_held"])


def test_what_pytest_showed_is_told_where_the_trace_does_not_know() -> None:
    message = "assert ['a', 'b'] == ['a', 'c']\n  \n  At index 1 diff: 'b' != 'c'\n  Use -v to get more diff"
    assert (
        rewritten(Failure("t", "AssertionError", message))
        == "assert ['a', 'b'] == ['a', 'c']: At index 1 diff: 'b' != 'c'"
    )
    assert rewritten(Failure("t", "AssertionError", "assert False\n +  where False = f()")) == ""
    assert rewritten(Failure("t", "ValueError", "a == b")) == ""


def test_what_kept_an_old_value_is_told(found: dict[str, Road]) -> None:
    head, read, test, *_ = told(found["test_kept"]).splitlines()
    assert head.endswith("cart.total() is 0, not 3")
    assert 'return self.cache["total"] → 0' in read
    assert "code_.py:7" in test
    assert '"total" not in self.cache → False' in test


def test_an_unpacking_that_failed_is_told_whole(found: dict[str, Road]) -> None:
    text = told(found["test_unpacked"])
    assert "key, value = line.split(\"=\") raised an exception   (line.split(\"=\") = ['c', 'd', '3'])" in text


def test_failures_of_two_exceptions_stay_apart(found: dict[str, Road]) -> None:
    assert len(together([found["test_raised"], found["test_unpacked"]], ["test_code.py"])) == 2
