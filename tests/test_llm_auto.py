"""auto: what one engine leaves half done the next goes on from, and numbers are tuned before a model is asked."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.command import Said, project, tracec
from tests.full import slow
from tests.loops import Run
from tests.test_llm_populations import TWO, statuses
from tests.working import subject
from tracec import pipeline
from tracec.api import Session
from tracec.config import Config
from tracec.evaluate.local_evaluator import LocalEvaluator
from tracec.evaluate.panel import Parent
from tracec.evaluate.screening import Screened
from tracec.optimizers.llm import auto
from tracec.optimizers.llm.auto import AUTO, PATIENCE
from tracec.optimizers.llm.handed import PLATEAU, FromModel, Handed, HandedFront, Rising
from tracec.optimizers.llm.populations.tree import TREE, Tree
from tracec.passes.accept.verdict import Verdict
from tracec.passes.nouns.candidate import Attempt, Candidate, set_target
from tracec.strategy import strategy_of

ENOUGH = 100  # candidates of search before another engine goes on
SHOP = '''\
DISCOUNTS = {"spring": 10, "summer": 25}


def discount(code):
    return 0


def price(amount, code):
    """The price after a discount in percent; never below 1."""
    reduced = amount * (100 - discount(code)) // 100
    if reduced <= 2:
        return 1
    return reduced
'''
TESTS = """\
from shop import discount, price


def test_discounts():
    assert discount("spring-2024") == 10
    assert discount("summer-1999") == 25
    assert discount("autumn-1") == 0
    assert discount("springs-1") == 0


def test_price():
    assert price(200, "spring-1") == 180
    assert price(100, "summer-7") == 75


def test_least():
    assert price(2, "spring-x") == 1
    assert price(3, "") == 3
    assert price(2, "") == 2
"""
# Keeps what it was asked.
FAKE = """\
import json


def model(messages):
    with open("asked.jsonl", "a") as file:
        file.write(json.dumps(messages[1]["content"]) + "\\n")
    return ANSWER
"""
# It mends what search does not find, and not the rest.
MENDS = '```python\ndef discount(code):\n    return DISCOUNTS.get(code.partition("-")[0], 0)\n```'
BOT = """\
from tracec import param

GREETING = param("Hello.", goal="a greeting")
LIMIT = param(3, low=0, high=100)


def answer(n):
    kind = "big" if n > LIMIT else "small"
    return f"{GREETING} {kind}"
"""
QUALITY = """\
from bot import answer


def score(case):
    text = answer(case["n"])
    good, nice = ("big" if case["n"] > 40 else "small") in text, "thank" in text.lower()
    return good / 2 + nice / 2, "" if nice else "it does not thank"
