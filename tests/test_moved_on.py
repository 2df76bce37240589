"""A model's change after which a test fails for another reason is gone on from, and the new failure is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import project
from tests.test_asking import asked, optimized
from tracec.passes.messages.nearness import moves_on
from tracec.runtime.outcome import Outcome, Status

SUBJECT = """\
def pence(text):
    return int(text.strip(UNIT)) * 100


def shown(amount):
    return "%d.%02d" % (amount, amount)
"""
TESTS = """\
from subject import pence, shown


def test_there_and_back():
    assert shown(pence("12p") // 7) == "1.71"
"""
FIRST = '```python\nUNIT = "p"\n\n\ndef pence(text):\n    return int(text.strip(UNIT)) * 100\n```'
SECOND = '```python\ndef shown(amount):\n    return "%d.%02d" % divmod(amount, 100)\n```'


def test_the_new_failure_is_shown(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    said = optimized(tmp_path, "auto", [FIRST, SECOND], seconds=25)
    first, second = asked(tmp_path)[:2]
    assert "NameError" in first
    assert "171.171" in second.partition("## Failing")[2].partition("## Tried")[0]
    assert said.json["status"] == "solved"
    assert {'+UNIT = "p"', '+    return "%d.%02d" % divmod(amount, 100)'} <= {*said.json["diff"].split("\n")}


OLD = Outcome("a", Status.FAILED, "NameError: x", "subject.py", 3)


@pytest.mark.parametrize(
    ("new", "moved"),
    [
        (Outcome("a", Status.FAILED, "AssertionError: assert 1 == 2", "test_subject.py", 9), True),
        (Outcome("a", Status.FAILED, "NameError: y", "subject.py", 7), True),
        (Outcome("a", Status.FAILED, "NameError: x", "subject.py", 5), False),
        (Outcome("a", Status.FAILED, "NameError: y", "subject.py", 3), False),
        (Outcome("a", Status.TIMEOUT, "", "", 0), False),
        (Outcome("b", Status.FAILED, "KeyError: 1", "subject.py", 7), False),
    ],
)
def test_what_moves_a_failure_on(new: Outcome, moved: bool) -> None:
    assert moves_on([OLD], [new]) == moved
