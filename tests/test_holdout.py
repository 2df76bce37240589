"""Which tests are held out, and how a search with them ends."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.command import project, tracec
from tests.full import slow
from tracec.passes.accept.holdout import ENOUGH, SHARE, function_of, held_out

NAMES = st.lists(st.from_regex(r"t\.py::test_[a-d](\[[0-9]{1,2}\])?", fullmatch=True), unique=True, max_size=40)


@given(NAMES, NAMES, st.integers(0, 5))
def test_never_the_only_ones_that_fail(failing: list[str], passing: list[str], seed: int) -> None:
    passing = [test for test in passing if test not in failing]
    held = held_out(failing, passing, seed)
    left = [test for test in failing if test not in held]
    assert held <= {*failing, *passing}
    assert len(left) >= (1 - SHARE) * len(failing)
    cases = Counter(map(function_of, failing))
    assert {name for name, count in cases.items() if count > 1} <= {function_of(test) for test in left}
    assert held_out(list(reversed(failing)), passing, seed) == held
    assert held or len(failing) < ENOUGH or not left


def test_seeds_differ() -> None:
    tests = [f"t.py::test[{n}]" for n in range(40)]
    assert len({held_out(tests, tests, seed) for seed in range(5)}) == 5


ABSOLUTE = "def size(x):\n    return x\n"
CASES = """\
import pytest
from subject import size

@pytest.mark.parametrize("n", list(range(1, 40)))
def test_negative(n):
    assert size(-n) == n

@pytest.mark.parametrize("n", list(range(8)))
def test_positive(n):
    assert size(n) == n
"""


def test_held_out_tests_have_their_say(tmp_path: Path) -> None:
    project(tmp_path, subject=ABSOLUTE, test_subject=CASES)
    said = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", "--json").json
    assert said["status"] == "solved"
    assert said["held_out"]["tests"] == 39 // 4 + 8 // 4
    assert said["held_out"]["passed"] == said["held_out"]["tests"]
    assert said["tests_after"] == {"passed": 47, "failed": 0}


@slow
def test_a_second_fault_that_only_a_held_out_test_sees_is_repaired(tmp_path: Path) -> None:
    # Whatever is held out, one of the failing tests is the only one to see the fault of `low`.
    subject = "def low(x):\n    return x - 1\n\n\ndef high(x):\n    return x - 2\n"
    tests = ["from subject import low, high"]
    tests += [f"def test_high_{n}(): assert high({n}) == {n} + 2" for n in range(11)]
    tests += ["def test_low(): assert low(5) == 4 + 2"]
    project(tmp_path, subject=subject, test_subject="\n".join(tests) + "\n")
    for seed in range(4):
        said = tracec(
            tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", "--json", "--seed", str(seed)
        ).json
        assert (said["status"], said["held_out"]["tests"]) == ("solved", 3)
