"""Optimizers that ask a model, with scripted ones: what they are shown, what replies become, what is asked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import Said, project, tracec
from tests.full import FULL, slow

SUBJECT = '''
RATE = 3

def price(items):
    """The sum of the prices, each with its tax."""
    total = 0
    for item in items:
        total += item
    return total

def label(items):
    return f"{price(items)} EUR"
'''
TESTS = """
from subject import label, price
def test_none(): assert price([]) == 0
def test_tax(): assert price([100, 50]) == 154.5
def test_label(): assert label([200]) == "206.0 EUR"
"""
RIGHT = "def price(items):\n    return sum(item + item * RATE / 100 for item in items)"
MODEL = """
import json, pathlib
HERE = pathlib.Path(__file__).parent
REPLIES = {replies!r}
def model(messages):
    asked = HERE / "asked.jsonl"
    with asked.open("a") as out:
        out.write(json.dumps(messages) + "\\n")
    number = len(asked.read_text().splitlines())
    return REPLIES[min(number, len(REPLIES)) - 1]
"""


def optimized(folder: Path, optimizer: str, replies: list[str], *words: str, seconds: int = 60) -> Said:
    if not (folder / "subject.py").exists():
        project(folder, subject=SUBJECT, test_subject=TESTS)
    project(folder, scripted=MODEL.format(replies=replies))
    said = (
        "optimize", "subject.py", "--tests", "test_subject.py", "--with", optimizer, "--model", "python:scripted:model",
        "--budget-seconds", str(seconds), "--json",
    )  # fmt: skip
    return tracec(folder, *said, *words)


def asked(folder: Path) -> list[str]:
    """The last message of each question."""
    file = folder / "asked.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    return [json.loads(line)[-1]["content"] for line in lines]


@pytest.mark.parametrize("optimizer", ["rewrite", "sample", "auto"] if FULL else ["auto"])
def test_a_reply_becomes_the_patch(tmp_path: Path, optimizer: str) -> None:
    said = optimized(tmp_path, optimizer, [f"```python\n{RIGHT}\n```"], "--budget-calls", "4").json
    assert said["status"] == "solved"
    assert "+    return sum(item + item * RATE / 100 for item in items)" in said["diff"]
    assert "label" not in [line[1:] for line in said["diff"].splitlines() if line[:1] in "+-"]
    first = asked(tmp_path)[0]
    assert "def price(items):" in first
    assert "assert price([100, 50]) == 154.5" in first
    assert "price(items=[100, 50])" in first


HELPED = """\
```python
def taxed(item):
    return item + item * RATE / 100

def price(items):
    return sum(map(taxed, items))
```"""


@slow
def test_what_only_a_new_process_can_take_is_waited_for(tmp_path: Path) -> None:
    said = optimized(tmp_path, "auto", [HELPED], "--budget-calls", "4", seconds=40).json
    assert (said["status"], said["llm_calls"]) == ("solved", 1)
    assert "+def taxed(item):" in said["diff"]


def test_what_could_not_be_used_and_what_failed_is_told_in_the_next_question(tmp_path: Path) -> None:
    replies = [
        "I would add the tax to each item.",
        "```python\ndef price(items, rate):\n    return 1\n```",
        "```python\ndef price(items):\n    return sum(items) * RATE\n```",
        f"```python\n{RIGHT}\n```",
    ]
    assert optimized(tmp_path, "rewrite", replies).json["status"] == "solved"
    first, second, third, fourth = asked(tmp_path)
    assert "could not be used" not in first
    assert "could not be used" in second
    assert "could not be used" in third
    assert "signature" in third
    assert "could not be used" not in fourth
    assert "return sum(items) * RATE" in fourth


def test_search_that_finds_a_sound_change_asks_nobody(tmp_path: Path) -> None:
    project(tmp_path, subject="def over(a, b):\n    return a > b\n")
    project(
        tmp_path,
        test_subject="from subject import over\ndef test_a(): assert over(2, 2)\ndef test_b(): assert not over(1, 2)\n",
    )
    assert optimized(tmp_path, "auto", ["no"]).json["status"] == "solved"
    assert asked(tmp_path) == []


@slow
def test_calls_are_bounded_and_not_paid_for_twice(tmp_path: Path) -> None:
    wrong = [f"```python\ndef price(items):\n    return {number}\n```" for number in range(1, 9)]
    said = optimized(tmp_path, "rewrite", wrong, "--budget-calls", "3").json
    assert said["status"] == "unchanged"
    assert len(asked(tmp_path)) == 3
    said = optimized(
        tmp_path, "rewrite", [*wrong[:3], f"```python\n{RIGHT}\n```"], "--budget-calls", "5", "--resume"
    ).json
    assert said["status"] == "solved"
    assert len(asked(tmp_path)) == 4


def test_numbers_that_a_model_is_not_sure_of_and_holes_are_filled_without_asking(tmp_path: Path) -> None:
    hole = "```python\ndef price(items):\n    return sum(item + item * HOLE / 100 for item in items)\n```"
    said = optimized(tmp_path, "rewrite", [hole, "no"], "--budget-calls", "1").json
    assert said["status"] == "solved"
    assert "item * RATE / 100" in said["diff"] or "item * 3 / 100" in said["diff"]
    assert len(asked(tmp_path)) == 1


def test_a_dry_run_prints_the_question_and_asks_nobody(tmp_path: Path) -> None:
    said = optimized(tmp_path, "rewrite", ["no"], "--dry-run")
    assert said.code == 0
    assert "def price(items):" in said.json["dry_run"]
    assert asked(tmp_path) == []


def test_without_evidence_no_value_is_shown(tmp_path: Path) -> None:
    reply = [f"```python\n{RIGHT}\n```"]
    assert optimized(tmp_path, "rewrite", reply, "--evidence", "none").json["status"] == "solved"
    assert "price(items=[100, 50])" not in asked(tmp_path)[0]
