"""Which tests a large suite begins with, by coverage.py's contexts; no data, however wrong, changes a verdict."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from coverage import CoverageData

from tests.command import project, snapshot, tracec
from tests.full import FULL, slow
from tracec.api import Session
from tracec.config import Config
from tracec.improvement import Improvement
from tracec.passes.coverage.contexts import ContextReader
from tracec.passes.coverage.touching import Place, Recorded, Touching, place_of, touching
from tracec.passes.find import functions
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.recording import coverage_data
from tracec.recording.coverage_data import read_data
from tracec.run.progress import Progress
from tracec.runtime.guest import sandbox
from tracec.work import test_choice

IDS = (
    "tests/test_a.py::test_plain",
    "tests/test_a.py::test_many[1]",
    "tests/test_a.py::test_many[a|run]",
    "tests/test_a.py::test_many[x::y z]",
    "tests/test_a.py::TestCase::test_plain",
    "tests/test_a.py::TestCase::TestInner::test_deep[0]",
    "tests/test_b.py::test_plain",
    "src/mod.py::src.mod.double",
    "docs/guide.rst::guide.rst",
)
MANY = {name for name in IDS if "test_many" in name}
PLAIN = {name for name in IDS if name.endswith("test_plain")}


@pytest.mark.parametrize(
    ("context", "want"),
    [
        ("", set()),
        ("tests/test_a.py::test_plain|run", {IDS[0]}),
        ("tests/test_a.py::test_plain|setup", {IDS[0]}),
        ("tests/test_a.py::test_plain", {IDS[0]}),
        ("py311|tests/test_a.py::test_plain|teardown", {IDS[0]}),
        ("tests/test_a.py::test_many[a|run]", {IDS[2]}),
        ("tests/test_a.py::test_many[a|run]|run", {IDS[2]}),
        ("tests/test_a.py::test_many[x::y z]|call", {IDS[3]}),
        ("tests/test_a.py::test_many[gone]|run", MANY),
        ("tests/test_a.py::test_many[1]@group|run", MANY),
        ("tests/test_a.py::test_gone|run", set()),
        ("test_a.py::test_plain|run", {IDS[0]}),
        ("here/tests/test_b.py::test_plain|run", {IDS[6]}),
        ("src/mod.py::src.mod.double|run", {IDS[7]}),
        ("docs/guide.rst::guide.rst|run", {IDS[8]}),
        ("tests.test_a.test_plain", {IDS[0]}),
        ("test_a.test_many", MANY),
        ("static|tests.test_a.test_many", MANY),
        ("tests.test_a.TestCase.test_plain", {IDS[4]}),
        ("tests.test_a.TestCase.TestInner.test_deep", {IDS[5]}),
        ("elsewhere.Base.test_plain", PLAIN),
        ("elsewhere.Base.test_gone", set()),
        ("some.plugin's own", set()),
    ],
)
def test_contexts_mean_tests(context: str, want: set[str]) -> None:
    assert ContextReader(IDS).meant_by(context) == want


SOURCE = """\
import functools


def one(
    x,
    y=2,
):
    return x + y


@functools.cache
def two(x):
    "Text."
    return x * 2


def three(x): return x * 3


