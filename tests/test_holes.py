"""Holes and numbers that a model leaves: found, filled from traced values, the cheapest first, and bounded."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.seen import situation, with_edits
from tracec.passes.find import functions
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.edits import Edit, ReplaceDefinition
from tracec.passes.nouns.source import Source
from tracec.passes.propose.llm.answers.answer import Tune, Why
from tracec.passes.propose.llm.answers.read import read
from tracec.passes.propose.llm.holes.fill import MOST, Program, filled
from tracec.passes.propose.llm.holes.moved_states import moved
from tracec.passes.propose.llm.holes.numbers import values_for
from tracec.passes.propose.llm.holes.spots import holes, tuned

BITS = "def bitcount(n):\n    count = 0\n    while n:\n        n ^= n - 1\n        count += 1\n    return count\n"
BITS_TESTS = """\
from subject import bitcount


def test_zero():
    assert bitcount(0) == 0


def test_six():
    assert bitcount(6) == 2
"""
NEXT = """\
def next_permutation(perm):
    for i in range(len(perm) - 2, -1, -1):
        if perm[i] < perm[i + 1]:
            for j in range(len(perm) - 1, i, -1):
                if perm[j] < perm[i]:
                    next_perm = list(perm)
                    next_perm[i], next_perm[j] = perm[j], perm[i]
                    next_perm[i + 1:] = reversed(next_perm[i + 1:])
                    return next_perm
"""
NEXT_TESTS = """\
from subject import next_permutation


def test_five():
    assert next_permutation([3, 5, 6, 2, 1]) == [3, 6, 1, 2, 5]


def test_last():
    assert next_permutation([3, 2, 1]) is None
"""
CASES = [
    (BITS, BITS_TESTS, "n &= HOLE", "n ^= n - 1", "n &= (n - 1)", 40),
    (NEXT, NEXT_TESTS, "if HOLE:", "if perm[j] < perm[i]:", "if (perm[i] < perm[j]):", MOST),
]


@pytest.mark.parametrize(("text", "tests", "hole", "old", "wanted", "within"), CASES)
def test_an_expression_is_found(
    tmp_path: Path, text: str, tests: str, hole: str, old: str, wanted: str, within: int
) -> None:
    seen = situation(tmp_path, text, tests)
    answer = read(f"<<<<<<< SEARCH\n{old}\n=======\n{hole}\n>>>>>>> REPLACE", seen.targets, seen.sources)
    assert [spot.name for spot in holes(answer.edits)] == ["HOLE"]
    found = list(filled(answer.edits, (), with_edits(seen, answer.edits)))
    texts = [source_of(candidate) for candidate in found]
    assert any(wanted in made for made in texts[:within])
    assert len(texts) == len(set(texts)) <= MOST
    assert all("HOLE" not in made for made in texts)
    bits = [candidate.bits for candidate in found]
    assert bits == sorted(bits)
    again = list(filled(answer.edits, (), with_edits(seen, answer.edits)))
    assert [candidate.id for candidate in again] == [candidate.id for candidate in found]


def source_of(candidate: Candidate) -> str:
    (edit,) = candidate.edits
    assert isinstance(edit, ReplaceDefinition)
    ast.parse(edit.source)
    return edit.source


def plain(text: str) -> tuple[tuple[Edit, ...], Program]:
    """The edits that make the only function of a file what it is, and the program with them."""
    targets = functions(Source.decode("subject.py", text.encode()))
    return (ReplaceDefinition(targets[0].id, targets[0].value),), Program(targets, {"subject.py": text})


def test_without_traces_the_names_at_hand_are_tried() -> None:
    edits, program = plain("def f(a, items):\n    b = a + 1\n    return items[HOLE]\n")
    texts = [source_of(candidate) for candidate in filled(edits, (), program)]
    assert any("items[b]" in text for text in texts)
    assert any("items[a]" in text for text in texts)
    assert any("items[0]" in text for text in texts)


def test_several_holes_are_filled_together() -> None:
    edits, program = plain("def f(a, b):\n    return HOLE - HOLE_2\n")
    assert [spot.name for spot in holes(edits)] == ["HOLE", "HOLE_2"]
    texts = [source_of(candidate) for candidate in filled(edits, (), program)]
    assert any("return b - a" in text for text in texts)
    assert len(texts) <= MOST


def test_nothing_to_fill() -> None:
    edits, program = plain("def f(a):\n    return a\n")
    (only,) = filled(edits, (), program)
    assert only.edits == edits


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("def f(a):\n    return HOLE + HOLE * HOLE - HOLE\n", Why.HOLES),
        ("def g(a):\n    return HOLE\n\n\ndef f(a):\n    return g(a)\n", Why.HOLES),
    ],
)
def test_what_cannot_be_filled_is_refused(reply: str, why: Why) -> None:
    text = "def f(a):\n    return a\n"
    targets = functions(Source.decode("subject.py", text.encode()))
    answer = read(f"```python\n{reply}```", targets, {"subject.py": text})
    assert [refusal.why for refusal in answer.refusals] == [why]
    assert answer.edits == ()


def test_numbers_are_tuned_after_the_holes() -> None:
    text = "def f(a, scale=2):\n    rate = 0.5\n    return a * rate * scale\n"
    edits, program = plain(text)
    tunes = (Tune("rate", 0.0, 1.0), Tune("scale", options=(1.0, 2.0, 4.0)), Tune("gone", 0.0, 1.0))
    assert {tune.name: text_at(edits, spot.start, spot.end) for tune, spot in tuned(edits, tunes).items()} == {
        "rate": "0.5",
        "scale": "2",
    }
    texts = [source_of(candidate) for candidate in filled(edits, tunes, program)]
    assert texts[0] == text.rstrip("\n")
    assert any("rate = 0.25" in made and "scale=2" in made for made in texts)
    assert any("rate = 0.5" in made and "scale=4" in made for made in texts)
    assert any("rate = 0.25" in made and "scale=4" in made for made in texts)
    for made in texts:
        found = ast.parse(made).body[0].body[0].value.value  # type: ignore[attr-defined]
        assert 0 <= found <= 1


def text_at(edits: tuple[Edit, ...], start: int, end: int) -> str:
    assert isinstance(edits[0], ReplaceDefinition)
    return edits[0].source[start:end]


def test_values_lie_between_traced_numbers() -> None:
    credit = Credit("t", 1.0, names=(("size", (10, 37, 62)),))
    found = values_for(Tune("limit", 0.0, 100.0), "50", [credit])
    assert abs(int(found[0]) - 50) <= 12
    assert {"10", "37", "62"} <= set(found)
    assert all(0 <= int(value) <= 100 for value in found)
    assert values_for(Tune("limit"), "0.5", [])
    assert values_for(Tune("limit"), "no number", []) == []


def test_moved_states_differ_and_are_the_same_each_time() -> None:
    states = [{"n": 1, "xs": [1, 2], "s": "ab", "b": True, "none": None}]
    found = list(moved(states))
    assert found == list(moved(states))
    assert len({state["n"] for state in found}) > 1
    assert all(state["b"] is True and state["none"] is None for state in found)