"""


def run(folder: Path, answer: str, *args: str) -> tuple[Said, list[str]]:
    """What came of a run, and what the model was asked."""
    (folder / "fake.py").write_text(f"{FAKE}\n\nANSWER = {answer!r}\n")
    said = tracec(folder, "optimize", *args, "--model", "python:fake:model", "--budget-calls", "12", "--json")
    asked = folder / "asked.jsonl"
    return said, [json.loads(line) for line in asked.read_text().splitlines()] if asked.exists() else []


@slow
def test_search_ends_what_a_model_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, shop=SHOP, test_shop=TESTS)
    asked: list[str] = []

    def answer(messages: Sequence[Mapping[str, str]]) -> str:
        asked.append(messages[1]["content"])
        return MENDS

    module = ModuleType("scripted_for_auto")
    vars(module)["answer"] = answer
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(auto, "ENOUGH", ENOUGH)
    config = Config(model=f"python:{module.__name__}:answer", budget_calls=12)
    found = Session(tmp_path, config).optimize(["shop.py"], tests="test_shop.py")
    assert found.status == "solved"
    (text,) = found.result.texts.values()
    assert "return DISCOUNTS.get" in text
    assert "reduced < 2" in text
    assert 1 <= len(asked) <= 1 + 2 * PATIENCE
    assert "return 0" in asked[0]
    assert "DISCOUNTS.get" in asked[1]


def test_numbers_are_tuned_and_texts_are_written(tmp_path: Path) -> None:
    project(tmp_path, bot=BOT, quality=QUALITY)
    draw = random.Random(1)
    for name in ("train", "held"):
        rows = (json.dumps({"n": draw.randrange(100)}) + "\n" for _ in range(20))
        (tmp_path / f"{name}.jsonl").write_text("".join(rows))
    cases = ("--train", "train.jsonl", "--validation", "held.jsonl")
    answer = '<edit target="GREETING">\nHello, thank you.\n</edit>'
    said, asked = run(tmp_path, answer, "bot.py", "--metric", "quality:score", *cases, "--budget-seconds", "60")
    assert (said.json["status"], said.json["score_after"]) == ("improved", 1.0)
    assert said.json["validation_after"] > said.json["validation_before"]
    assert "thank" in said.json["diff"]
    assert "+LIMIT" in said.json["diff"]
    assert not any("LIMIT" in prompt.partition("## Cases")[0] for prompt in asked)


# --- archives that begin with what is there ---------------------------------------------------------------------------


def partial(work: Any, operator: str, signs: str = "+-") -> Parent:
    """A program that an engine left."""
    target = work.root.program.targets[0]
    change = Candidate((set_target(target, f"def first(x):\n    return '{operator}'\n"),), operator)
    made: Parent = work.root.child(Attempt(change, statuses(signs)))
    return made


def test_the_users_program_comes_first_then_what_was_left(tmp_path: Path) -> None:
    run = Run(tmp_path, TWO, lambda _: {"both": (0.0, ""), "runs": (0.0, "")}, str)
    left = partial(run.work, "search")
    run.work.partials.append(left)
    handed = Handed(run.work)
    order = [handed.select() for _ in range(PLATEAU + 1)]
    assert order[:2] == [run.work.root, left]
    assert order[PLATEAU] is None
    assert handed.best() is left
    handed = Handed(run.work)
    handed.drop(run.work.root)
    assert handed.select() is left


def test_a_partial_repair_by_the_model_is_gone_on_from(tmp_path: Path) -> None:
    run = Run(tmp_path, TWO, lambda names: {"both": (float(names["first"](1) == "x"), ""), "runs": (0.0, "")}, str)
    handed = Handed(run.work)
    target = run.work.root.program.targets[0]
    change = Candidate((set_target(target, "def first(x):\n    return 'x'\n"),), "model")
    assert handed.select() is run.work.root
    handed.add(run.work.root, Attempt(change, statuses("+")), Verdict.BETTER)
    new = handed.select()
    assert new is not None
    assert new.origin is run.work.root
    assert [o.passed for o in new.panel.before] == [True, False]
    worse = Candidate((set_target(target, "def first(x):\n    return 'y'\n"),), "model")
    handed.add(run.work.root, Attempt(worse, statuses("-")), Verdict.WORSE)
    assert handed.best() is new


@pytest.mark.parametrize("archive", [Tree, HandedFront, Rising])
def test_other_archives_begin_with_what_was_left(tmp_path: Path, archive: Any) -> None:
    run = Run(tmp_path, TWO, lambda _: {"both": (0.0, ""), "runs": (0.0, "")}, str)
    run.work.partials.append(partial(run.work, "search"))
    held = archive(run.work)
    assert held.best() is run.work.partials[0]
    assert {held.select() for _ in range(6)} >= {run.work.partials[0]}


def test_nothing_better_for_a_while_is_the_end(tmp_path: Path) -> None:
    run = Run(tmp_path, TWO, lambda _: {"both": (0.0, ""), "runs": (0.0, "")}, str)
    held = Rising(run.work, most=3)
    for _ in range(3):
        assert held.select() is run.work.root
        held.add(run.work.root, Attempt(Candidate(()), statuses("--")), Verdict.SAME)
    assert held.select() is None


def test_search_goes_on_from_the_model_alone_and_engines_are_arranged(tmp_path: Path) -> None:
    tests = "from subject import first, second\n\n\ndef test_both():\n    assert first(1) == 2\n\n\n"
    tests += "def test_runs():\n    assert second(1) == 3\n"
    with subject(tmp_path, TWO, tests) as work:
        assert isinstance(work.evaluator, Screened)
        loop = pipeline.Loop.of(work, AUTO)
        left, by_model = partial(work, "search"), partial(work, "model")
        work.partials += [left, by_model]
        assert FromModel(work).select() is by_model
        work.partials.remove(by_model)
        assert FromModel(work).select() is None
        pipeline.hand_on(work, loop, TREE)
        assert isinstance(work.evaluator, LocalEvaluator)
        assert work.root.panel.complete
        assert left.panel.complete
        pipeline.hand_on(work, loop, AUTO)
        assert isinstance(work.evaluator, Screened)
        assert not work.root.panel.complete


def test_the_engines_of_auto() -> None:
    tests, metric = strategy_of("auto"), AUTO.on_metric
    assert tests is AUTO
    assert metric is not None
    names = []
    for first in (tests, metric):
        row: Any = first
        while row:
            assert row.needs_model
            names.append(getattr(row.archive, "func", row.archive).__name__)
            row = row.then
    assert names == ["ProgramArchive", "Handed", "FromModel", "Tree", "ProvenHead", "Rising", "Rising", "HandedFront"]
