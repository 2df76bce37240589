"""Many changes in one process, nearness, and programs to go on from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.full import slow
from tests.working import attempts, bodies, screen, subject
from tracec.evaluate.screening import Screened
from tracec.guests.protocol import Reply
from tracec.guests.replaying import ReplayingSuite
from tracec.passes.accept.strict import broken_by, harms
from tracec.passes.messages.failure_clues import failure_clues
from tracec.passes.messages.nearness import compared_values, nearness, nearness_gain, newly_answers, similarity
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.credit import Credit, Evidence
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propagate.transfer import transfer_credit
from tracec.runtime.outcome import Ended, Outcome, Status
from tracec.work.work import Work

SUBJECT = "SEEN = []\n\n\ndef double(x):\n    return x + x + 1\n\n\ndef other(x):\n    return x\n"
TESTS = """\
import pytest
from subject import double, other


def test_two():
    assert double(2) == 4


@pytest.mark.parametrize("x", [3])
def test_table(x):
    assert double(x) == 2 * x


def test_other():
    assert other(1) == 1
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    with subject(tmp_path_factory.mktemp("looks"), SUBJECT, TESTS) as found:
        yield found


def attempts_of(work: Work, *texts: str) -> list[Attempt]:
    """Bodies of `double` -> what came of each, on a screen of its own."""
    assert isinstance(work.evaluator, Screened)
    work.evaluator._screens.clear()
    return attempts(work, bodies(work, "def double(x):", *texts))


def test_each_candidate_has_its_attempt_in_order(work: Work) -> None:
    said = attempts_of(work, "return x", "return 4", "return x +", "return 2 * x", "return x * 3")
    assert [len(a.passed()) for a in said] == [0, 1, 0, 3, 0]
    assert [a.ended for a in said] == ["stopped", "stopped", "stopped", "done", "stopped"]
    assert not screen(work).off
    assert {o.status for o in screen(work).unchanged.values()} == {"failed"}


def test_an_endless_loop_and_an_exit_harm_no_other_candidate(work: Work) -> None:
    endless = "while True:\n    pass"
    sleeps = "import time\ntime.sleep(30)"
    leaves = "import os\nos._exit(3)"
    said = attempts_of(work, endless, leaves, sleeps, "return 4", leaves, "return 2 * x")
    assert said[0].outcomes[-1].status == "steps"
    whole = [a for a in said if len(a.passed()) == 3]
    assert [text for a in whole for text in a.candidate.values.values()] == ["def double(x):\n    return 2 * x"]
    assert len(said) >= 6


