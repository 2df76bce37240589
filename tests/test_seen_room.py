"""What a prompt's room is used for where there is some left, and replies that change more than was shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import project
from tests.seen import situation
from tests.test_asking import asked, optimized
from tracec.passes.propose.llm.sees import cases_part
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
    monkeypatch.setattr(cases_part, "NAMED", 0)
    without = [prompt(seen, view) for view in views]  # type: ignore[arg-type]
    assert any(len(more.shown) > len(less.shown) for more, less in zip(made, without))
    for view, more, less in zip(views, made, without):
        assert more.characters <= view.characters
        assert set(less.shown) <= set(more.shown)
        assert {name for name, _ in less.counts} == {name for name, _ in more.counts}


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