TABLE = two(1)
"""


def places() -> dict[str, Place]:
    """The definitions of SOURCE, in m.py."""
    return {t.qualname: place_of(t, "/m.py") for t in functions(Source.decode("m.py", SOURCE.encode()))}


def test_places_know_where_their_body_begins() -> None:
    found = [(p.first, p.last, p.body) for p in places().values()]
    assert found == [(4, 8, 8), (11, 14, 13), (17, 17, 18)]


FILES = {"t.py::test_a": "/t.py", "t.py::test_b": "/t.py", "t.py::test_c": "/t.py", "u.py::test_d": "/u.py"}
A, B, C, D = FILES
IMPORT = {"": [[1, 1], [4, 6], [11, 12], [17, 17]]}
RUNS = {f"{A}|run": [[8, 8]], f"{B}|run": [[13, 14]], f"{C}|setup": [[17, 17]]}


@pytest.mark.parametrize(
    ("names", "lines", "others", "changed", "touch", "unknown"),
    [
        (["one"], RUNS, {}, [], {A}, {D}),
        (["two"], RUNS, {}, [], {B}, {D}),
        (["three"], RUNS, {}, [], {C}, {D}),
        (["one", "two"], RUNS, {}, [], {A, B}, {D}),
        (["one"], RUNS, {}, ["/m.py"], {A, B, C}, {D}),
        (["one"], RUNS, {"/n.py": [f"{D}|run"]}, [], {A}, set()),
        (["one"], RUNS, {"/n.py": [f"{D}|run"]}, ["/n.py"], {A, D}, set()),
        (["one"], RUNS, {"/n.py": [f"{D}|run"]}, ["/t.py"], {A}, {A, B, C}),
        (["one"], RUNS, {"/u.py": [f"{D}|run"], "/conftest.py": [f"{D}|setup"]}, [], {A}, {D}),
        (["two"], {**RUNS, "": [[1, 14]]}, {}, [], {A, B, C}, {D}),  # it also runs on import
        (["one"], {"t.test_a": [[8, 8]], "t.test_b": [[14, 14]]}, {}, [], {A}, {C, D}),
        (["two"], {"t.test_a": [[8, 8]], "": [[14, 14]]}, {}, [], set(FILES), {B, C, D}),  # or in a fixture
        (["two"], {"t.py::test_gone|run": [[14, 14]], **RUNS}, {}, [], {B}, {D}),
    ],
)
def test_tests_that_touch_a_place(
    names: list[str], lines: Mapping[str, Any], others: Any, changed: list[str], touch: set[str], unknown: set[str]
) -> None:
    recorded = Recorded({"/m.py": {**IMPORT, **lines}}, others, frozenset(changed))
    found = touching([places()[name] for name in names], recorded, FILES)
    assert found == Touching(frozenset(touch), frozenset(unknown))


def test_a_value_is_touched_by_all_that_run_its_file() -> None:
    recorded = Recorded({"/m.py": {**IMPORT, **RUNS}}, {})
    assert touching([Place("/m.py", 20, 20, 20, whole=True)], recorded, FILES).touch == {A, B, C}


# Reading.


def data_file(path: Path, source: Path, contexts: Mapping[str, Sequence[int]]) -> Path:
    """A data file of coverage.py that says which lines of a file each context runs."""
    path.unlink(missing_ok=True)
    data = CoverageData(basename=str(path))
    for context, lines in contexts.items():
        data.set_context(context)
        data.add_lines({str(source): list(lines)})
    data.close()
    return path


def wanted(root: Path) -> dict[str, str]:
    return {str(root / "subject.py"): "subject.py"}


def read(root: Path, *files: str) -> coverage_data.Data:
    return read_data(sys.executable, [str(root)], wanted(root), files)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".coveragerc", "[run]\ndata_file = data/mine\n"),
        ("setup.cfg", "[coverage:run]\ndata_file = data/mine\n"),
        ("tox.ini", "[coverage:run]\ndata_file = data/mine\n"),
        ("pyproject.toml", '[tool.coverage.run]\ndata_file = "data/mine"\n'),
        ("", ""),
    ],
)
def test_the_users_settings_say_where_the_data_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    root = project(tmp_path, subject="def f():\n    return 1\n")
    (root / "data").mkdir()
    file = data_file(root / "data" / "mine", root / "subject.py", {"t.py::test|run": [2], "": [1]})
    if name:
        (root / name).write_text(text)
    else:
        monkeypatch.setenv("COVERAGE_FILE", "data/mine")
    before = snapshot(root)
    data = read(root)
    assert data.recorded is not None
    assert data.files == (str(file),)
    assert data.recorded.lines == {str(root / "subject.py"): {"t.py::test|run": [[2, 2]], "": [[1, 1]]}}
    assert snapshot(root) == before


def test_files_of_a_parallel_run_are_read_as_one(tmp_path: Path) -> None:
    root = project(tmp_path, subject="def f():\n    return 1\n")
    for number in range(3):
        data_file(root / f".coverage.host.{number}", root / "subject.py", {f"t.py::test[{number}]|run": [2]})
    data = read(root)
    assert data.recorded is not None
    assert sorted(data.recorded.contexts()) == [f"t.py::test[{number}]|run" for number in range(3)]


@pytest.mark.parametrize("place", ["/ci/build/subject.py", "subject.py", "C:\\work\\subject.py"])
def test_data_of_another_checkout(tmp_path: Path, place: str) -> None:
    root = project(tmp_path, subject="def f():\n    return 1\n")
    data_file(root / ".coverage", Path(place), {"t.py::test|run": [2]})
    data = read(root)
    assert data.recorded is not None
    assert [*data.recorded.lines] == [str(root / "subject.py")]


def broken(root: Path, how: str) -> Path:
    """A data file that is none."""
    path = data_file(root / ".coverage", root / "subject.py", {f"t.py::test[{n}]|run": [2] for n in range(2000)})
    if how == "truncated":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    elif how == "text":
        path.write_text("!coverage.py: This is a private format, don't read it directly!{}")
    elif how == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        with sqlite3.connect(path) as base:
            base.execute("create table coverage_schema (version integer)" if how == "version" else "create table a (b)")
            base.execute("insert into coverage_schema values (999)" if how == "version" else "insert into a values (1)")
        base.close()
    return path


@pytest.mark.parametrize("how", ["truncated", "text", "empty", "foreign", "version"])
def test_what_is_no_data_is_a_line_and_stays_as_it_is(tmp_path: Path, how: str) -> None:
    root = project(tmp_path, subject="def f():\n    return 1\n")
    path = broken(root, how)
    before = path.read_bytes()
    data = read(root)
    assert (data.fault and "\n" not in data.fault) or (data.recorded and not data.recorded.contexts())
    assert path.read_bytes() == before
    assert data.coverage


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, subject="def f():\n    return 1\n")
    data_file(root / ".coverage", root / "subject.py", {"t.py::test|run": [2]})
    monkeypatch.setattr(coverage_data, "MOST_BYTES", 10)
    assert "MiB" in read(root).fault


# Optimizing.

SUBJECT = """\
def double(x):
    return x + 2


