"""What speaks against a change that passes all tests, and what becomes of one that something speaks against."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import working
from tests.command import project, tracec
from tracec.passes.accept.doubts import (
    STANDS,
    doubts_of_behaviour,
    doubts_of_exits,
    doubts_of_runs,
    doubts_of_text,
    leaves,
    total,
)
from tracec.passes.messages.test_sources import asks_for_nothing
from tracec.passes.nouns.candidate import Attempt, Candidate, set_target
from tracec.passes.nouns.clues import NO_CLUES, FailureClues
from tracec.proofs.traced_doubts import TracedDoubts

TYPE_ERROR = FailureClues(expected_errors=(("TypeError", ""),))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("if a.x is not None: return 1", "if a.x is None: return 1", "it turns a test for None"),
        ("if a is None: return 1", "if a is not None: return 1", "it turns a test for None"),
        ("return copy.deepcopy(a)", "return a", "it shares what deepcopy() kept apart"),
        ("return a in 'xyz'", "return a >= 'xyz'", "it asks for an order of texts"),
        ("return m().render(a.read())", "return m()", "it drops 2 calls"),
        ("if a:\n        m()", "if a:\n        if a:\n            return\n        m()", "it leaves code"),
        ("a.append(1)", "list(a).append(1)", "it changes an object that nothing keeps"),
        ("if a:\n        m()", "if a:\n        return\n    if a:\n        m()", "it leaves code"),
    ],
)
def test_a_change_is_doubted_for_what_it_does(before: str, after: str, why: str) -> None:
    said = doubts_of_text(f"def f(a, m):\n    {before}\n", f"def f(a, m):\n    {after}\n", NO_CLUES)
    assert [doubt.why for doubt in said if doubt.why.startswith(why)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return a < m", "return a <= m"),
        ("return copy.deepcopy(a)", "return copy.copy(a)"),
        ("if a.x: return 1", "if a.x is not None: return 1"),
        ("return m(a)", "return a"),
        ("return a in 'xyz'", "return a in 'wxyz'"),
        ("return a.b", "if a is None:\n        return m\n    return a.b"),
    ],
)
def test_plain_repairs_are_not_doubted(before: str, after: str) -> None:
    assert doubts_of_text(f"def f(a, m):\n    {before}\n", f"def f(a, m):\n    {after}\n", NO_CLUES) == ()


def test_a_default_that_becomes_another_one() -> None:
    assert doubts_of_text("def f(a=None): return a\n", "def f(a=False): return a\n", NO_CLUES)
    assert not doubts_of_text("def f(a=[]): return a\n", "def f(a=None): return a\n", NO_CLUES)


def test_the_method_with_which_a_test_compares() -> None:
    assert doubts_of_text("def __eq__(self, o): return self.a == o.a\n", "def __eq__(self, o): return True\n", NO_CLUES)


def test_an_expected_exception_that_comes_from_a_call_that_does_not_fit() -> None:
    before = "def f(self):\n    return self.kind.now()\n"
    by_accident = doubts_of_text(before, "def f(self):\n    return self.kind().now()\n", TYPE_ERROR)
    meant = doubts_of_text(before, "def f(self):\n    raise TypeError('no kind')\n", TYPE_ERROR)
    assert total(by_accident) > STANDS
    assert meant == ()


def test_an_expected_exception_that_a_changed_condition_leads_to() -> None:
    before = "def f(self, a):\n    if a in self.b:\n        raise TypeError('taken')\n    self.b.add(a)\n"
    assert doubts_of_text(before, before.replace("in self.b:", "in self.b or a in self.c:"), TYPE_ERROR) == ()
    assert total(doubts_of_text(before, before.replace("add(a)", "add(a())"), TYPE_ERROR)) > STANDS


def test_what_passing_tests_ran_and_no_test_runs_any_more() -> None:
    assert doubts_of_runs(["a = 1", "return a"], ["return a"])[0].why == "no test runs `a = 1` any more"
    many = doubts_of_runs([f"a = {number}" for number in range(99)], [])
    assert total(many) > STANDS
    assert doubts_of_runs(["return a"], ["return a", "b()"]) == ()
    assert doubts_of_runs(["a = 1", "b()"], ["a = 2", "b()"]) == ()  # another one in its place


def test_an_exit_that_leaves_much_out() -> None:
    many = [f"a = {number}" for number in range(40)]
    assert total(doubts_of_exits(many, ["if a:", "return"])) > STANDS
    assert doubts_of_exits(many[:5], ["if a:", "return"]) == ()
    assert leaves("def f(a): return a\n", "def f(a):\n    if a: return 1\n    return a\n")
    assert not leaves("def f(a): return a\n", "def f(a): return a + 1\n")


def test_what_differential_testing_says() -> None:
    assert doubts_of_behaviour(100, 0, 0, clues=NO_CLUES) == ()
    assert doubts_of_behaviour(100, 3, 0, clues=NO_CLUES)
    assert doubts_of_behaviour(100, 3, 0, clues=FailureClues(expected_errors=(("ValueError", ""),))) == ()
    assert doubts_of_behaviour(100, 0, 1, clues=NO_CLUES)
    assert doubts_of_behaviour(0, 0, 0, clues=NO_CLUES)


SUBJECT = """
def where(name, place, log):
    if name is not None:
        log.append(name)
        log.append(str(place))
        log.sort()
        log.reverse()
        log.insert(0, "at")
        log.append("end")
    return log
