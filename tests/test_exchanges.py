"""Tasks of several rounds (benchmarks/rounds), solved again by the replies that a strong model once gave, for nothing.

Each file of `data/exchanges` holds one run: the replies in their order, just as they came, and the characters of each
prompt. The replies were given by one who saw nothing but the prompts.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.command import tracec
from tests.full import FULL

ROOT = Path(__file__).parent.parent
RECORDED = sorted((Path(__file__).parent / "data" / "exchanges").glob("*.json"))
SHORT = ("invoice", "stock", "letters")  # what runs in the short form too; chosen: with the fewest rounds
MODEL = """\
import json
from pathlib import Path

HERE = Path(__file__).parent


def model(messages):
    replies, asked = json.loads((HERE / "replies.json").read_text("utf-8")), HERE / "asked.txt"
    count = len(asked.read_text("utf-8")) if asked.exists() else 0
    asked.write_text("x" * (count + 1), "utf-8")
    return replies[count]
"""


def rounds() -> ModuleType:
    """The program benchmarks/rounds.py."""
    spec = importlib.util.spec_from_file_location("rounds_program", ROOT / "benchmarks" / "rounds.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chosen() -> list[Path]:
    return [path for path in RECORDED if FULL or path.stem in SHORT]


@pytest.mark.parametrize("path", chosen(), ids=lambda path: path.stem)
def test_recorded_replies_solve_it_again(tmp_path: Path, path: Path) -> None:
    said = json.loads(path.read_text("utf-8"))
    program, calls = rounds(), len(said["replies"])
    given = program.lay_out(said["task"], tmp_path)
    (tmp_path / "recorded.py").write_text(MODEL, "utf-8")
    (tmp_path / "replies.json").write_text(json.dumps(said["replies"]), "utf-8")
    done: Any = tracec(
        tmp_path, "optimize", *given, "--with", "rewrite", "--model", "python:recorded:model", "--budget-calls",
        str(calls), "--no-guard", "--write", "--json", "--budget-seconds", "300", seconds=600,
    ).json  # fmt: skip
    assert (done["status"], done["llm_calls"]) == (said["status"], calls)
    assert program.judged(said["task"], tmp_path) == (True, True)
    asked = [program.characters(call) for call in program.asked(tmp_path)]
    assert max(asked) <= 6_000


def test_there_are_ten_runs() -> None:
    assert [path.stem for path in RECORDED] == rounds().names()
    replies = [reply for path in RECORDED for reply in json.loads(path.read_text("utf-8"))["replies"]]
    for form in ("<<<<<<< SEARCH", "\n@@ ", "HOLE", "\ntune: ", "<edit target="):
        assert any(form in reply for reply in replies), form
