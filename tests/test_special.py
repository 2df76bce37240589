"""Changes that only memorise a test, and honest ones that look a little like them: text in, verdict out."""

from __future__ import annotations

import ast
import textwrap

import pytest

from tracec.passes.accept.memorising import memorises
from tracec.passes.messages.test_tables import Check, checks
from tracec.passes.syntax.ast_diff import differences, size

TESTS = """
import pytest
CASES = [(9, 'nine'), (12, 'twelve')]

def test_number(): assert f(17) == 4
def test_large(): assert f(40) == 102334155
def test_small(): assert f(0) == 1
def test_one(): assert f(1) == 1
def test_empty(): assert f([]) == [] and f('') == ''
def test_list(): assert f([3, 1, 2, 5]) == [1, 2, 3, 5]
def test_text():
    word = 'level up'
    assert f(word) == 'pu level'
def test_true(): assert f(7); assert f(13)
def test_false(): assert not f(9)
def test_unit(self): self.assertEqual(f(23), 99)
def test_near(): assert f(2.5) == pytest.approx(0.3333)
@pytest.mark.parametrize('n, want', [(5, 120), (6, 720), pytest.param(3, 6)])
def test_rows(n, want): assert f(n) == want
def test_cases():
    for n, want in CASES: assert f(n) == want
def test_word(): assert f('triangle') == 3
"""
CHECKS = checks(TESTS)


def body(text: str) -> str:
    return "def f(x, y=0):\n" + textwrap.indent(textwrap.dedent(text).strip("\n"), "    ") + "\n"


MEMORISED = [
    ("return x + 1", "if x == 17:\n    return 4\nreturn x + 1"),
    ("return x + 1", "if 17 == x:\n    return 4\nreturn x + 1"),
    ("return x + 1", "if y or x == 17:\n    return 4\nreturn x + 1"),
    ("return x + 1", "if x != 17:\n    return x + 1\nelse:\n    return 4"),
    ("return x + 1", "return 4 if x == 17 else x + 1"),
    ("return x + 1", "if x == 17:\n    x = 4\nreturn x + 1"),
    ("return x + 1", "match x:\n    case 17: return 4\nreturn x + 1"),
    ("return x + 1", "if x == 23: return 99\nreturn x + 1"),
    ("return x + 1", "if x == 5: return 120\nreturn x + 1"),
    ("return x + 1", "if x == 3: return 6\nreturn x + 1"),
    ("return x + 1", "if x == 12: return 'twelve'\nreturn x + 1"),
    ("return x + 1", "if x in (17, 23): return 4\nreturn x + 1"),
    ("return x", "if x == 'level up': return 'pu level'\nreturn x"),
    ("return x", "if x == [3, 1, 2, 5]: return [1, 2, 3, 5]\nreturn x"),
    ("return x", "if len(x) == 4: return [1, 2, 3, 5]\nreturn x"),
    ("return x", "if x[0] == 3: return [1, 2, 3, 5]\nreturn x"),
    ("return x", "if len(x) > 2: return [1, 2, 3, 5]\nreturn x"),
    ("return x", "if x > 30: return 102334155\nreturn x"),
    ("return x * 2", "return {17: 4, 23: 99}[x]"),
    ("return x * 2", "return {17: 4}.get(x, x * 2)"),
    ("return x * 2", "known = {5: 120, 6: 720}\nreturn known[x]"),
    ("return x * 2", "return [1, 1, 2, 6, 24, 120, 720][x]"),
    ("return x * 2", "return 4"),
    ("return x * 2", "return 102334155\nreturn x * 2"),
    ("for i in range(x):\n    y += i\nreturn y", "for i in range(x):\n    y += i\nreturn 99"),
    ("return x % 2", "return x == 7 or x == 13"),
    ("return x % 2 == 1", "return x % 2 == 1 and x != 9"),
    ("return x % 2", "return x in (7, 13)"),
    ("if x == 0:\n    return 1\nif x == 1:\n    return 1\nreturn f(x - 1)",
     "if x == 0:\n    return 1\nif x == 1:\n    return 1\nif x == 17:\n    return 4\nreturn f(x - 1)"),
    ("return x", "if x == 2.5: return 0.3333\nreturn x"),
]  # fmt: skip
HONEST = [
    ("return x * f(x - 1)", "if x == 0:\n    return 1\nreturn x * f(x - 1)"),
    ("return x * f(x - 1)", "if x <= 1:\n    return 1\nreturn x * f(x - 1)"),
    ("return x * f(x - 1)", "if x == 1: return 1\nreturn x * f(x - 1)"),
    ("return x[0]", "if not x:\n    return []\nreturn x[0]"),
    ("return x[0]", "if x == []:\n    return []\nreturn x[0]"),
    ("return x[0]", "if x == '':\n    return ''\nreturn x[0]"),
    ("return x[0]", "if len(x) == 0:\n    return None\nreturn x[0]"),
    ("return x[0]", "if x is None: return 0\nreturn x[0]"),
    ("for i in range(2): y += i\nreturn y", "for i in range(3): y += i\nreturn y"),
    ("return x + 3", "return x + 4"),
    ("return 3", "return 4"),
    ("return True", "return False"),
    ("return x / 100", "return x / 17"),
    ("if x > 16: return 4\nreturn 5", "if x > 17: return 4\nreturn 5"),
    ("if x == 16: return 4\nreturn 5", "if x == 17: return 4\nreturn 5"),
    ("if x == 17: return 3\nreturn 5", "if x == 17: return 4\nreturn 5"),
    ("if x == 'square': return 4\nif x == 'hexagon': return 6\nraise ValueError",
     "if x == 'square': return 4\nif x == 'hexagon': return 6\nif x == 'triangle': return 3\nraise ValueError"),
    ("return {'square': 4, 'hexagon': 6}[x]", "return {'square': 4, 'hexagon': 6, 'triangle': 3}[x]"),
    ("if x == '+': return y\nraise KeyError",
     "if x == '+': return y\nif x == 'triangle': return y * 3\nraise KeyError"),
    ("for i in x:\n    if i < 0: return False\nreturn False", "for i in x:\n    if i < 0: return False\nreturn True"),
    ("y.append(x)\nreturn y", "y.append(x)\nreturn True"),
    ("return x % 2", "return x % 2 == 1"),
    ("if x > 7: return x\nreturn y", "if x > 7 and x % 2: return x\nreturn y"),
    ("return x + 1", "if x > 17: return 17\nreturn x + 1"),
    ("return x + 1", "return max(x, 17) + 1"),
    ("pairs = {'(': ')'}\nreturn pairs[x]", "pairs = {'(': ')', '[': ']'}\nreturn pairs[x]"),
    ("return x", "return sorted(x)"),
    ("return x == y", "return x == y or x == 0"),
    ("if x == 0: return 1\nreturn x", "if x == 0: return 0\nreturn x"),
    ("return None", "return 4"),
    ("if y: return x\nreturn 0", "if y: return x\nreturn 'unknown'"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), MEMORISED)
