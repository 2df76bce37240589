"""What a module or a class assigns to a name of its own: found, blamed, changed in a live process, written back."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from tests.command import project, tracec
from tests.full import slow
from tests.test_swap import imported
from tracec.passes.find import assignments
from tracec.passes.nouns.source import Source
from tracec.passes.patch import patch
from tracec.runtime.guest.live import hot_swap

MODULE = """
import re
from dataclasses import dataclass

LIMIT = 10
WORDS = ("one",
         "two")
TEXT = ("a"
        "b")
PATTERN = r"\\\\d+"
DIGITS = re.compile(PATTERN)
__version__ = "1"
other = LIMIT

class Shop:
    rates = {"x": 1}
    name: str = "shop",

    def total(self):
        inner = 1
        return inner

@dataclass
class Row:
    size: int = 3

def over(n):
    return n > LIMIT
"""


KEEPER = """
from live_constants import WORDS
def known(word, words=WORDS):
    return word in words
"""


def test_what_is_assigned_outside_functions_is_a_target() -> None:
    found = assignments(Source.decode("shop.py", MODULE.encode()))
    assert [(t.kind, t.qualname, t.value) for t in found] == [
        ("expression", "LIMIT", "10"),
        ("expression", "WORDS", '("one",\n         "two")'),
        ("expression", "TEXT", '("a"\n        "b")'),
        ("expression", "PATTERN", 'r"\\\\d+"'),
        ("expression", "DIGITS", "re.compile(PATTERN)"),
        ("expression", "Shop.rates", '{"x": 1}'),
        ("expression", "Shop.name", '"shop",'),
        ("expression", "Row.size", "3"),
    ]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = tmp_path / "live_constants.py"
    path.write_text(MODULE)
    found = imported("live_constants", path)
    monkeypatch.setitem(sys.modules, "live_constants", found)
    return found


def put(module: ModuleType, qualname: str, source: str) -> None:
    hot_swap.put({"path": str(module.__file__), "qualname": qualname, "line": 0, "source": source, "expression": True})


def test_a_live_value_is_exchanged_wherever_it_is_shared(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    user = ModuleType("user_of_constants")
    vars(user).update(WORDS=module.WORDS, ALIAS=module.WORDS, LIMIT=module.LIMIT)
    monkeypatch.setitem(sys.modules, "user_of_constants", user)
    old = module.WORDS
    put(module, "WORDS", '("one", "two", "three")')
    put(module, "Shop.rates", '{"x": 2}')
    assert user.WORDS == user.ALIAS == module.WORDS == ("one", "two", "three")
    assert module.Shop().rates == {"x": 2}
    hot_swap.restore()
    assert user.WORDS is user.ALIAS is module.WORDS is old
    assert module.Shop().rates == {"x": 1}


@pytest.mark.parametrize(
    ("qualname", "source"),
    [
        ("LIMIT", "9"),  # `other` was made of it
        ("PATTERN", "r'x'"),  # and DIGITS of this one
        ("Row.size", "4"),  # the decorator has read it
        ("WORDS", "open('x')"),
        ("WORDS", "nothing_of_this_name"),
        ("GONE", "1"),
    ],
)
def test_what_was_made_of_a_value_on_import_needs_a_new_process(module: ModuleType, qualname: str, source: str) -> None:
    with pytest.raises(hot_swap.NeedsCold):
        put(module, qualname, source)
    hot_swap.restore()
    assert (module.LIMIT, module.WORDS) == (10, ("one", "two"))


def test_a_value_that_is_a_default_elsewhere_needs_a_new_process(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keeper_of_constants.py"
    path.write_text(KEEPER)
    keeper = imported("keeper_of_constants", path)
    monkeypatch.setattr(hot_swap, "_index", None)
    hot_swap._kept.cache_clear()
    with pytest.raises(hot_swap.NeedsCold, match="default"):
        put(module, "WORDS", '("one",)')
    assert keeper.known("two")
    hot_swap._kept.cache_clear()


TABLES = '''
"""Tables."""
MONTHS = (
    "jan", "feb",  # winter
    "apr",  # spring
)

class Shop:
    name = "shop",

    def title(self):
        return self.name
'''
TESTS = """
from tables import MONTHS, Shop
from use import is_month
def test_more(): assert is_month("may")
def test_less(): assert not is_month("sun")
def test_title(): assert Shop().title() == "shop"
"""
USE = "from tables import MONTHS\ndef is_month(text):\n    return text in MONTHS\n"


def optimized(folder: Path, *words: str) -> str:
    project(folder, tables=TABLES, use=USE, test_use=TESTS)
    said = tracec(folder, "optimize", *words, "--budget-seconds", "60", "--json").json
    assert said["status"] == "solved"
    return str(said["diff"])


@slow
def test_a_member_that_the_failing_test_shows_is_added_and_comments_stay(tmp_path: Path) -> None:
    diff = optimized(tmp_path, "tables.py", "use.py", "--tests", "test_use.py -k 'more or less'")
    assert [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        '+    "may",'
    ]
    assert '     "apr",  # spring' in diff


def test_a_file_of_nothing_but_tables_can_be_named_alone(tmp_path: Path) -> None:
    diff = optimized(tmp_path, "tables.py", "--target", "MONTHS", "--tests", "test_use.py -k 'more or less'")
    assert '+    "may",' in diff


@slow
def test_a_comma_too_much_in_a_class_is_taken_away(tmp_path: Path) -> None:
    diff = optimized(tmp_path, "tables.py", "--tests", "test_use.py -k title")
    assert '-    name = "shop",\n+    name = "shop"\n' in diff


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("X = [\n    1,  # a\n    2,  # b\n]\n", "[1, 2, 3]", "X = [\n    1,  # a\n    2,  # b\n    3,\n]\n"),
        ('X = {\n    "a": 1,  # a\n    "b": 2,\n}\n', "{'a': 1}", 'X = {\n    "a": 1,  # a\n}\n'),
        ("X = (1,\n     2,  # b\n     )\n", "(1, 2, 3)", "X = (1,\n     2,  # b\n     3,\n     )\n"),
        ("X = [1, 2]  # b\n", "[1, 2, 3]", "X = [1, 2, 3]  # b\n"),
    ],
)
def test_comments_stay_with_their_elements(before: str, new: str, after: str) -> None:
    source = Source.decode("x.py", before.encode())
    assert patch(source, {assignments(source)[0]: new}) == after


def test_an_f_is_put_before_the_parts_with_braces() -> None:
    before = textwrap.dedent(
        """\
        TEXT = ('a "{LIMIT}" '
                "b {{"
                'c {LIMIT}')
        """
    )
    source = Source.decode("x.py", before.replace("{{", "").encode())
    made = patch(source, {assignments(source)[0]: "f'a \"{LIMIT}\" b c {LIMIT}'"})
    assert made == "TEXT = (f'a \"{LIMIT}\" '\n        \"b \"\n        f'c {LIMIT}')\n"
