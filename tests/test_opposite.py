"""A number that was moved, and may as well be moved the other way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import project, tracec
from tracec.passes.accept.opposite import opposite


@pytest.mark.parametrize(
    ("before", "after", "other"),
    [
        ("i = j - 2", "i = j - 3", "i = j - 1"),
        ("return 1", "return 0", "return 2"),
        ("f(0)", "f(2)", "f((-2))"),
        ("f(-1)", "f(1)", "f((-3))"),
        ("é = 'é', 1.5", "é = 'é', 2.0", "é = 'é', 1.0"),
        ("x[n]", "x[n + 1]", "x[n - 1]"),
        ("x[n]", "x[n - 2]", "x[n + 2]"),
        ("x = True", "x = False", ""),
        ("x = 'a'", "x = 'b'", ""),
        ("x < 1", "x <= 1", ""),
        ("x + 1", "y + 1", ""),
        ("f(1, 2)", "f(2, 3)", ""),
        ("x = 1", "x = (", ""),
    ],
)
def test_the_other_way(before: str, after: str, other: str) -> None:
    indent = "def g(x, y, n, j, f):\n    "
    assert opposite(indent + before, indent + after) == (indent + other if other else "")


SUBJECT = """\
def closed(text):
    j = len(text)
    i = j - 2
    if text[i:j] == "</":
        return "open"
    return "closed"
"""
TESTS = """\
from subject import closed


def test_closed():
    assert closed("<td></") == "closed"


def test_plain():
    assert closed("plain") == "closed"
"""
SURE = "from subject import last\n\n\ndef test_last():\n    assert last([4, 5, 6]) == 6\n"


def test_a_number_that_no_test_tells_is_plausible_at_most(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    words = "optimize", "subject.py", "--tests", "test_subject.py", "--budget-seconds", "40", "--json"
    said = tracec(tmp_path, *words).json
    assert "+    i = j - 3" in said["diff"]
    assert "a number moved the other way passes all tests as well" in said["doubts"]
    assert said["status"] == "plausible"


def test_a_number_that_tests_tell_is_solved(tmp_path: Path) -> None:
    project(tmp_path, subject="def last(xs):\n    return xs[len(xs) - 2]\n", test_subject=SURE)
    said = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", "--json").json
    assert said["status"] == "solved"
    assert not [doubt for doubt in said["doubts"] if "the other way" in doubt]