def other(x):
    return x - 1


def third(x):
    return -x
"""
TESTS = """\
import pytest
from subject import double, other, third


@pytest.mark.parametrize("x, want", [(3, 6), (5, 10), (7, 14)])
def test_double(x, want):
    assert double(x) == want


def test_two():
    assert double(2) == 4


def test_zero():
    assert double(0) == 0


@pytest.mark.parametrize("x", range(12))
def test_other(x):
    assert other(x) == x - 1


def test_third():
    assert third(1) == -1
"""
ALL = 18
DOUBLES = 5


class Told:
    """Progress, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, text: str) -> None:
        self.lines.append(text)

    def live(self, seen: Progress) -> None:
        pass

    def has(self, text: str) -> bool:
        return any(text in line for line in self.lines)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project; ten tests are a large suite."""
    monkeypatch.setattr(test_choice, "LARGE", 10)
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)
    return project(tmp_path, subject=SUBJECT, test_subject=TESTS)


def session(root: Path, **settings: Any) -> tuple[Session, Told]:
    told = Told()
    settings = {"budget_evals": 400, "unconfined": not sandbox.abi(), **settings}
    return Session(root, Config(tests="test_subject.py", jobs=1, **settings), told), told


def optimized(root: Path, **settings: Any) -> tuple[Improvement, Told]:
    asked, told = session(root, **settings)
    return asked.optimize(["subject.py"], targets=["double"]), told


def begun(root: Path, **settings: Any) -> tuple[Improvement, Told]:
    """A run that ends before the first candidate."""
    return optimized(root, budget_evals=0, **settings)


def recorded(root: Path, *options: str) -> None:
    """The user's own run under pytest-cov."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--cov=.", *options]
    subprocess.run(command, cwd=root, capture_output=True, check=False)


def known(root: Path, contexts: Mapping[str, Sequence[int]]) -> None:
    """Data that says this of subject.py, newer than all files."""
    for name in ("subject.py", "test_subject.py"):
        os.utime(root / name, (time.time() - 60,) * 2)
    data_file(root / ".coverage", root / "subject.py", contexts)


def solved(done: Improvement) -> None:
    """All tests were run before and after, and all pass."""
    assert done.status == "solved"
    assert done.summary["tests_before"] == {"passed": ALL - 4, "failed": 4}
    assert done.summary["tests_after"] == {"passed": ALL, "failed": 0}
    assert done.summary["tests_not_run"] == 0


