"""Replies that add something beside what was shown: new methods, and names that a test looks for in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import project
from tests.test_asking import asked, optimized
from tracec.passes.nouns.edits import AddDefinition, ReplaceDefinition
from tracec.passes.propose.llm.answers.answer import Answer, Why
from tracec.passes.propose.llm.answers.read import read
from tracec.project.program import Program

SUBJECT = """\
TABLE = dict(one="first", two="second")


class Bag(dict):
    def put(self, key):
        self[key] = 1


def use(key):
    return TABLE[key]
"""
METHOD = "```python\nclass Bag{}:\n    def __reduce__(self):\n        return Bag, ()\n```"


def answer(folder: Path, reply: str, *wanted: str) -> Answer:
    project(folder, subject=SUBJECT)
    program = Program.read(("subject.py",), (), folder)
    return read(reply, program.targets, {"subject.py": SUBJECT}, wanted=wanted)


@pytest.mark.parametrize("head", ["", "(dict)"])
def test_a_new_method_within_its_class(tmp_path: Path, head: str) -> None:
    (edit,) = answer(tmp_path, METHOD.format(head)).edits
    assert isinstance(edit, AddDefinition)
    assert (edit.within, edit.source.partition("\n")[0]) == ("Bag", "def __reduce__(self):")


def test_another_head_of_a_class_is_refused(tmp_path: Path) -> None:
    found = answer(tmp_path, METHOD.format("(list)"))
    assert found.edits == ()
    assert [refusal.why for refusal in found.refusals] == [Why.OUTSIDE]


@pytest.mark.parametrize(
    "reply",
    [
        'It goes beside `TABLE`.\n\n```python\nTABLE = dict(one="first", two="second")\n\nENDINGS = {"th"}\n```',
        '```python\nENDINGS = {"th"}\n\n\ndef use(key):\n    """The word."""\n    return TABLE[key.lower()]\n```',
    ],
)
def test_a_name_that_is_looked_for_is_kept_whatever_stands_beside_it(tmp_path: Path, reply: str) -> None:
    edits = answer(tmp_path, reply, "ENDINGS").edits
    assert [edit.source for edit in edits if isinstance(edit, AddDefinition)] == ['ENDINGS = {"th"}']
    assert any(isinstance(edit, ReplaceDefinition) for edit in edits) == ("def use" in reply)


def test_a_new_value_of_what_is_named_is_one(tmp_path: Path) -> None:
    (edit,) = answer(tmp_path, 'The new `TABLE`:\n\n```python\nTABLE = dict(one="1st")\n```').edits
    assert getattr(edit, "value", "") == 'dict(one="1st")'


def test_a_reply_that_could_not_be_used_is_shown_again(tmp_path: Path) -> None:
    tests = "from subject import use\n\n\ndef test_use():\n    assert use('one') == '1st'\n"
    project(tmp_path, subject=SUBJECT, test_subject=tests)
    optimized(tmp_path, "rewrite", [METHOD.format("(list)"), "no"], "--budget-calls", "2")
    first, second = asked(tmp_path)
    assert "It was:" not in first
    assert "which is no target; leave it as it is, or add another one" in second
    assert "It was:\n```python\nclass Bag(list):\n    def __reduce__(self):" in second
