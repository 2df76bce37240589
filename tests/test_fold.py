"""A trace as a text of bounded length."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_query import target
from tests.test_trace import traced
from tracec.passes.graph.fold import view
from tracec.passes.nouns.trace import Trace

TEXT = """\
def helper(x):
    y = x * 2
    z = y * 3
    return z
# tracec: trainable
def score(n, rate):
    total = 0
    for i in range(n):
        total += i * rate
    return total
def run(n):
    a = helper(n)
    return score(a, 0.5) + 1
r = run({n})
"""


def result(trace: Trace) -> int:
    return next(node.id for node in reversed(trace.nodes) if "r" in node.site.binds)


def test_what_touches_no_target_is_one_node(tmp_path: Path) -> None:
    text = TEXT.replace("{n}", "2")
    trace = traced(tmp_path, text)
    shown = view(trace, result(trace), [target(trace, text, "score")])
    assert "helper(n)" not in shown  # it leads to the target, not from it
    assert "y * 3" not in shown
    assert "i * rate" in shown
    assert "score(a, 0.5) + 1" in shown


def test_loops_are_told_by_their_first_and_last_turn(tmp_path: Path) -> None:
    text = TEXT.replace("{n}", "50")
    trace = traced(tmp_path, text)
    shown = view(trace, result(trace), [target(trace, text, "score")])
    assert shown.count("op        i * rate") == 2
    assert "298 more of these" in shown


@pytest.mark.parametrize("characters", [0, 1, 200, 700, 4000])
def test_it_stays_within_bounds(tmp_path: Path, characters: int) -> None:
    text = TEXT.replace("{n}", "300")
    trace = traced(tmp_path, text)
    for targets in ([], [target(trace, text, "score")]):
        shown = view(trace, result(trace), targets, characters=characters)
        assert len(shown) <= characters
        if characters >= 700:
            assert "score(a, 0.5) + 1" in shown


def test_it_is_the_same_whatever_the_hashes(tmp_path: Path) -> None:
    text = TEXT.replace("{n}", "30")
    (tmp_path / "p.py").write_text(text)
    said = set()
    for seed in ("0", "1", "77"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        log = f"{seed}.trace"
        for command in (["run", "--record", log, "p.py"], ["show", log, "--slice", "failure", "--chars", "900"]):
            if command[0] == "show":
                command[3] = "%99"
            whole = [sys.executable, "-m", "tracec", *command]
            done = subprocess.run(whole, cwd=tmp_path, env=env, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        said.add(done.stdout)
    assert len(said) == 1
