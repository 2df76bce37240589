"""The project's tests that were not named: a change that breaks one of them is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import tracec
from tests.full import slow
from tests.test_asking import MODEL, asked
from tracec.proofs.other_tests import widened

SUBJECT = "def double(x):\n    return x + 1\n"
NAMED = "from subject import double\ndef test_double(): assert double(2) == 4\n"
OTHER = "from subject import double\ndef test_other(): assert double(1) == 2\n"
FLAKY = """
import pytest
class Odd: pass
@pytest.mark.parametrize("x", [Odd()], ids=repr)
def test_odd(x): pass
"""


def laid_out(root: Path, **files: str) -> None:
    """A program beside a folder of tests."""
    (root / "tests").mkdir(parents=True)
    (root / "subject.py").write_text(SUBJECT)
    (root / "conftest.py").write_text("")
    for name, text in files.items():
        (root / "tests" / f"{name}.py").write_text(text)


def test_a_change_that_breaks_a_test_that_was_not_named_is_dropped(tmp_path: Path) -> None:
    """`x + 2` passes the test that is named, and is the likelier change."""
    words = "optimize", "subject.py", "--tests", "tests/test_named.py"
    laid_out(tmp_path / "alone", test_named=NAMED)
    assert "x + 2" in tracec(tmp_path / "alone", *words, "--json").json["diff"]
    laid_out(tmp_path / "beside", test_named=NAMED, test_other=OTHER, test_odd=FLAKY)
    done = tracec(tmp_path / "beside", *words)
    assert "x + 2" not in done.out
    assert done.code == 0
    assert "running the 2 other tests" in done.err
    assert "breaks tests/test_other.py::test_other, so it is dropped" in done.err


def test_a_model_is_told_which_one_its_change_breaks(tmp_path: Path) -> None:
    laid_out(tmp_path, test_named=NAMED, test_other=OTHER)
    replies = [f"```python\ndef double(x):\n    return {text}\n```" for text in ("x + 2", "2 * x")]
    (tmp_path / "scripted.py").write_text(MODEL.format(replies=replies))
    words = "subject.py", "--tests", "tests/test_named.py", "--with", "rewrite", "--model", "python:scripted:model"
    assert "2 * x" in tracec(tmp_path, "optimize", *words, "--json").json["diff"]
    first, second = asked(tmp_path)
    assert "test_other" not in first
    assert "it breaks tests/test_other.py::test_other: it is not among the tests named, and passed before" in second


def test_what_is_dropped_does_not_come_back_as_half_a_repair(tmp_path: Path) -> None:
    """Whatever passes the test that is named breaks another one, for each engine of `auto`."""
    other = "from subject import double\ndef test_two(): assert double(2) == 3\n"
    laid_out(tmp_path, test_named=NAMED, test_other=other)
    (tmp_path / "scripted.py").write_text(MODEL.format(replies=["no"] * 3))
    words = "subject.py", "--tests", "tests/test_named.py", "--with", "auto", "--model", "python:scripted:model"
    said = tracec(tmp_path, "optimize", *words, "--budget-calls", "2", "--budget-seconds", "30", "--json").json
    assert "so it is dropped" in str(said["warnings"])
    assert (said["status"], said["diff"]) == ("unchanged", "")


@slow
def test_one_that_fails_anyway_or_cannot_be_collected_says_nothing(tmp_path: Path) -> None:
    laid_out(
        tmp_path, test_named=NAMED, test_broken="import nothing_of_that_name\n", test_bad="def test_bad(): assert 0\n"
    )
    said = tracec(tmp_path, "optimize", "subject.py", "--tests", "tests/test_named.py", "--json").json
    assert said["status"] == "solved"


@pytest.mark.parametrize(
    ("tests", "wanted"),
    [
        (("tests/unit/test_a.py",), ("tests", "--continue-on-collection-errors")),
        (("tests/unit/test_a.py::test_x", "-q", "-p", "no:cov"),
         ("tests", "-q", "-p", "no:cov", "--continue-on-collection-errors")),
        (("tests", "-k", "one"), ("tests", "--continue-on-collection-errors")),
        (("tests/unit", "--deselect", "tests/unit/test_a.py::test_y"),
         ("tests", "--deselect", "tests/unit/test_a.py::test_y", "--continue-on-collection-errors")),
        (("tests",), ()),
    ],
)  # fmt: skip
def test_what_is_asked_of_pytest(tmp_path: Path, tests: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    file = tmp_path / "tests" / "unit" / "test_a.py"
    file.touch()
    said = widened(tmp_path, tests, [str(file)])
    assert tuple(word.removeprefix(f"{tmp_path}/") for word in said) == wanted


def test_tests_that_lie_beside_the_program_have_no_others(tmp_path: Path) -> None:
    file = tmp_path / "test_a.py"
    file.touch()
    assert widened(tmp_path, ("test_a.py",), [str(file)]) == ()