def test_what_only_memorises_a_test_is_refused(before: str, after: str) -> None:
    ast.parse(body(after))
    assert memorises(body(before), body(after), CHECKS)


@pytest.mark.parametrize(("before", "after"), MEMORISED)
def test_without_the_test_that_it_memorises_it_is_kept(before: str, after: str) -> None:
    assert memorises(body(before), body(after), [Check((1001,), (1002,))]) == ""


@pytest.mark.parametrize(("before", "after"), HONEST)
def test_honest_repairs_are_kept(before: str, after: str) -> None:
    ast.parse(body(after))
    assert memorises(body(before), body(after), CHECKS) == ""


def test_what_tests_give_and_expect() -> None:
    found = checks(TESTS, ["test_number", "test_text", "test_false", "test_near"])
    assert found[:2] == (Check((17,), (4,)), Check(("level up",), ("pu level",)))
    assert Check((9,), (False,)) in found
    assert Check((2.5,), (0.3333,)) in found
    assert checks("not a program (") == ()


@pytest.mark.parametrize(
    ("before", "after", "lines", "nodes"),
    [
        ("return x + 1", "return x - 1", ({2}, {2}), 1),
        ("a = 1\nreturn x", "a = 1\nif x:\n    return 0\nreturn x", (set(), {3, 4}), None),
        ("a = 1\nb = 2\nreturn x", "a = 1\nreturn x", ({3}, set()), None),
        ("if x > 1:\n    y = 2\nreturn y", "if x > 2:\n    y = 2\nreturn y", ({2}, {2}), 1),
        ("if x > 1:\n    y = 2\nreturn y", "if x > 1:\n    y = 3\nreturn y", ({3}, {3}), 1),
    ],
)
def test_where_two_definitions_differ(
    before: str, after: str, lines: tuple[set[int], set[int]], nodes: int | None
) -> None:
    edits = differences(body(before), body(after))
    assert [(set(edit.old_lines), set(edit.new_lines)) for edit in edits] == [lines]
    assert nodes is None or size(edits) == nodes


def test_a_changed_default_is_a_header() -> None:
    edits = differences("def f(x, y=0):\n    return y\n", "def f(x, y=1):\n    return y\n")
    assert [(edit.header, edit.new_lines) for edit in edits] == [(True, frozenset())]
    assert differences("def f(): pass", "def f(): pass") == ()
