"""What a module or a class assigns, shown to a model and changed by one: whole, in part, named, and refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.test_asking import MODEL, asked
from tracec.passes.find import assignments, functions
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.edits import AddDefinition, SetLiteral
from tracec.passes.nouns.source import Source
from tracec.passes.propose.llm.answers.read import read
from tracec.passes.propose.llm.sees.prompt import changeable, prompt
from tracec.passes.propose.llm.sees.situation import Situation
from tracec.runtime.outcome import Outcome, Status

SHOP = """\
import re

NUMBER = re.compile(r"\\d")
RATES = {
    "book": 7,
    "food": 7,
    "car": 91,
    "pen": 19,
    "ink": 19,
}


class Shop:
    least = 5

    def tax(self, kind, text):
        found = NUMBER.fullmatch(text)
        if found is None or int(text) < self.least:
            return 0
        return RATES[kind] * int(text)
"""
TESTS = """\
from subject import Shop
def test_book(): assert Shop().tax("book", "7") == 49
def test_car(): assert Shop().tax("car", "10") == 190
def test_pen(): assert Shop().tax("pen", "10") == 190
def test_low(): assert Shop().tax("pen", "3") == 0
"""
WHOLE = """\
```python
NUMBER = re.compile(r"\\d+")
RATES = {
    "book": 7,
    "food": 7,
    "car": 19,
    "pen": 19,
    "ink": 19,
}
```"""
PART = """\
<<<<<<< SEARCH
NUMBER = re.compile(r"\\d")
=======
NUMBER = re.compile(r"\\d+")
>>>>>>> REPLACE
<<<<<<< SEARCH
    "car": 91,
=======
    "car": 19,
>>>>>>> REPLACE"""


@pytest.mark.parametrize("reply", [WHOLE, PART], ids=["whole", "search and replace"])
def test_a_model_changes_values_and_the_patch_leaves_the_rest(tmp_path: Path, reply: str) -> None:
    project(tmp_path, subject=SHOP, test_subject=TESTS, scripted=MODEL.format(replies=[reply]))
    words = ("subject.py", "--tests", "test_subject.py", "--with", "rewrite", "--model", "python:scripted:model")
    said = tracec(tmp_path, "optimize", *words, "--budget-seconds", "60", "--json", "--write").json
    assert said["status"] == "solved"
    assert (tmp_path / "subject.py").read_text() == SHOP.replace(r"\d", r"\d+").replace("91", "19")
    assert 'NUMBER = re.compile(r"\\d")' in asked(tmp_path)[0]
    assert "whole assignment" in asked(tmp_path)[0]


def situation(text: str) -> Situation:
    source = Source.decode("subject.py", text.encode())
    return Situation([*functions(source), *assignments(source)], {"subject.py": text})


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ('<edit target="RATES">\n{"a": 1}\n</edit>', '{"a": 1}'),
        ('<edit target="RATES">\nRATES = {"a": 1}\n</edit>', '{"a": 1}'),
        ("```python\nclass Shop:\n    least = 4\n```", "4"),
        ("```python\nNUMBER = re.compile(r'x')\n```", "re.compile(r'x')"),
    ],
)
def test_a_value_is_read(reply: str, value: str) -> None:
    seen = situation(SHOP)
    [edit] = read(reply, seen.targets, seen.sources).edits
    assert isinstance(edit, SetLiteral)
    assert edit.value == value


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ('<edit target="Shop.least">5</edit>', "unchanged"),
        ("```python\nclass Shop:\n    least = HOLE\n```", "holes"),
        ('<edit target="RATES">\nthe rates, less one\n</edit>', "not python"),
    ],
)
def test_a_value_is_refused(reply: str, why: str) -> None:
    seen = situation(SHOP)
    answer = read(reply, seen.targets, seen.sources)
    assert [refusal.why for refusal in answer.refusals] == [why]
    assert answer.edits == ()


def test_short_values_beside_what_is_shown_may_change_and_long_ones_may_not() -> None:
    seen = situation(SHOP)
    shown = prompt(seen)
    assert shown.shown == ("subject.py:Shop.tax", "subject.py:RATES")
    assert [t.qualname for t in changeable(seen, shown.shown)] == ["Shop.tax", "NUMBER", "RATES", "Shop.least"]
    assert [t.qualname for t in changeable(seen, ["subject.py:Shop.tax"])] == ["Shop.tax", "NUMBER", "Shop.least"]


def test_where_nothing_else_may_change_values_are_shown_though_no_failure_speaks_of_them() -> None:
    table = "WORDS = [\n" + "".join(f'    "word{n}",\n' for n in range(2_000)) + "]\n"
    seen = situation(table)
    shown = prompt(seen)
    assert shown.characters <= 6_000
    assert shown.shown == ("subject.py:WORDS",)
    assert shown.partly == {"subject.py:WORDS"}
    reply = '<<<<<<< SEARCH\n    "word7",\n=======\n    "word8",\n>>>>>>> REPLACE'
    [edit] = read(reply, seen.targets, seen.sources, partly=shown.partly).edits
    assert isinstance(edit, SetLiteral)
    assert edit.value.count('"word8",') == 2


BAG = """\
class Bag(dict):
    def add(self, key):
        self[key] = self.get(key, 0) + 1

    def total(self):
        return sum(self.values())