def test_a_first_look_that_the_clock_ended_is_taken_again(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, late = ReplayingSuite.wait_for, list[int]()

    def wait_for(self: ReplayingSuite, number: int) -> Reply:
        reply = heard(self, number)
        if reply.tried and not late:  # the machine had other things to do
            late.append(number)
            return replace(reply, ended=Ended.TIMEOUT, tried=())
        return reply

    monkeypatch.setattr(ReplayingSuite, "wait_for", wait_for)
    said = attempts_of(work, "return 2 * x", "return x")
    assert late
    assert [len(a.passed()) for a in said] == [3, 0]


def test_tests_that_never_end_are_looked_at_shortly(tmp_path: Path) -> None:
    text = "def double(x):\n    while True:\n        x += 1\n"
    tests = "from subject import double\ndef test_two():\n    assert double(2) == 4\n"
    with subject(tmp_path, text, tests) as work:
        said = attempts_of(work, "while True:\n    x += 2", "return 5", "return 4")
        assert not screen(work).off
        assert all(o.steps <= 20_001 for o in screen(work).unchanged.values())
        assert "passed" in [o.status for a in said for o in a.outcomes]


def test_what_a_candidate_leaves_behind_is_noticed(tmp_path: Path) -> None:
    text = "SEEN = []\n\n\ndef double(x):\n    return x + x + 1\n"
    tests = "import subject\ndef test_two():\n    assert subject.double(2) == 4 or len(subject.SEEN) > 1\n"
    with subject(tmp_path, text, tests) as work:
        said = attempts_of(work, *[f"SEEN.append(x)\nreturn {n}" for n in range(4)], "return 5")
        assert screen(work)._leaks
        assert [len(a.passed()) for a in said] == [0] * 5


def test_a_cache_filled_with_wrong_values_is_noticed(tmp_path: Path) -> None:
    text = "KNOWN = {}\n\n\ndef double(x):\n    KNOWN.setdefault(x, x)\n    return KNOWN[x]\n"
    tests = "from subject import double\ndef test_two():\n    assert double(2) == 4\n"
    with subject(tmp_path, text, tests) as work:
        texts = [f"KNOWN.setdefault(x, {value})\nreturn KNOWN[x]" for value in ("x + 1", "x * 9", "x * 2", "0")]
        said = attempts_of(work, *texts)
        assert screen(work)._leaks
        assert [len(a.passed()) for a in said] == [0, 0, 1, 0]


def test_random_numbers_are_the_same_for_every_candidate(tmp_path: Path) -> None:
    text = "import random\n\n\ndef double(x):\n    return x + random.randrange(10**6)\n"
    tests = "from subject import double\ndef test_two():\n    assert double(2) == 4\n"
    with subject(tmp_path, text, tests) as work:
        said = attempts_of(work, "return random.random()", "return random.choice([5, 6])", "return 2 * x")
        assert not screen(work).off
        assert [len(a.passed()) for a in said] == [0, 0, 1]


def test_a_look_runs_every_test(work: Work) -> None:
    said = attempts_of(work, "return 4")
    whole = screen(work).whole(said[0].candidate)
    assert sorted(o.status for o in whole.outcomes) == ["failed", "passed", "passed"]


@pytest.mark.parametrize(
    ("message", "sides"),
    [
        ("assert 3 == 5\n +  where 3 = f(2)", (3, 5)),
        ("AssertionError: assert [1, 2] == [1]", ([1, 2], [1])),
        ("AssertionError: 'a == b' != 'a'", ("a == b", "a")),
        ("assert f(2) == 5", None),
        ("ZeroDivisionError: division by zero", None),
    ],
)
def test_the_sides_of_a_comparison(message: str, sides: object) -> None:
    assert compared_values(message) == sides


def test_nearness_grows_towards_the_answer() -> None:
    def said(text: str, status: Status = Status.FAILED) -> float:
        return nearness(Outcome("t", status, text))

    steps = [
        said("", Status.STEPS),
        said("TypeError: no"),
        said("assert None == [1, 2, 3]"),
        said("assert [] == [1, 2, 3]"),
        said("assert [1] == [1, 2, 3]"),
        said("assert [1, 2, 4] == [1, 2, 3]"),
        said("", Status.PASSED),
    ]
    assert steps == sorted(steps)
    assert len(set(steps)) == len(steps)
    assert said("assert 6 == 5") > said("assert 60 == 5")
    assert said("assert {'a': 1} == {'a': 2}") < said("assert {'a': 1, 'b': 1} == {'a': 1, 'b': 2}")


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [(1, 1, 1, 1), (True, False, 0, 0), (1, "1", 0, 0), ({1}, {1, 2}, 0.2, 0.9), (float("nan"), 1, 0, 0)],
)
def test_similarity(one: object, other: object, least: float, most: float) -> None:
    assert least <= similarity(one, other) <= most
    assert similarity(one, other) == similarity(other, one)


def test_a_gain_is_none_where_a_test_is_further_off() -> None:
    before = {"a": Outcome("a", Status.FAILED, "assert 1 == 5"), "b": Outcome("b", Status.FAILED, "assert 1 == 5")}
    nearer = Outcome("a", Status.FAILED, "assert 4 == 5")
    assert nearness_gain(before, [nearer]) > 0
    assert nearness_gain(before, [nearer, Outcome("b", Status.FAILED, "assert -9 == 5")]) == 0


def test_texts_that_failing_tests_show() -> None:
    tests = [
        Outcome("a", Status.FAILED, "assert ['x', {'k': 'v'}] == 'y'"),
        Outcome("b", Status.PASSED, "assert 'z' == 'w'"),
    ]
    assert failure_clues(tests).shown_texts == ("x", "k", "v", "y")


