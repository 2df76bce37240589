"""`tracec optimize --model`, `--dry-run` and `tracec models`, with a strategy from outside that asks a model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Said, project, tracec
from tests.full import slow
from tests.test_ledger import KILLED
from tracec.runtime.guest import sandbox

ROOT = Path(__file__).parent.parent
SUBJECT = "def double(x):\n    return x + x + 1\n"
TESTS = "from subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
MODEL = '''
import os, signal, threading, time
from pathlib import Path

def answer(messages):
    """Notes that it was asked; a wrong change first, in the second round the right one."""
    with open("asked.txt", "a") as file:
        file.write("asked\\n")
    if "round 0" in messages[-1]["content"]:
        return "def double(x):\\n    return x * 3\\n", {"prompt_tokens": 90, "completion_tokens": 10}
    return "def double(x):\\n    return 2 * x\\n", {"prompt_tokens": 90, "completion_tokens": 10}

def slow(messages):
    said = answer(messages)
    if Path("asked.txt").read_text().count("asked") == 3 and ONCE.acquire(blocking=False):
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(1)
    return said

def wrong(messages):
    raise ValueError("nothing")

ONCE = threading.Lock()
if threading.current_thread() is threading.main_thread():  # what a shell starts in the background ignores it
    signal.signal(signal.SIGINT, signal.default_int_handler)
'''
COMMAND = ("optimize", "subject.py", "--tests", "test_subject.py", "--with", "asking")
PRICES = '[tool.tracec.prices]\n"python:writer:answer" = { in = 10.0, out = 100.0 }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    info = tmp_path / "site" / "asking-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: asking\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[tracec.strategies]\nasking = tests.asking_strategy:ASKING\n")
    return project(tmp_path, subject=SUBJECT, test_subject=TESTS, writer=MODEL)


def python_path(folder: Path) -> str:
    return os.pathsep.join((str(folder / "site"), str(ROOT)))


def run(folder: Path, *words: str) -> Said:
    return tracec(folder, *words, PYTHONPATH=python_path(folder))


def asked(folder: Path) -> int:
    path = folder / "asked.txt"
    return path.read_text().count("asked") if path.exists() else 0


def test_a_model_repairs_and_is_listed(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(PRICES)
    said = run(folder, *COMMAND, "--model", "python:writer:answer", "--json", "--budget-usd", "1")
    assert said.code == 0, said.err
    assert (said.json["status"], said.json["llm_calls"], said.json["llm_tokens"]) == ("solved", 6, 600)
    assert said.json["cost_usd"] == pytest.approx(6 * 0.0019)
    assert "2 * x" in said.json["diff"]
    listed = run(folder, "models")
    lines = listed.out.splitlines()
    assert lines[0].split() == ["no", "role", "model", "in", "out", "USD", "seconds", "ended"]
    assert lines[1].split()[:6] == ["0001", "writer", "python:writer:answer", "90", "10", "0.001900"]
    assert lines[-2] == "6 calls that were answered or may be billed, 600 tokens, 0.011400 USD"
    (name,) = (path.name for path in (folder / ".tracec" / "runs").iterdir())
    assert lines[-1] == f"prompts and answers: .tracec/runs/{name}/prompts/NNNN.md"
    data = run(folder, "models", name, "--json").json
    assert data["totals"] == {"calls": 6, "tokens": 600, "usd": pytest.approx(0.0114)}
    assert [call["ended"] for call in data["calls"]] == ["stop"] * 6
    page = (folder / data["calls"][0]["file"]).read_text()
    assert "mend double, round 0" in page
    assert "return x * 3" in page


def test_a_budget_is_kept_and_a_larger_one_goes_on(folder: Path) -> None:
    words = (*COMMAND, "--model", "python:writer:answer", "--json")
    few = run(folder, *words, "--budget-calls", "2")
    assert (few.code, few.json["status"], few.json["llm_calls"], asked(folder)) == (1, "unchanged", 2, 2)
    assert "the budget for models is spent" in few.json["warnings"][0]
    more = run(folder, *words, "--resume", "--budget-calls", "6")
    assert (more.code, more.json["status"], more.json["llm_calls"], asked(folder)) == (0, "solved", 6, 6)


@slow
def test_killed_at_an_event_it_goes_on(folder: Path) -> None:
    words = (*COMMAND, "--model", "python:writer:answer", "--json", "--jobs", "1", "--model-width", "1")
    command = [sys.executable, "-c", KILLED, "5", str(int(signal.SIGKILL)), *words]
    env = {**os.environ, "PYTHONPATH": python_path(folder), **({} if sandbox.abi() else {"TRACEC_UNCONFINED": "true"})}
    cut = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert cut.returncode == -signal.SIGKILL, cut.stderr
    before = asked(folder)
    done = run(folder, *words, "--resume")
    assert (done.code, done.json["status"], done.json["cost_usd"]) == (0, "solved", None), done.err
    assert 1 <= before < asked(folder) <= done.json["llm_calls"] <= 7  # one may have been under way when it was killed
    listed = run(folder, "models").out
    assert "unpriced" in listed
    assert listed.splitlines()[-2].endswith("tokens, 0.000000 USD and what has no price")


def test_ctrl_c_waits_for_what_is_paid(folder: Path) -> None:
    """It comes when three calls are under way, of which each takes a second."""
    said = run(folder, *COMMAND, "--model", "python:writer:slow", "--jobs", "1")
    assert said.code == 130, said.err
    assert "interrupted: this is the best so far" in said.err
    assert "waiting for 3 answers that are paid for, 120 s at most" in said.err
    calls = run(folder, "models", "--json").json["calls"]
    assert [call["ended"] for call in calls] == ["stop"] * 3


def test_a_dry_run_prints_the_first_prompt_and_asks_nothing(folder: Path) -> None:
    said = run(folder, *COMMAND, "--model", "python:writer:answer", "--dry-run")
    assert said.code == 0, said.err
    assert said.out.startswith("[user]\nmend double, round 0:\ndef double(x):")
    assert "This is the first prompt, for python:writer:answer as writer. Nothing was asked." in said.out
    assert asked(folder) == 0
    assert not [*folder.glob(".tracec/runs/*")]


def test_failures_in_a_row_end_it_with_one_line(folder: Path) -> None:
    said = run(folder, *COMMAND, "--model", "python:writer:wrong", "--json")
    assert (said.code, asked(folder)) == (1, 0)
    assert said.json["status"] == "unchanged"
    lines = run(folder, "models").out.splitlines()
    assert "0001: python:writer:wrong raised ValueError: nothing (writer.py:21)" in lines


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--with", "asking"), "the optimizer asking asks a model, and none is named; name one with --model"),
        (("--with", "asking", "--model", "python:nowhere:f"), "the model python:nowhere:f cannot be imported"),
        (("--with", "asking", "--model", "command:no-such-program"), "there is no program 'no-such-program'"),
        (("--with", "asking", "--model", "python:writer:answer", "--budget-usd", "1"), "budget-usd cannot be kept"),
        (("--with", "search", "--model", "x"), "model is for optimizers that ask a model, and search asks none"),
        (("--with", "search", "--dry-run"), "dry-run is for optimizers that ask a model, and search asks none"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(words: tuple[str, ...], line: str, folder: Path) -> None:
    said = run(folder, "optimize", "subject.py", "--tests", "test_subject.py", *words)
    assert (said.code, said.out) == (2, "")
    assert line in said.err
    assert "running" not in said.err


def test_which_run_is_listed(folder: Path) -> None:
    assert "no runs are kept here" in run(folder, "models").err
    run(folder, "optimize", "subject.py", "--tests", "test_subject.py", "--budget-evals", "1")
    assert "no model was asked in run" in run(folder, "models").err
    said = run(folder, "models", "1999")
    assert (said.code, "no run is called '1999'; the runs are 20" in said.err) == (2, True)
    assert json.loads(run(folder, "models", "--json").out)["calls"] == []
