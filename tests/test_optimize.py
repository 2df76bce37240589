"""`tracec optimize`, end to end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import project, snapshot, tracec
from tests.full import slow
from tracec.passes.nouns.candidate import Candidate, set_target
from tracec.project.program import Program
from tracec.recording.artifacts import key_of

CLAMP = '''\
"""Numbers."""


def clamp(value, low, high):
    # keep it inside
    if value < low:
        return low
    if value > low:   # too large
        return high
    return value


def untouched( a,b ):
    return (a
            + b)
'''
TESTS = """\
import pytest
from subject import clamp, untouched


@pytest.mark.parametrize("value, want", [(5, 5), (-1, 0), (11, 10), (0, 0), (7, 7)])
def test_clamp(value, want):
    assert clamp(value, 0, 10) == want


def test_other():
    assert untouched(1, 2) == 3


@pytest.mark.skip
def test_skipped():
    assert False


@pytest.mark.xfail
def test_expected():
    assert False
"""
OPTIMIZE = ("optimize", "subject.py", "--tests", "test_subject.py")


def test_prints_a_small_diff_and_leaves_the_file(tmp_path: Path) -> None:
    before = snapshot(project(tmp_path, subject=CLAMP, test_subject=TESTS))
    said = tracec(tmp_path, *OPTIMIZE)
    assert said.code == 0, said.err
    changed = [line for line in said.out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ["-    if value > low:   # too large", "+    if value > high:   # too large"]
    assert snapshot(tmp_path) == before
    assert "solved" in said.err
    subprocess.run(["git", "apply", "--check", "-"], input=said.out, text=True, cwd=tmp_path, check=True)


def test_json_write_and_undo(tmp_path: Path) -> None:
    before = snapshot(project(tmp_path, subject=CLAMP, test_subject=TESTS))
    said = tracec(tmp_path, *OPTIMIZE, "--target", "clamp", "--write", "--json", "--seed", "3")
    assert (said.code, said.err) == (0, "")
    assert said.json["status"] == "solved"
    assert said.json["tests_before"] == {"passed": 4, "failed": 2}
    assert said.json["tests_after"] == {"passed": 6, "failed": 0}
    assert said.json["seed"] == 3
    assert (tmp_path / "subject.py").read_text() == CLAMP.replace("value > low", "value > high")
    plain = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_subject.py"], cwd=tmp_path, capture_output=True
    )
    assert plain.returncode == 0
    assert tracec(tmp_path, "patch", "undo").code == 0
    assert snapshot(tmp_path) == before


@slow
def test_the_same_seed_gives_the_same_result(tmp_path: Path) -> None:
    project(tmp_path, subject=CLAMP, test_subject=TESTS)
    first, second = (tracec(tmp_path, *OPTIMIZE, "--json", PYTHONHASHSEED=seed).json for seed in ("1", "2"))
    for key in ("diff", "candidates", "evaluations", "tests_after", "why"):
        assert first[key] == second[key]


@slow
def test_two_faults_in_two_files(tmp_path: Path) -> None:
    a = "def area(w, h):\n    return w + h\n"
    b = (
        "def longest(words):\n    best = ''\n    for w in words:\n"
        "        if len(w) < len(best):\n            best = w\n    return best\n"
    )
    tests = (
        "from area import area\nfrom words import longest\n"
        "def test_area(): assert area(3, 4) == 12\n"
        "def test_area_zero(): assert area(0, 4) == 0\n"
        "def test_longest(): assert longest(['a', 'bbb', 'cc']) == 'bbb'\n"
        "def test_longest_first(): assert longest(['dddd', 'bbb']) == 'dddd'\n"
        "def test_none(): assert longest([]) == ''\n"
    )
    project(tmp_path, area=a, words=b, test_both=tests)
    said = tracec(tmp_path, "optimize", "area.py", "words.py", "--tests", "test_both.py", "--json")
    assert said.json["status"] == "solved", said
    assert "return w * h" in said.json["diff"]
    assert "len(w) > len(best)" in said.json["diff"]


@slow
def test_methods_in_a_src_layout_with_fixtures(tmp_path: Path) -> None:
    package = tmp_path / "src" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .stack import Stack\n")
    (package / "stack.py").write_text(
        "class Base:\n    def __init__(self):\n        self.items = []\n\n"
        "class Stack(Base):\n    def __init__(self):\n        super().__init__()\n        self.pushed = 0\n\n"
        "    def push(self, item):\n        self.items.append(item)\n        self.pushed -= 1\n\n"
        "    @property\n    def size(self):\n        return len(self.items)\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(
        "import sys, pathlib, pytest\nsys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'src'))\n"
        "@pytest.fixture\ndef stack():\n    from shop import Stack\n    return Stack()\n"
    )
    (tmp_path / "tests" / "test_stack.py").write_text(
        "class TestStack:\n"
        "    def test_count(self, stack):\n        stack.push(1); stack.push(2)\n        assert stack.pushed == 2\n"
        "    def test_size(self, stack):\n        stack.push(1)\n        assert stack.size == 1\n"
    )
    said = tracec(tmp_path, "optimize", "src", "--tests", "tests", "--write", "--json")
    assert said.json["status"] == "solved", said
    assert "self.pushed += 1" in (package / "stack.py").read_text()


def test_a_budget_of_evaluations_is_never_exceeded(tmp_path: Path) -> None:
    hard = "def f(x):\n    return x\n"
    tests = "from subject import f\ndef test_f(): assert f(3) == 'three and a half'\ndef test_g(): assert f(1) == 1\n"
    project(tmp_path, subject=hard, test_subject=tests)
    said = tracec(tmp_path, *OPTIMIZE, "--budget-evals", "7", "--json")
    assert said.code == 1
    assert said.json["status"] == "unchanged"
    assert said.json["evaluations"] == 7
    assert said.json["tests_after"] == said.json["tests_before"]


def test_an_endless_loop_is_repaired(tmp_path: Path) -> None:
    loop = "def down(n):\n    out = []\n    while n > 0:\n        out.append(n)\n        n += 1\n    return out\n"
    tests = "from subject import down\ndef test_d(): assert down(3) == [3, 2, 1]\ndef test_z(): assert down(0) == []\n"
    project(tmp_path, subject=loop, test_subject=tests)
    said = tracec(tmp_path, *OPTIMIZE, "--json")
    assert said.json["status"] == "solved", said
    assert "n -= 1" in said.json["diff"]


def test_marks_and_numbers(tmp_path: Path) -> None:
    subject = (
        "import tracec\n\nlimit = tracec.param(30, low=0, high=100)\n\n\n"
        "def grade(points):\n    return 'pass' if points >= limit else 'fail'\n"
    )
    tests = (
        "import subject\ndef test_a(): assert subject.grade(49) == 'fail'\n"
        "def test_b(): assert subject.grade(50) == 'pass'\ndef test_c(): assert subject.grade(20) == 'fail'\n"
    )
    project(tmp_path, subject=subject, test_subject=tests)
    said = tracec(tmp_path, *OPTIMIZE, "--json")
    assert said.json["status"] == "solved", said
    assert "+limit = tracec.param(50, low=0, high=100)" in said.json["diff"]


@pytest.mark.parametrize("word", ["blame", "optimize"])
def test_nothing_fails(tmp_path: Path, word: str) -> None:
    fixed = CLAMP.replace("value > low", "value > high")
    project(tmp_path, subject=fixed, test_subject=TESTS)
    said = tracec(tmp_path, word, "subject.py", "--tests", "test_subject.py")
    assert said.code == 0
    assert said.out.strip() == ""


def test_blame_names_the_line_and_its_values(tmp_path: Path) -> None:
    project(tmp_path, subject=CLAMP, test_subject=TESTS)
    said = tracec(tmp_path, "blame", "subject.py", "--tests", "test_subject.py", "--json", "--top", "3")
    assert said.code == 1
    assert said.json[0]["line"] in (8, 9)
    assert any("10" in row["values"] for row in said.json)


def test_blame_shows_the_failures_and_then_lines_in_words(tmp_path: Path) -> None:
    project(tmp_path, subject=CLAMP, test_subject=TESTS)
    shown = tracec(tmp_path, "blame", "subject.py", "--tests", "test_subject.py").out.splitlines()
    assert shown[0].startswith("test_subject.py::")
    assert shown[1].strip() == "assert 10 == 5"
    rows = [line for line in shown if "  subject.py:" in line[:30]]
    assert any("if value > low" in row for row in rows[:3])
    assert len({row.split()[1] for row in rows}) == len(rows)  # each line once
    assert any(line.strip().startswith("value > low is ") for line in shown)


def test_tests_are_never_changed(tmp_path: Path) -> None:
    project(tmp_path, subject=CLAMP, test_subject=TESTS, conftest="def helper():\n    return 1\n")
    said = tracec(tmp_path, "optimize", ".", "--tests", "test_subject.py", "--json")
    assert said.json["status"] == "solved", said
    assert said.json["targets"] == ["subject.py:clamp"]
    said = tracec(tmp_path, "optimize", "test_subject.py", "--tests", "test_subject.py")
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("test_subject.py:1: is a test")


@slow
def test_patches_are_found_from_any_folder_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    inner = tmp_path / "inner"
    inner.mkdir()
    project(inner, subject=CLAMP, test_subject=TESTS)
    assert tracec(inner, *OPTIMIZE).code == 0
    assert tracec(inner, "patch", "apply").code == 0
    assert (inner / "subject.py").read_text() == CLAMP.replace("value > low", "value > high")
    assert tracec(tmp_path, "patch", "undo").code == 0
    assert (inner / "subject.py").read_text() == CLAMP


def test_a_second_round_traces_the_program_as_it_is_by_then(tmp_path: Path) -> None:
    project(tmp_path, subject=CLAMP)
    before = Program.read([str(tmp_path / "subject.py")], ["clamp"])
    target = before.targets[0]
    after = before.advanced(Candidate((set_target(target, target.value.replace("value > low", "value > high")),)))
    (old,), (new,) = before.sources.values(), after.sources.values()
    assert key_of(old, "values", True) != key_of(new, "values", True)
    assert after.on_disk == before.on_disk
