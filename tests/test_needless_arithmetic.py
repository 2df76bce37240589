"""Sums of constants that changes leave behind are folded; what the user wrote stays."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.command import project
from tests.full import slow
from tracec import Config, Session
from tracec.passes.syntax.needless_arithmetic import folded

FOLDED = {
    "e - 1 + 1": "e",
    "e - 3 + 2 + 1": "e",
    "e + 1 + 1": "e + 2",
    "e - 1 - 2": "e - 3",
    "e - 3 + 1": "e - 2",
    "f(e - 1 + 1) * (g + 2 - 2)": "f(e) * g",
    "0 + e": "e",
    "e - 0": "e",
    "1 * e + g * 1": "e + g",
    "0 - e": "0 - e",
    "e / 1": "e / 1",  # another type
    "e - 1 * 2 + 1": "e - 1",
    "e + 1.5 - 1.5": "e + 1.5 - 1.5",  # not the same in floating point
    "e + True - 1": "e + True - 1",
    "1 + e - 1": "1 + e - 1",
    "e - (1 + 1)": "e - (1 + 1)",
}


@pytest.mark.parametrize("before", FOLDED)
def test_sums_are_folded(before: str) -> None:
    found = folded(f"def h(e, g):\n    return {before}", "def h(e, g):\n    return 0")
    assert ast.unparse(ast.parse(found)) == ast.unparse(ast.parse(f"def h(e, g):\n    return {FOLDED[before]}"))


def test_what_the_user_wrote_stays() -> None:
    old = "def h(e):\n    return e - 1 + 1"
    assert folded("def h(e):\n    return -(e - 1 + 1)", old) == "def h(e):\n    return -(e - 1 + 1)"
    assert folded("def h(e):\n    return e - 1 + 1 + 3", old) == "def h(e):\n    return e - 1 + 4"


@slow
def test_a_repair_has_none_left(tmp_path: Path) -> None:
    tests = "from subject import last, total\nimport pytest\n" + (
        "@pytest.mark.parametrize('n', range(20))\ndef test_last(n):\n    assert last(list(range(n + 1)), n) == n + n\n"
        "def test_total():\n    assert total([1, 2]) == 3\n"
    )
    text = "def last(xs, n):\n    return xs[n - 1] + n\n\ndef total(xs):\n    return sum(xs) + 3 - 1\n"
    project(tmp_path, subject=text, test_subject=tests)
    found = Session(tmp_path, Config(budget_evals=2000)).optimize(["subject.py"], tests="test_subject.py")
    assert found.status == "solved"
    added = [line for line in found.diff.splitlines() if line.startswith("+ ")]
    assert added == ["+    return xs[n] + n", "+    return sum(xs)"]
