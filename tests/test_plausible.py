"""Changes that pass all tests: which is taken, which are refused, what is said of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.full import slow
from tracec.passes.accept.naturalness import unnaturalness

OPTIMIZE = ("optimize", "subject.py", "--tests", "test_subject.py")
GRADE = "def grade(x):\n    if x > 50:\n        return 'A'\n    return 'B'\n"


def test_others_are_kept_shown_and_told_apart(tmp_path: Path) -> None:
    tests = "from subject import f\ndef test_a(): assert f(2, 2) == 4\ndef test_b(): assert f(0, 0) == 0\n"
    project(tmp_path, subject="def f(x, y):\n    return x - y\n", test_subject=tests)
    said = tracec(tmp_path, *OPTIMIZE, "--json").json
    assert said["status"] == "solved"
    others = said["alternatives"]
    assert others
    assert len({said["diff"], *(other["diff"] for other in others)}) == len(others) + 1
    told = others[0]["differs"]
    assert told["chosen"] != told["this"]
    assert told["call"].startswith("f(")
    listed = tracec(tmp_path, "patch", "ls", "--json").json["patches"]
    assert [patch["instead_of"] for patch in listed] == ["", *[listed[0]["id"]] * len(others)]
    assert tracec(tmp_path, "patch", "show").out == said["diff"]
    assert tracec(tmp_path, "patch", "apply", "2").code == 0
    words = tracec(tmp_path, *OPTIMIZE).err
    assert "nothing to do" in words


def test_words_say_that_the_tests_cannot_tell(tmp_path: Path) -> None:
    tests = "from subject import f\ndef test_a(): assert f(2, 2) == 4\ndef test_b(): assert f(0, 0) == 0\n"
    project(tmp_path, subject="def f(x, y):\n    return x - y\n", test_subject=tests)
    said = tracec(tmp_path, *OPTIMIZE).err
    assert "pass all tests; they differ for f(" in said or "passes all tests; they differ for f(" in said
    assert "the tests do not say which is right" in said


def test_without_a_guard(tmp_path: Path) -> None:
    tests = "from subject import grade\ndef test_a(): assert grade(50) == 'A'\ndef test_b(): assert grade(9) == 'B'\n"
    project(tmp_path, subject=GRADE, test_subject=tests)
    with_, without = (tracec(tmp_path, *OPTIMIZE, "--json", *more).json for more in ((), ("--no-guard",)))
    assert with_["guard"]["inputs"] > 0
    assert with_["guard"]["example"]["call"].startswith("grade(")
    assert without["guard"]["inputs"] == 0
    assert without["guard"]["why_not"] == "it was not asked for"


@slow
def test_the_same_seed_chooses_the_same(tmp_path: Path) -> None:
    tests = "from subject import f\ndef test_a(): assert f(2, 2) == 4\n"
    project(tmp_path, subject="def f(x, y):\n    return x - y\n", test_subject=tests)
    one, other = (tracec(tmp_path, *OPTIMIZE, "--json", PYTHONHASHSEED=seed).json for seed in ("1", "2"))
    for key in ("diff", "alternatives", "guard", "alike", "candidates", "held_out"):
        assert one[key] == other[key]


BEFORE = "def f(x, y):\n    if x > 1:\n        return y\n    return x + 1\n"


@pytest.mark.parametrize(
    ("likelier", "other"),
    [
        (("x + 1", "x + y"), ("x + 1", "x + 17")),
        (("x + 1", "x + 2"), ("x + 1", "(x + y) * (x - y) + x")),
        (("x > 1", "x >= 1"), ("x > 1", "y > 1")),
        (("x > 1", "x >= 1"), ("x > 1", "x == x")),
        (("return x + 1", "return x - 1"), ("    if x > 1", "    return x - 1\n    if x > 1")),
    ],
)
def test_what_is_likelier(likelier: tuple[str, str], other: tuple[str, str]) -> None:
    said = frozenset(["17"])
    less, more = (unnaturalness(BEFORE, BEFORE.replace(*pair), said) for pair in (likelier, other))
    assert less <= more
    assert less + 0.05 < more or likelier == ("x > 1", "x >= 1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if x is None: return 1\n    elif not isinstance(x, int): return 2",
         "if not isinstance(x, int): return 2\n    elif x is None: return 1"),
        ("if x is None: return 1", "if not x: return 2\n    if x is None: return 1"),
        ("if x > y: return 1", "if x > y: return 2\n    elif x > y: return 1"),
    ],
)  # fmt: skip
def test_a_branch_that_nothing_reaches_any_more(before: str, after: str) -> None:
    texts = [f"def f(x, y):\n    {body}\n    return 0\n" for body in (before, after)]
    unlike = texts[1].replace("x is None", "y is None").replace("elif x > y", "elif y > x")
    dead, alive = (unnaturalness(texts[0], text, frozenset()) for text in (texts[1], unlike))
    assert dead >= alive + 1