"""


def test_a_new_method_alone_is_a_change_and_a_new_function_is_none() -> None:
    seen = situation(BAG)
    method = "    def __missing__(self, key):\n        return 0\n"
    same = BAG.split("\n\n")[0].removeprefix("class Bag(dict):\n")
    for body in (method, f"{same}\n\n{method}"):
        [edit] = read(f"```python\nclass Bag(dict):\n{body}```", seen.targets, seen.sources).edits
        assert edit == AddDefinition("subject.py", method.replace("    ", "", 1).replace("\n    ", "\n").strip(), "Bag")
    answer = read("```python\ndef helper():\n    return 0\n```", seen.targets, seen.sources)
    assert answer.edits == ()
    assert [refusal.why for refusal in answer.refusals] == ["no target"]


def test_what_is_missing_may_be_added_alone() -> None:
    seen = situation(BAG)
    reply = "```python\nSIZES = {'s': 1}\n```"
    assert [r.why for r in read(reply, seen.targets, seen.sources).refusals] == ["a part"]
    [edit] = read(reply, seen.targets, seen.sources, wanted={"SIZES"}).edits
    assert edit == AddDefinition("subject.py", "SIZES = {'s': 1}", "")


def test_a_template_that_the_first_function_names_is_shown_and_tests_keep_their_room() -> None:
    page = 'PAGE = """\\\n<html>\n' + "<p>a line of the page</p>\n" * 20 + '</html>"""\n'
    other = "".join(f"def f{n}(x):\n    return x + {n}\n\n" for n in range(9))
    lines = "".join(f"    text += str(rows[{n}])  # the row of that number\n" for n in range(60))
    program = f"{page}\n\ndef render(rows):\n    text = PAGE\n{lines}    return text\n\n\n{other}"
    seen = situation(program)
    credits = {t.id: Credit(t.id, 1.0) for t in seen.targets if t.qualname == "render"}
    failing = [Outcome("test_a.py::test_page", Status.FAILED, "AssertionError: assert 'a' == 'b'")]
    tests = {"test_a.py::test_page": "def test_page():\n    assert render([0] * 60) == 'b'\n"}
    shown = prompt(replace(seen, credits=credits, outcomes=failing, tests=tests))
    assert shown.shown[:2] == ("subject.py:render", "subject.py:PAGE")
    assert "assert render([0] * 60) == 'b'" in shown.messages[1].content
    assert shown.characters <= 6_000