"""
TESTS = """
from subject import where
def test_a(): where("y", 2, ["z"])
def test_b(): assert where("y", 2, ["z"]) == ["z"]
def test_c(): assert where(None, 2, ["v"]) == ["v"]
"""


def test_a_change_that_something_speaks_against_is_plausible_and_is_not_written(tmp_path: Path) -> None:
    """Whatever makes the second test pass, no test runs the branch any more, which the first one ran."""
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    words = "optimize", "subject.py", "--tests", "test_subject.py", "--budget-evals", "300"
    done = tracec(tmp_path, *words, "--write", "--json")
    assert done.json["status"] == "plausible"
    assert done.json["doubts"]
    assert done.json["diff"]
    assert done.code == 1
    assert (tmp_path / "subject.py").read_text() == SUBJECT
    told = tracec(tmp_path, *words).err
    assert "plausible: 1 failing tests before, 0 after" in told
    assert "; but " in told
    taken = tracec(tmp_path, *words, "--write", "--accept-plausible", "--json")
    assert taken.code == 0
    assert taken.json["status"] == "plausible"
    assert (tmp_path / "subject.py").read_text() != SUBJECT


def test_the_failing_tests_are_named(tmp_path: Path) -> None:
    project(tmp_path, subject="def f(a):\n    return a - 1\n", test_subject=TESTS_OF_F)
    done = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", "--json")
    assert done.json["failing_before"] == ["test_subject.py::test_a", "test_subject.py::test_b"]
    assert done.json["failing_after"] == []
    (tmp_path / "subject.py").write_text("def f(a):\n    return a - 1\n")
    told = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py").err
    assert "2 of 3 tests fail: test_subject.py::test_a, test_subject.py::test_b" in told


TESTS_OF_F = """
from subject import f
def test_a(): assert f(1) == 2
def test_b(): assert f(4) == 5
def test_c(): assert f
"""


def test_other_words_raise_nothing_by_accident() -> None:
    before, after = "def f(a):\n    raise TypeError('{a}')", "def f(a):\n    raise TypeError(f'{a}')"
    assert doubts_of_text(before, after, TYPE_ERROR) == ()
    assert doubts_of_text(before, "def f(a):\n    raise TypeError(a)", TYPE_ERROR) != ()


def test_a_call_that_gives_nothing_any_more_is_doubted() -> None:
    assert total(doubts_of_behaviour(9, 0, 0, 0, (), "[]", clues=NO_CLUES)) > STANDS
    assert doubts_of_behaviour(9, 0, 0, 0, (), "[]", clues=FailureClues(nothing=True)) == ()
    assert doubts_of_behaviour(9, 0, 0, 0, [("[1]", "[]")], clues=NO_CLUES) == ()  # no test made that call


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("assert f([1]) == []", True),
        ("assert not f('a')", True),
        ("assert f(1) == set()", True),
        ("self.assertIsNone(f(1))", True),
        ("assert f('a') == ''", True),
        ("assert f('a')", False),
        ("assert f([1], flag=True) == {1: [2]}", False),
        ("assert f(1) == list(range(3))", False),
    ],
)
def test_tests_that_mention_what_is_empty(line: str, asks: bool) -> None:
    source = f"def test_other(self):\n    assert f(0) is None\n\ndef test_one(self):\n    {line}\n"
    assert asks_for_nothing(source, {"test_one"}) is asks


def test_a_text_of_where_an_object_lies_is_doubted() -> None:
    texts = [("'in x'", "'in <a.B object at 0x..>'")]
    assert total(doubts_of_behaviour(1, 0, 0, 0, texts, clues=NO_CLUES)) > STANDS
    assert not doubts_of_behaviour(1, 0, 0, 0, [(b, b) for _, b in texts], clues=NO_CLUES)


ROWS = """
def columns(rows, names):
    return len(rows[0])
"""
ROWS_TESTS = """
from subject import columns
def test_rows(): assert columns([[1]], ["a"]) == 1
def test_none(): assert columns([], ["b"]) == 1
"""


def test_an_expression_with_values_of_another_kind_is_doubted(tmp_path: Path) -> None:
    with working.subject(tmp_path, ROWS, ROWS_TESTS) as work:
        parent = work.root
        target = parent.program.targets[0]
        for new, doubted in (
            ("len(names[0])", True),
            ("len(names)", False),
            ("len(rows[0] if rows else names)", False),
        ):
            text = target.value.replace("len(rows[0])", new)
            change = Candidate((set_target(target, text),))
            found = TracedDoubts(work).doubts(parent, Attempt(change, ()))
            assert bool(found) == doubted, (new, found)
