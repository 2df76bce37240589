"""What people asked tracers of values for, in public reports, rebuilt in a few lines: the text that `why` prints."""

# ruff: noqa: E501 (the lines are those that are printed)

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.roads import roads, told
from tracec.passes.explain.road import Road

CODE = '''\
"""What people asked value tracers about, in a few lines each."""


class Foo:
    def __init__(self):
        self.a = 1
        self.b = 2
        self.c = None

    def myfunc(self):
        localvar = 5
        localvar += 1
        self.c = self.b - self.a
        return localvar


class A:
    def __init__(self):
        self.x = 0

    def inc(self, input):
        self.x += input


def ones(number):
    a = A()
    while number:
        number, remainder = divmod(number, 2)
        a.inc(number)
    return a.x


class Test:
    def __init__(self):
        a = 10
        self.b = 12 / 3
        c = a / 2
        a = c


def scaled():
    a = 25
    a *= 3
    d = 44 % 1
    d *= 3
    d = d * 3
    return a + d


def is_even(number):
    return number % 2 == 0


def add_tax(price, rate):
    return price + price * rate


def invoice(prices, rate=0.2):
    return [add_tax(price, rate) for price in prices]


class Flag:
    def __init__(self, level):
        self.ready = level > 3


def shipping(weight, express):
    cost = 5
    if weight > 10:
        cost = 12
    if express and weight > 20:
        cost += 10
    return cost


def rotate(items, start):
    seen = []
    for item in items:
        seen.append(item)
    seen.remove(start)
    return seen


def settings(text):
    found = {}
    for part in text.split(";"):
        key, _, value = part.partition(":")
        found[key] = value
    return found


def timeout(text):
    return settings(text).get("timeout")


def wait(text):
    return timeout(text) * 2
'''
TESTS = """\
from code_ import A, Flag, Foo, Test, add_tax, invoice, is_even, ones, rotate, scaled, shipping, wait


def test_pysnooper_7():
    foo = Foo()
    foo.myfunc()
    assert foo.c == 3


def test_pysnooper_61():
    assert ones(6) == 2


def test_pysnooper_227():
    assert Test().b == 3


def test_pysnooper_257():
    assert scaled() == 471


def test_pytest_5062():
    evens = [2, 4, 7, 8]
    assert all(is_even(number) for number in evens)


def test_pytest_1503():
    assert Flag(3).ready is True


def test_findtheflow_30():
    assert invoice([10, 20]) == [11, 22]


def test_reloadium_96_good():
    assert shipping(25, True) == 22


def test_reloadium_96():
    assert shipping(20, True) == 22


def test_pysnooper_123():
    assert rotate([3, 1, 2], 3) == [1, 2, 3]


def test_viztracer_223():
    assert wait("retries:3;time-out:5") == 10
"""
REPORTS = {
    # cool-RR/PySnooper#7
    "test_pysnooper_7": """\
test_code.py:7  foo.c is 1, not 3
code_.py:13     self.c = self.b - self.a → 1   (self.b = 2, self.a = 1)
code_.py:7      self.b = 2
code_.py:6      self.a = 1""",
    # cool-RR/PySnooper#61
    "test_pysnooper_61": """\
test_code.py:11  ones(6) is 4, not 2
code_.py:30      return a.x → 4
code_.py:22      self.x += input → 4   (input = 0)
code_.py:28      number → 0   (divmod(number, 2) = (0, 1))   [run 3]
code_.py:27      number → 1   [run 3]
code_.py:19      self.x = 0""",
    # cool-RR/PySnooper#227
    "test_pysnooper_227": """\
test_code.py:15  Test().b is 4.0, not 3
code_.py:36      self.b = 12 / 3 → 4.0""",
    # cool-RR/PySnooper#257 and alexmojaki/snoop#73
    "test_pysnooper_257": """\
test_code.py:19  scaled() is 75, not 471
code_.py:47      return a + d → 75   (a = 75, d = 0)
code_.py:46      d = d * 3 → 0   (d = 0)
code_.py:45      d *= 3 → 0   (d = 0)
code_.py:44      d = 44 % 1 → 0
code_.py:43      a *= 3 → 75   (a = 25)""",
    # pytest-dev/pytest#5062 and #9929
    "test_pytest_5062": """\
test_code.py:24  all(is_even(number) for number in evens) → False
code_.py:51      return number % 2 == 0 → False   (number = 7)
test_code.py:24  number → 7   (evens = [2, 4, 7, 8])   [run 3]""",
    # pytest-dev/pytest#1503
    "test_pytest_1503": """\
test_code.py:28  Flag(3).ready is True → False   (Flag(3).ready = False)
code_.py:64      self.ready = level > 3 → False   (level = 3)""",
    # findtheflow#30
    "test_findtheflow_30": """\
test_code.py:32  invoice([10, 20]) is [12.0, 24.0], not [11, 22]
code_.py:55      return price + price * rate → 24.0   (price = 20, rate = 0.2)
code_.py:59      price → 20   (prices = [10, 20])   [run 2]""",
    # reloadium#96
    "test_reloadium_96": """\
test_code.py:40  shipping(20, True) is 12, not 22
code_.py:73      return cost → 12
code_.py:71      express and weight > 20 → False   (express = True, weight = 20)
                 ↳ True in test_code.py::test_reloadium_96_good, which passes (express = True, weight = 25)
code_.py:69      weight > 10 → True   (weight = 20)""",
    # cool-RR/PySnooper#123
    "test_pysnooper_123": """\
test_code.py:44  rotate([3, 1, 2], 3) is [1, 2], not [1, 2, 3]
code_.py:81      return seen → [1, 2]
code_.py:80      seen.remove(start)   (start = 3)
code_.py:79      seen.append(item)   (item = 2)   [run 3]
code_.py:78      item → 2   (items = [3, 1, 2])   [run 3]""",
    # gaogaotiantian/viztracer#223
    "test_viztracer_223": """\
code_.py:97  timeout(text) * 2 raised TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'   (timeout(text) = None)
code_.py:93  return settings(text).get("timeout") → None   (settings(text) = {'retries': '3', 'time-out': '5'})
code_.py:89  return found → {'retries': '3', 'time-out': '5'}
code_.py:88  found[key] = value   (value = '5')   [run 2]
code_.py:87  value → '5'   (part.partition(":") = ('time-out', ':', '5'), part = 'time-out:5')   [run 2]
code_.py:86  part → 'time-out:5'   (text.split(";") = ['retries:3', 'time-out:5'], text = 'retries:3;time-out:5')   [run 2]""",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Road]:
    return roads(tmp_path_factory.mktemp("reports"), CODE, TESTS)


@pytest.mark.parametrize("test", REPORTS)
def test_what_was_asked_for_is_told(found: Mapping[str, Road], test: str) -> None:
    assert told(found[test]) == REPORTS[test]


def test_nothing_is_told_of_what_passes(found: Mapping[str, Road]) -> None:
    assert found.keys() == REPORTS.keys()
