"""Held-out tests that refuse a model's change: from there on they are shown, and the change is gone on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.loops import Run
from tests.test_llm_populations import TWO
from tracec.optimizers.llm.auto import ASKING
from tracec.optimizers.llm.backward.opto import OPTO
from tracec.optimizers.llm.populations.evolve import EVOLVE
from tracec.optimizers.llm.populations.opro import OPRO
from tracec.optimizers.llm.populations.reflexion import REFLEXION
from tracec.optimizers.llm.populations.tree import TREE
from tracec.optimizers.llm.strategy import REWRITE, SAMPLE
from tracec.strategy import Strategy

ALL = {
    "rewrite": REWRITE, "sample": SAMPLE, "asking": replace(ASKING, then=None), "opto": OPTO, "tree": TREE,
    "evolve": EVOLVE, "reflexion": REFLEXION, "opro": OPRO,
}  # fmt: skip
FIRST = "```python\ndef first(x):\n    return x + 1\n```"
SECOND = "```python\ndef second(x):\n    return x + {}\n```"


def judge(names: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """A case for each function, and two that only go with the second one."""
    one, two = names["first"](1), names["second"](1)
    said = "second(1) should be 3"
    return {"one": (float(one == 2), f"{one} is not 2"), "two": (float(two == 3), said), "over": (float(two > 1), said)}


def answer(prompt: str) -> str:
    """Mends what the prompt speaks of; the second function in two steps."""
    if "should be 3" not in prompt:
        return FIRST
    return SECOND.format(2 if "return x + 1.5" in prompt else 1.5)


@pytest.mark.parametrize("name", ALL)
def test_a_change_that_only_held_out_tests_refuse_is_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run = Run(tmp_path, TWO, judge, answer, calls=12)
    run.work.root.panel.hold_out(frozenset(("two", "over")))
    strategy: Strategy = ALL[name]
    loop = run.go(strategy, monkeypatch)
    assert "should be 3" not in run.prompts[0]
    assert any("should be 3" in prompt for prompt in run.prompts)
    assert loop.solutions
    assert run.work.result.chosen.refused


def test_what_led_to_a_program_was_not_tried_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(tmp_path, TWO, judge, answer, calls=12)
    run.work.root.panel.hold_out(frozenset(("two", "over")))
    run.go(REWRITE, monkeypatch)
    assert not any("What was tried elsewhere" in prompt for prompt in run.prompts)