@slow
def test_a_run_of_ours_is_made_once(root: Path) -> None:
    done, told = optimized(root)
    solved(done)
    assert told.has(f"recording once what each of {ALL} tests runs")
    assert told.has(f"{ALL} tests collected; {DOUBLES} touch what may change (by a run of today")
    assert told.has(f"running {DOUBLES} tests")
    asked, told = session(root)
    found = asked.blame(["subject.py"], targets=["double"])
    assert found.rows[0][0] == "double"
    assert len(found.failing) == 4
    assert not told.has("recording once")
    assert told.has(f"running {DOUBLES} tests")


@slow
def test_a_file_that_changed_since_our_run_is_touched_by_all_that_ran_it(root: Path) -> None:
    begun(root)
    (root / "subject.py").write_text("# more\n" + SUBJECT)
    _, told = begun(root)
    assert told.has("recording once")  # all tests ran it
    _, told = begun(root)
    assert not told.has("recording once")
    assert told.has(f"{ALL} tests collected; {DOUBLES} touch")


CONTEXTS = [["--cov-branch", "--cov-context=test", "-n1"], ["--cov-context=test"]]


@pytest.mark.parametrize("options", CONTEXTS if FULL else CONTEXTS[:1])
def test_pytest_covs_contexts(root: Path, options: list[str]) -> None:
    recorded(root, *options)
    assert (root / ".coverage").exists()
    done, told = optimized(root)
    solved(done)
    assert told.has(f"{ALL} tests collected; {DOUBLES} touch what may change (by .coverage of today")
    assert not told.has("recording once")


def test_contexts_of_test_functions(root: Path) -> None:
    (root / ".coveragerc").write_text("[run]\ndynamic_context = test_function\n")
    recorded(root)
    _, told = begun(root)
    assert told.has(f"{ALL} tests collected; {DOUBLES} touch what may change (by .coverage of today")


def test_data_without_contexts_leads_to_a_run_of_ours(root: Path) -> None:
    recorded(root)
    _, told = begun(root)
    assert told.has(".coverage does not say which tests run what")
    assert told.has("recording once")


def test_a_changed_file_is_touched_by_all_that_ran_it(root: Path) -> None:
    recorded(root, "--cov-context=test")
    (root / "subject.py").write_text("\n" + SUBJECT)
    os.utime(root / "subject.py", (time.time() + 5,) * 2)
    _, told = begun(root)
    assert told.has(f"{ALL} tests collected; {ALL} touch what may change")


WRONG = {
    "test_subject.py::test_double[3-6]|run": [2],  # and no other: three lines that are wrong
    **{f"test_subject.py::{name}|run": [6] for name in ("test_double[5-10]", "test_double[7-14]", "test_two")},
    **{f"test_subject.py::{name}|run": [6] for name in ("test_zero", *(f"test_other[{x}]" for x in range(12)))},
    "test_subject.py::test_third|run": [10],
}


@slow
def test_wrong_data_costs_time_and_no_more(root: Path) -> None:
    known(root, WRONG)
    done, told = optimized(root)
    assert told.has(f"{ALL} tests collected; 1 touch what may change")
    assert told.has("tests that were left out have to judge too: searching again")
    solved(done)
    assert "return x * 2" in done.diff


@slow
def test_where_no_chosen_test_fails_all_are_run(root: Path) -> None:
    known(root, {**WRONG, "test_subject.py::test_double[3-6]|run": [6], "test_subject.py::test_two|run": [2]})
    done, told = optimized(root)
    assert told.has(f"none of them fails, so the other {ALL - 1} are run too")
    solved(done)


LEANING = """\
import pytest
from subject import double, other

seen = []

@pytest.mark.parametrize("x", range(12))
def test_other(x):
    seen.append(x)
    assert other(x) == x - 1

def test_double():
    assert double(4) == len(seen) // 2
"""


def test_a_test_that_fails_only_when_others_do_not_run_is_no_goal(root: Path) -> None:
    (root / "test_subject.py").write_text(LEANING)
    known(
        root, {"test_subject.py::test_double|run": [2], **{f"test_subject.py::test_other[{x}]": [6] for x in range(12)}}
    )
    done, told = optimized(root)
    assert told.has("1 of 1 tests fail")
    assert done.status == "unchanged"
    assert done.summary["tests_before"] == {"passed": 13, "failed": 0}
    assert done.summary["tests_after"] == {"passed": 13, "failed": 0}
    assert not done.result.texts