def test_a_test_that_raised_comes_to_an_answer() -> None:
    raised, wrong = Outcome("a", Status.FAILED, "TypeError: no"), Outcome("a", Status.FAILED, "assert 1 == 2")
    assert newly_answers([raised], [wrong])
    assert not newly_answers([wrong], [wrong])


def test_what_a_change_breaks() -> None:
    before = [Outcome("a", Status.FAILED), Outcome("b", Status.PASSED)]
    assert broken_by(before, [Outcome("a", Status.PASSED), Outcome("b", Status.STEPS)]) == 1
    assert broken_by(before, [Outcome("a", Status.PASSED), Outcome("b", Status.SKIPPED)]) is None


def test_credit_moves_with_its_lines_and_new_lines_are_suspect() -> None:
    old = "# above\ndef f(a):\n    b = a\n    return b\n"
    new = "# above\ndef f(a):\n    if a:\n        return 0\n    b = a\n    return b\n"
    at = Target("m.py:f", "code", "f", Span("m.py", 2, 0, 4, 12), "")
    now = Target("m.py:f", "code", "f", Span("m.py", 2, 0, 6, 12), "")
    pieces = (Evidence(Span("m.py", 3, 4, 3, 9), 0.5, (1,), True), Evidence(Span("m.py", 4, 4, 4, 12), 0.4))
    credit = Credit(at.id, 0.5, pieces, (("a", (1,)),))
    found = transfer_credit({at.id: credit}, {at.id: now}, {"m.py": old}, {"m.py": new})[now.id]
    assert {(e.span.line, e.span.column, e.weight) for e in found.evidence} == {
        (5, 4, 0.5),
        (6, 4, 0.4),
        (3, 4, 0.5),
        (4, 8, 0.5),
    }
    assert found.names == credit.names


def test_harm() -> None:
    before = [Outcome("a", Status.FAILED), Outcome("b", Status.PASSED)]
    assert not harms(before, [Outcome("a", Status.TIMEOUT), Outcome("b", Status.PASSED)])
    assert harms(before, [Outcome("a", Status.PASSED), Outcome("b", Status.FAILED)])
    assert harms(before, [Outcome("b", Status.PASSED)])
    assert harms(before, [Outcome("a", Status.SKIPPED), Outcome("b", Status.PASSED)])


@slow
def test_several_faults_of_which_each_test_meets_more_than_one(tmp_path: Path) -> None:
    subject = """\
        def mirrored(words):
            result = []
            for word in words.split():
                result.append(word)
            return "".join(result)
        """
    tests = """\
        from subject import mirrored
        def test_two(): assert mirrored("ab cd") == "ba dc"
        def test_three(): assert mirrored("ab c def") == "ba c fed"
        def test_one(): assert mirrored("a") == "a"
        """
    project(tmp_path, subject=textwrap.dedent(subject), test_subject=textwrap.dedent(tests))
    done = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", "--write")
    assert done.code == 0, done.err
    written = (tmp_path / "subject.py").read_text()
    assert '" ".join' in written
    assert "[::-1]" in written


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("AttributeError: 'Request' object has no attribute 'proc'", ("proc",)),
        ("AttributeError: type object 'Request' has no attribute 'made'", ("made",)),
        ("UnboundLocalError: cannot access local variable 'width' where it is not associated with a value", ("width",)),
        ("NameError: name 'size' is not defined", ("size",)),
        ("AttributeError: 'NoneType' object has no attribute 'proc'", ()),
        ("AttributeError: 'str' object has no attribute 'proc'", ()),
    ],
)
def test_what_failing_tests_say_is_missing(message: str, names: tuple[str, ...]) -> None:
    tests = [Outcome("a", Status.FAILED, message), Outcome("b", Status.PASSED, "name 'no' is not defined")]
    assert failure_clues(tests).own_missing_names == names
    assert len(failure_clues(tests).missing_names) == ("NoneType" not in message)
