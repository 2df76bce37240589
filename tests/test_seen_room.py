"""What a prompt's room is used for where there is some left, and replies that change more than was shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.seen import situation
from tests.test_asking import asked, optimized
from tracec.passes.propose.llm.sees import prompt as module
from tracec.passes.propose.llm.sees.prompt import prompt
from tracec.passes.propose.llm.sees.situation import Level, View

STEPS = 10
CHAIN = "\n\n\n".join(
    f"def step{n}(x):\n    return {f'step{n + 1}(x + 1)' if n + 1 < STEPS else 'x + 1'}" for n in range(STEPS)
)
TESTS = "from subject import step0\n\n\n" + "\n\n\n".join(
    f"def test_from_{n}():\n    start = {n}\n    assert step0(start) == start + {2 * STEPS}" for n in range(6)
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> object:
    return situation(tmp_path_factory.mktemp("chain"), CHAIN, TESTS)


def test_room_that_is_left_shows_further_functions_and_tests(seen: object) -> None:
    made = prompt(seen, View())  # type: ignore[arg-type]
    text = made.messages[1].content
    assert (len(made.shown), made.partly) == (8, frozenset())
    assert text.count("    start = ") >= 6
    assert made.characters <= View().characters


def test_nothing_gives_way_to_what_is_shown_besides(seen: object, monkeypatch: pytest.MonkeyPatch) -> None:
    views = [View(characters=characters) for characters in range(1_200, 3_200, 100)]
    made = [prompt(seen, view) for view in views]  # type: ignore[arg-type]
    monkeypatch.setattr(module, "further", lambda *_: ())
    without = [prompt(seen, view) for view in views]  # type: ignore[arg-type]
    assert any(len(more.shown) > len(less.shown) for more, less in zip(made, without))
    for view, more, less in zip(views, made, without):
        assert more.characters <= view.characters
        assert set(less.shown) <= set(more.shown)
        assert {name for name, _ in less.counts} <= {name for name, _ in more.counts}


def test_without_evidence_nothing_further_is_shown(seen: object) -> None:
    assert len(prompt(seen, View(Level.NONE)).shown) == 4  # type: ignore[arg-type]


def test_a_function_that_was_not_shown_may_change(tmp_path: Path) -> None:
    project(tmp_path, subject=CHAIN, test_subject=TESTS)
    reply = f"```python\n{CHAIN.replace('x + 1', 'x + 2')}\n```"
    said = optimized(tmp_path, "rewrite", [reply])
    assert (said.json["status"], said.json["llm_calls"]) == ("solved", 1)
    assert "step9" not in asked(tmp_path)[0].partition("## Failing tests")[0]


def test_what_may_not_change_is_refused_still(tmp_path: Path) -> None:
    project(tmp_path, subject=CHAIN, test_subject=TESTS)
    reply = f"```python\n{CHAIN.replace('x + 1', 'x + 2')}\n```"
    said = optimized(tmp_path, "rewrite", [reply], "--target", "step0", "--target", "step1", "--budget-calls", "2")
    assert said.json["status"] == "unchanged"
    assert "the reply changes step2, which is no target" in asked(tmp_path)[1]


PAIR = (
    "def width(x):\n    return x\n\n\ndef height(x):\n    return x\n\n\ndef area(x):\n    return width(x) * height(x)\n"
)
OF_EACH = """\
def model(messages):
    said = messages[-1]["content"].partition("## What may change")[2]
    wide = "+ 1" if "subject.py: width" in said else "* 50"
    high = "+ 2" if "subject.py: height" in said else "* 50"
    return f"```python\\ndef width(x):\\n    return x {wide}\\n\\n\\ndef height(x):\\n    return x {high}\\n```"
"""
PAIR_TESTS = "from subject import area\n\n\ndef test_area():\n    assert area(2) == 12\n"


@pytest.mark.parametrize("name", ["textgrad", "semantic"])
def test_a_reply_about_one_target_may_give_others_and_what_was_asked_for_counts(tmp_path: Path, name: str) -> None:
    project(tmp_path, subject=PAIR, test_subject=PAIR_TESTS, model=OF_EACH)
    command = ["optimize", "subject.py", "--tests", "test_subject.py", "--target", "width", "--target", "height"]
    said = tracec(tmp_path, *command, "--with", name, "--model", "python:model:model", "--budget-calls", "4", "--json")
    assert (said.json["status"], said.json["llm_calls"]) == ("solved", 2)
    assert {"+    return x + 1", "+    return x + 2"} <= {*said.json["diff"].split("\n")}


def test_no_time_is_said_to_be_over_where_the_calls_are(tmp_path: Path) -> None:
    project(tmp_path, subject=PAIR, test_subject=PAIR_TESTS)
    said = optimized(tmp_path, "rewrite", ["no"], "--budget-calls", "1")
    assert said.json["status"] == "unchanged"
    assert not [warning for warning in said.json["warnings"] if "time" in warning]


def test_a_function_that_a_suspect_one_uses_is_shown_before_others(tmp_path: Path) -> None:
    others = "\n\n\n".join(f"def other{n}(x):\n    return x" for n in range(12))
    text = f"{others}\n\n\ndef slow(x):\n    return made(x)\n\n\nMADE = {{}}\n\n\ndef made(x):\n    return MADE[x]\n"
    tests = "from subject import slow, other0\n\n\ndef test_slow():\n    assert slow(2) == 3\n"
    told = replace(situation(tmp_path, text, tests), credits={}, runs=[])  # as of a run that was cut off
    shown = prompt(told, View()).shown
    assert {"subject.py:slow", "subject.py:made"} <= {*shown[:2]}