def test_what_was_not_run_is_not_claimed(root: Path) -> None:
    known(root, WRONG)
    done, _ = begun(root)
    assert done.status == "unchanged"
    assert done.summary["tests_before"] == {"passed": 0, "failed": 1}
    assert done.summary["tests_after"] == {"passed": 0, "failed": 1}
    assert done.summary["tests_not_run"] == ALL - 1
    assert not done.solved


def test_new_tests_and_last_failures_are_chosen(root: Path) -> None:
    contexts = dict(WRONG)
    del contexts["test_subject.py::test_third|run"]
    known(root, contexts)
    cache = root / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text(json.dumps({"test_subject.py::test_two": True, "gone.py::test": True}))
    _, told = begun(root)
    assert told.has(f"{ALL} tests collected; 1 touch what may change, 1 are not known, 1 failed last time")


@pytest.mark.parametrize("how", ["truncated", "foreign"])
def test_data_that_is_broken_is_told_and_left(root: Path, how: str) -> None:
    path = broken(root, how)
    before = path.read_bytes()
    _, told = begun(root)
    assert told.has("recording once")
    assert told.has(f"{DOUBLES} touch what may change (by a run of today")
    assert path.read_bytes() == before


@slow
def test_off_and_a_file_of_ones_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    known(root, WRONG)
    (root / ".coverage").rename(root / "mine.db")
    _, told = begun(root, coverage="mine.db")
    assert told.has("1 touch what may change (by mine.db of today")
    _, told = begun(root, coverage="off")
    assert told.has(f"running {ALL} tests")
    with pytest.raises(TracecError, match="no such file"):
        begun(root, coverage="gone.db")


def test_without_coverage_all_tests_are_run_and_that_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = root / "absent" / "coverage"
    absent.mkdir(parents=True)
    (absent / "__init__.py").write_text("raise ImportError('not here')\n")
    monkeypatch.setenv("PYTHONPATH", str(absent.parent))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # pytest-cov needs it
    _, told = begun(root)
    assert sum("all 18 tests are run" in line and "pip install coverage" in line for line in told.lines) == 1
    assert told.has(f"running {ALL} tests")


@slow
def test_a_run_that_is_resumed_has_the_same_choice(root: Path) -> None:
    known(root, WRONG)
    settings = ("optimize", "subject.py", "--target", "double", "--tests", "test_subject.py", "--json", "--jobs", "1")
    first = tracec(root, *settings, "--budget-evals", "0", TRACEC_COVERAGE=".coverage")
    assert first.json["tests_not_run"] == ALL - 1
    data_file(root / ".coverage", root / "subject.py", {"": [1]})  # of no use any more, and the choice stays
    again = tracec(root, *settings, "--budget-evals", "400", "--resume", TRACEC_COVERAGE=".coverage")
    assert again.json["status"] == "solved"
    assert again.json["tests_after"] == {"passed": ALL, "failed": 0}


def test_suites_that_cannot_be_imported_say_so(root: Path) -> None:
    (root / "test_subject.py").write_text("import nowhere\n" + TESTS)
    with pytest.raises(TracecError, match="nowhere"):
        optimized(root)


CLASSES = """\
import unittest
import pytest
from subject import double, other, third

class Base:
    def test_base(self):
        assert double(3) == 6

class TestOne(Base):
    pass

class TestUnit(unittest.TestCase):
    def setUp(self):
        self.two = double(2)

    def test_unit(self):
        self.assertEqual(self.two, 4)

@pytest.mark.parametrize("x", ["a|run", "x::y", "a b", "[0]", "\\u00e9"])
def test_names(x):
    assert third(len(x)) == -len(x)

@pytest.mark.parametrize("x", range(8))
def test_other(x):
    assert other(x) == x - 1
"""


@pytest.mark.parametrize("context", ["ours", "pytest-cov", "test_function"])
def test_classes_names_and_set_ups(root: Path, context: str) -> None:
    (root / "test_subject.py").write_text(CLASSES)
    if context == "test_function":
        (root / ".coveragerc").write_text("[run]\ndynamic_context = test_function\n")
    if context != "ours":
        recorded(root, *(["--cov-context=test"] if context == "pytest-cov" else []))
    _, told = begun(root)
    line = next(line for line in told.lines if "tests collected" in line)
    # Where only test functions have contexts, what `setUp` runs may be of any test.
    assert f"15 tests collected; {15 if context == 'test_function' else 2} touch" in line
