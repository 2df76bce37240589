"""What users get wrong: a message `path:line: what; what to do`, the right exit code, and every file as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.command import Said, project, snapshot, tracec
from tests.full import slow

GOOD = "def f(x):\n    return x - 1\n"
TESTS = "from subject import f\ndef test_f():\n    assert f(1) == 2\n"


def optimize(folder: Path, *more: str, path: str = "subject.py", tests: str = "test_subject.py") -> Said:
    before = snapshot(folder)
    said = tracec(folder, "optimize", path, "--tests", tests, *more)
    assert snapshot(folder) == before
    assert "Traceback" not in said.err
    return said


def refused(said: Said, *words: str) -> None:
    assert said.code == 2, said
    last = said.err.strip().splitlines()[-1]
    assert ";" in last
    for word in words:
        assert word in last


def test_no_tests_collected(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject="x = 1\n")
    refused(optimize(tmp_path), "no tests")


def test_no_such_test_file(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD)
    refused(optimize(tmp_path, tests="nosuch.py"), "nosuch.py")


def test_tests_green_already(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS.replace("== 2", "== 0"))
    said = optimize(tmp_path, "--json")
    assert said.code == 0
    assert said.json["status"] == "unchanged"
    assert said.json["diff"] == ""


def test_a_missing_import(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject="import nosuchmodule\n" + TESTS)
    refused(optimize(tmp_path), "test_subject.py:1", "nosuchmodule")


def test_a_failure_elsewhere(tmp_path: Path) -> None:
    tests = "from subject import f\ndef test_f():\n    assert f(1) == 0\ndef test_g():\n    open('/nosuch/file')\n"
    project(tmp_path, subject=GOOD, test_subject=tests)
    refused(optimize(tmp_path), "test_subject.py:5", "test_g", "/nosuch/file")


def test_another_copy_is_imported(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS)
    (tmp_path / "lib").mkdir()
    project(tmp_path / "lib", subject=GOOD)
    refused(optimize(tmp_path, path="lib/subject.py"), "test_f", "copy")


def test_no_such_target(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD + "def total(x):\n    return x\n", test_subject=TESTS)
    refused(optimize(tmp_path, "--target", "totl"), "totl", "total")


def test_no_such_path(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS)
    refused(optimize(tmp_path, path="nosuch.py"), "nosuch.py")


def test_a_syntax_error(tmp_path: Path) -> None:
    project(tmp_path, subject="def f(x):\n    return x -\n", test_subject=TESTS)
    refused(optimize(tmp_path), "subject.py:2", "syntax")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS)
    (tmp_path / "subject.py").chmod(0)
    said = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py")
    refused(said, "subject.py", "permissions")


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    project(tmp_path, test_subject=TESTS)
    (tmp_path / "empty").mkdir()
    refused(optimize(tmp_path, path="empty"), "empty")


def test_a_binary_file(tmp_path: Path) -> None:
    project(tmp_path, test_subject=TESTS)
    (tmp_path / "subject.py").write_bytes(b"\x00\x01")
    refused(optimize(tmp_path), "subject.py", "binary")


def test_a_read_only_file(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS)
    (tmp_path / "subject.py").chmod(0o444)
    said = optimize(tmp_path, "--write")
    refused(said, "subject.py", "read-only")
    assert "0001-f" in tracec(tmp_path, "patch", "ls").out


@slow
def test_a_change_that_cannot_be_kept(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS)
    (tmp_path / ".tracec").mkdir(mode=0o700)
    (tmp_path / ".tracec" / "patches").write_text("in the way")
    said = optimize(tmp_path)
    assert said.code == 0
    assert said.out.startswith("diff --git a/subject.py")
    assert "could not be kept as a patch" in said.err
    assert "no file was changed" in said.err
    assert optimize(tmp_path, "--write").code == 2


def test_a_test_that_hangs(tmp_path: Path) -> None:
    tests = TESTS + "def test_hang():\n    import time\n    time.sleep(100)\n"
    project(tmp_path, subject=GOOD, test_subject=tests)
    said = optimize(tmp_path, "--test-seconds", "2", "--json")
    assert said.code == 1
    assert said.json["status"] == "improved"
    assert said.json["tests_after"] == {"passed": 1, "failed": 1}
    assert "test_hang" in said.json["warnings"][0]


def test_a_test_that_kills_its_process(tmp_path: Path) -> None:
    tests = "import os\n" + TESTS + "def test_exit():\n    os._exit(3)\ndef test_ok():\n    assert f\n"
    project(tmp_path, subject=GOOD, test_subject=tests)
    said = optimize(tmp_path, "--json")
    assert said.code == 1
    assert said.json["tests_before"] == {"passed": 1, "failed": 2}
    assert said.json["tests_after"] == {"passed": 2, "failed": 1}


@slow
def test_a_candidate_that_eats_memory(tmp_path: Path) -> None:
    hungry = (
        "def f(n):\n    out = []\n    while len(out) < n:\n"
        "        out.append(bytearray(50_000_000))\n    return n - 1\n"
    )
    tests = "from subject import f\ndef test_f():\n    assert f(2) == 3\ndef test_g():\n    assert f(0) == 1\n"
    project(tmp_path, subject=hungry, test_subject=tests)
    said = optimize(tmp_path, "--json", "--budget-seconds", "60")
    assert said.json["status"] == "solved", said
    assert "return n + 1" in said.json["diff"]


def test_no_pytest_arguments_that_make_sense(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS)
    refused(optimize(tmp_path, tests="--nosuch-option"), "--nosuch-option")
    refused(optimize(tmp_path, tests="'unclosed"), "quote")


def test_no_such_optimizer(tmp_path: Path) -> None:
    project(tmp_path, subject=GOOD, test_subject=TESTS)
    refused(optimize(tmp_path, "--with", "magic"), "magic", "search")


def test_tests_that_write_into_the_project(tmp_path: Path) -> None:
    tests = TESTS + (
        "def test_write():\n    import pathlib\n    place = pathlib.Path('left.txt')\n"
        "    place.write_text(str(f(4)))\n    place.unlink()\n"
    )
    project(tmp_path, subject=GOOD, test_subject=tests)
    said = optimize(tmp_path, "--json")
    assert said.code == 0
    assert said.json["tests_before"] == {"passed": 1, "failed": 1}
    assert said.json["tests_after"]["failed"] == 0
    if "landlock" in tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py").err:
        assert said.json["tests_after"]["passed"] == 1
        assert "test_write" in said.json["warnings"][0]
    written = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", "--json", "--write")
    assert written.json["tests_after"] == {"passed": 2, "failed": 0}
