"""Tests that record much, or take long: a failure at the end of a long run, and a passing test that is slow."""

from __future__ import annotations

from pathlib import Path

from tests.command import project, tracec
from tests.full import slow
from tests.working import subject
from tracec.optimizers.search.strategy import SEARCH
from tracec.recording.extent import KEPT_EVENTS
from tracec.work.crediting import credit_of

LATE = """
def work(n):
    total = 0
    for i in range(n):
        total += i
    return total

def early(a):
    return a

def message(items):
    return ", ".join(repr(item) for item in items)
"""
LATE_TESTS = f"""
from subject import early, message, work
def test_late():
    early(1)
    work({KEPT_EVENTS})
    assert message(["b", "a"]) == "'a', 'b'"
def test_work(): assert work(3) == 3
"""
SLOW = "def over(a, b):\n    return a > b\n"
SLOW_TESTS = """
import time
from subject import over
def test_a(): assert over(2, 2)
def test_b(): assert not over(1, 2)
def test_slow():
    time.sleep(1.5)
    assert over(3, 2)
"""


def test_a_fault_at_the_end_of_a_long_run_is_found(tmp_path: Path) -> None:
    project(tmp_path, subject=LATE, test_subject=LATE_TESTS)
    said = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", "--json").json
    assert said["status"] == "solved"
    assert "sorted(items)" in said["diff"]


def test_functions_that_ran_before_the_trace_begins_are_known_as_a_whole(tmp_path: Path) -> None:
    with subject(tmp_path, LATE, LATE_TESTS) as work:
        credit = credit_of(work, work.root, SEARCH)
        evidence = {name.rpartition(":")[2]: found.evidence for name, found in credit.items()}
        targets = {target.qualname: target.span for target in work.root.program.targets}
    assert [e.span for e in evidence["early"]] == [targets["early"]]
    assert len(evidence["message"]) > 1


@slow
def test_a_slow_passing_test_is_no_failing_one(tmp_path: Path) -> None:
    project(tmp_path, subject=SLOW, test_subject=SLOW_TESTS)
    words = "optimize", "subject.py", "--tests", "test_subject.py", "--test-seconds", "1", "--budget-seconds", "60"
    done = tracec(tmp_path, *words, "--json")
    assert (done.json["status"], done.code) == ("solved", 0)
    assert done.json["failing_before"] == ["test_subject.py::test_a"]
    assert done.json["tests_after"] == {"passed": 3, "failed": 0}
    assert "1 passing tests take longer than --test-seconds (1)" in done.err
    assert "test_subject.py::test_slow (2 s)" in done.err


WAITS = "import time\ndef wait(n):\n    time.sleep(n * 100)\n    return n\n"
WAITS_TESTS = "from subject import wait\ndef test_a(): assert wait(0) == 0\ndef test_b(): assert wait(1) == 1\n"


@slow
def test_a_test_that_is_cut_short_is_not_said_to_run_nothing(tmp_path: Path) -> None:
    """Its trace is cut short too, so nobody knows what it ran."""
    project(tmp_path, subject=WAITS, test_subject=WAITS_TESTS)
    words = "optimize", "subject.py", "--tests", "test_subject.py", "--test-seconds", "1", "--budget-evals", "40"
    done = tracec(tmp_path, *words, "--json")
    assert done.json["status"] != "error"
    assert done.json["failing_before"] == ["test_subject.py::test_b"]
    assert "without running any code" not in done.err


SLOW_ELSEWHERE = """
import time
from subject import over, other
def test_a(): assert over(2, 2)
def test_b(): assert not over(1, 2)
def test_slow():
    time.sleep(8)
    assert other() == 1
"""


@slow
def test_a_slow_test_that_cannot_be_touched_is_spared_where_the_proof_has_no_time(tmp_path: Path) -> None:
    project(tmp_path, subject=SLOW + "def other():\n    return 1\n", test_subject=SLOW_ELSEWHERE)
    words = ("optimize", "subject.py", "--tests", "test_subject.py", "--budget-seconds", "24", "--json", "--write")
    said = tracec(tmp_path, *words).json
    assert said["status"] == "solved"
    assert any("no time for 1 tests that run nothing of what was changed" in text for text in said["warnings"])
    assert "a >= b" in (tmp_path / "subject.py").read_text()
