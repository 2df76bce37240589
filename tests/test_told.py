"""Faults that a message names: what nothing has, calls that do not fit; and code that runs on import alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Said, project, tracec
from tests.full import FULL, slow
from tracec.passes.messages.failure_clues import failure_clues, supplies_missing_names
from tracec.runtime.outcome import Outcome, Status

SHOP = """\
class Shop:
    def __init__(self):
        self.items = []

    def add({parameters}):
        self.items.append((name, price))

    def total(self):
        return sum(price for name, price in self.items)
"""
SHOP_TESTS = """\
from subject import Shop


def test_total():
    shop = Shop()
    shop.add("tea", 3)
    shop.add("milk", 2)
    assert shop.total() == 5


def test_nothing():
    assert Shop().total() == 0
"""
TABLE = """\
def table(n):
    return [i * i + 1 for i in range(n)]


SQUARES = table(10)


def square(i):
    return SQUARES[i]
"""
TABLE_TESTS = "from subject import square\n\n\ndef test_square():\n    assert (square(2), square(3)) == (4, 9)\n"


def optimized(folder: Path, subject: str, tests: str, *options: str) -> Said:
    """What came of a search of 400 candidates at most."""
    project(folder, subject=subject, test_subject=tests)
    limits = ("--budget-evals", "400", "--budget-seconds", "90")
    return tracec(folder, "optimize", "subject.py", "--tests", "test_subject.py", *limits, *options, seconds=600)


def repaired(folder: Path, subject: str, tests: str) -> str:
    """The file as it is written."""
    done = optimized(folder, subject, tests, "--write")
    assert done.code == 0, done.out + done.err
    return (folder / "subject.py").read_text()


PARAMETERS = ["name, price", "self, name", "self, shop, name, price"]


@pytest.mark.parametrize("parameters", PARAMETERS if FULL else PARAMETERS[:1])
def test_a_method_that_takes_other_arguments_than_it_is_given(tmp_path: Path, parameters: str) -> None:
    assert "def add(self, name, price):" in repaired(tmp_path, SHOP.format(parameters=parameters), SHOP_TESTS)


@slow
def test_a_parameter_that_the_function_binds_anew(tmp_path: Path) -> None:
    subject = "def half():\n    n = abs(n)\n    return n // 2\n"
    tests = "from subject import half\n\n\ndef test():\n    assert (half(8), half(-6)) == (4, 3)\n"
    assert repaired(tmp_path, subject, tests) == subject.replace("half()", "half(n)")


def test_a_canary_is_seen_through_a_head_that_takes_nothing(tmp_path: Path) -> None:
    tests = "from subject import f\n\n\ndef test():\n    f(2)\n"
    done = optimized(tmp_path, "def f():\n    return 1\n", tests, "--budget-evals", "3")
    assert "breaking this code on purpose" not in done.err


@slow
def test_candidates_that_only_a_new_process_can_take_are_tried_where_there_are_no_others(tmp_path: Path) -> None:
    done = optimized(tmp_path, TABLE, TABLE_TESTS, "--target", "table", "--json")
    assert done.json["status"] == "solved"
    assert "i * i" in done.json["diff"]


def test_a_failure_has_moved_where_a_name_that_nothing_has_is_gone() -> None:
    before = {"a": Outcome("a", Status.FAILED, "NameError: name 'lenght' is not defined")}
    after = [Outcome("a", Status.FAILED, "IndexError: list index out of range")]
    assert supplies_missing_names(before, after, "return lenght(a)", "return len(a)")
    assert supplies_missing_names(before, after, "return lenght(a)", "lenght = len\nreturn lenght(a)")
    assert not supplies_missing_names(before, after, "return lenght(a)", "return lenght(a[9])")  # it only fails before
    assert not supplies_missing_names(before, list(before.values()), "return lenght(a)", "return len(a)")
    assert not supplies_missing_names({"a": after[0]}, after, "return lenght(a)", "return len(a)")


@slow
def test_two_names_that_nothing_has_are_mended_one_after_the_other(tmp_path: Path) -> None:
    subject = "def f(a):\n    n = lenght(a)\n    b = sortd(a)\n    return b[n - 1]\n"
    tests = "from subject import f\n\n\ndef test():\n    assert (f([3, 1]), f([2, 9, 4])) == (3, 9)\n"
    assert "n = len(a)\n    b = sorted(a)\n" in repaired(tmp_path, subject, tests)


def test_names_of_tests_may_look_like_addresses(tmp_path: Path) -> None:
    subject = "def f(text):\n    return int(text, 10)\n"
    tests = 'import pytest\nfrom subject import f\n\n\n@pytest.mark.parametrize("text", ["0x1f", "0xab12"])\n'
    tests += "def test(text):\n    assert f(text) == int(text, 16)\n"
    done = optimized(tmp_path, subject, tests, "--json")
    assert done.json["status"] == "solved", done.out + done.err


@pytest.mark.parametrize(
    ("message", "names", "functions"),
    [
        ("TypeError: Box.put() takes 1 positional argument but 2 were given", (), ("Box.put",)),
        ("TypeError: put() missing 1 required positional argument: 'n'", (), ("put",)),
        ("TypeError: put() got an unexpected keyword argument 'key'", ("key",), ("put",)),
        ("AttributeError: module 'math' has no attribute 'squareroot'", ("squareroot",), ()),
        ("AttributeError: 'list' object has no attribute 'push'", ("push",), ()),
        ("TypeError: unsupported operand type(s) for +: 'int' and 'str'", (), ()),
    ],
)
def test_what_a_message_names(message: str, names: tuple[str, ...], functions: tuple[str, ...]) -> None:
    clues = failure_clues(
        [Outcome("a", Status.FAILED, message), Outcome("b", Status.PASSED, "TypeError: no() takes 1 argument")]
    )
    assert (clues.missing_names, clues.rejected_calls) == (names, functions)
