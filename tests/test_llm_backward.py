"""opto, textgrad and semantic end to end, with scripted models: what they ask, what they take, what that costs."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.command import project, tracec
from tests.full import slow
from tests.test_ledger import KILLED
from tests.test_strategies import attempt
from tests.working import subject
from tracec.api import Session
from tracec.config import Config
from tracec.improvement import Improvement
from tracec.optimizers.llm.backward.latest import Latest
from tracec.passes.accept.verdict import Verdict
from tracec.runtime.guest import sandbox
from tracec.runtime.outcome import Ended

SUBJECT = """\
import tracec
from service import model

FIRST = tracec.param("Name the colour of the thing.")
SECOND = tracec.param("Name the shape of the thing.")


def describe(thing):
    colour = model(FIRST, thing)
    shape = model(SECOND, thing)
    return f"{colour} {shape}"
"""
# Stands for a language model: it gives an article unless it is told otherwise, and nothing when told so about colours.
SERVICE = """\
def model(prompt, thing):
    colour, shape = thing.split("-")
    if "colour" in prompt:
        return "" if "article" in prompt else colour
    return shape if "article" in prompt else "a " + shape
"""
TESTS = """\
from subject import describe


def test_ball():
    assert describe("red-ball") == "red ball"


def test_cube():
    assert describe("blue-cube") == "blue cube"
"""
METRIC = """\
from subject import describe

TRAIN = ["red-ball", "blue-cube", "green-cone"]
VALIDATION = ["grey-ring", "pink-disc"]


def score(thing):
    said = describe(thing)
    wanted = thing.replace("-", " ")
    return (1.0, "") if said == wanted else (0.0, f"it should be {wanted!r}")
"""
# As a critic it blames what has an article. As a writer it does what was said of a text and knows nothing else.
WRITER = """\
import re

def model(messages):
    text = messages[-1]["content"]
    with open("asked.txt", "a") as file:
        file.write(text + "\\n=====\\n")
    if '<input id="' in text:
        found = re.findall(r"### (\\w+): (\\S+?),", text)
        wrong = "It gave: 'a " in text
        return "".join(f'<input id="{one}">{"give no article" if wrong else "nothing"}</input>' for one, _ in found)
    name, old = re.search(r"### subject\\.py: (\\w+)\\n```text\\n(.*?)\\n```", text).groups()
    new = old + " Without an article." if f"- {name}: give no article" in text else old + " Please."
    return f'<edit target="{name}">\\n{new}\\n</edit>'
"""


def asked(folder: Path) -> list[str]:
    path = folder / "asked.txt"
    return path.read_text().split("\n=====\n")[:-1] if path.exists() else []


def is_critic(text: str) -> bool:
    return '<input id="' in text


def optimized(folder: Path, strategy: str, files: Mapping[str, str] = {}, **settings: Any) -> Improvement:
    whole = {"subject": SUBJECT, "service": SERVICE, "test_subject": TESTS, f"writer_{folder.name}": WRITER, **files}
    project(
        folder, **{name: text.replace('"asked.txt"', repr(str(folder / "asked.txt"))) for name, text in whole.items()}
    )
    given = {"budget_seconds": 600.0, "budget_calls": 5, "jobs": 1, "tests": "test_subject.py", **settings}
    config = Config(with_=strategy, model=f"python:writer_{folder.name}:model", **given)
    return Session(folder, config).optimize(["subject.py"])


def test_semantic_repairs_what_rewriting_with_the_same_model_does_not(tmp_path: Path) -> None:
    for name in ("semantic", "rewrite"):
        (tmp_path / name).mkdir()
    done = optimized(tmp_path / "semantic", "semantic", budget_calls=6)
    assert done.status == "solved"
    assert (
        'SECOND = tracec.param("Name the shape of the thing. Without an article.")' in done.result.texts["subject.py"]
    )
    texts = asked(tmp_path / "semantic")
    assert [is_critic(text) for text in texts] == [True] * 4 + [False]  # two failing cases, two calls in each; one text
    assert "FIRST" not in texts[-1].partition("## What may change")[2].partition("## Failing")[0]
    assert "## What was said of it\n- SECOND: give no article" in texts[-1]
    assert optimized(tmp_path / "rewrite", "rewrite", budget_calls=6).status != "solved"
    assert len(asked(tmp_path / "rewrite")) == 6


@slow
def test_a_budget_leaves_calls_for_those_who_write(tmp_path: Path) -> None:
    assert optimized(tmp_path, "textgrad", budget_calls=3).ledger.purse.spent.calls == 3
    assert [is_critic(text) for text in asked(tmp_path)].count(False) == 2


def test_textgrad_on_a_metric_with_validation_cases(tmp_path: Path) -> None:
    words = {"metric": "quality:score", "train": "quality:TRAIN", "validation": "quality:VALIDATION", "tests": ""}
    # one question after the other, so that what was asked first is written down first
    done = optimized(tmp_path, "textgrad", {"quality": METRIC}, budget_calls=6, model_width=1, **words)
    assert (done.status, done.summary["score_before"], done.summary["score_after"]) == ("improved", 0.0, 1.0)
    texts = asked(tmp_path)
    assert "it should be 'red ball'" in texts[0]
    assert len(texts) <= 6
    assert not any("grey-ring" in text or "pink-disc" in text for text in texts)


NUMBERS = """\
import tracec
from service import model

PROMPT = tracec.param("How many?")


def count(text):
    return int(text.split()[0])


def total(question):
    return count(model(PROMPT, question)) * 1.25
"""
COUNTING = """\
import re

def model(prompt, question):
    found = re.search("about ([0-9]+)", prompt)
    return f"{found[1] if found else 2} pieces"
"""
# Reads the number that arithmetic says it should have been.
READER = """\
import re

def model(messages):
    text = messages[-1]["content"]
    with open("asked.txt", "a") as file:
        file.write(text + "\\n=====\\n")
    found = re.search(r"- PROMPT: .*to first order it should be (\\d+)", text)
    return f'<edit target="PROMPT">\\nHow many, about {found[1] if found else 9}?\\n</edit>'
"""


def test_opto_shows_the_graph_and_asks_once_for_all(tmp_path: Path) -> None:
    tests = 'from subject import total\n\n\ndef test_total():\n    assert total("apples") == 3.75\n'
    files = {"subject": NUMBERS, "service": COUNTING, "test_subject": tests, f"writer_{tmp_path.name}": READER}
    done = optimized(tmp_path, "opto", files)
    assert done.status == "solved"
    (text,) = asked(tmp_path)
    graph = text.partition("## The graph")[2].partition("\n## ")[0]
    assert re.search(r"%\d+ += call +int\(text\.split\(\)\[0\]\) .*# 2 ", graph)
    assert "## What may change\n### subject.py: PROMPT" in text
    assert 'd(total("apples"))/d(int(text.split()[0])) = 1.25 at 2, so to first order it should be 3' in text


CODE = """\
def half(x):
    return x / 3


def label(x):
    return f"<{half(x)}>"
"""
BOTH = """\
def model(messages):
    text = messages[-1]["content"]
    with open("asked.txt", "a") as file:
        file.write(text + "\\n=====\\n")
    if '<input id="code"' in text:
        other = re.search("### (v[0-9]+):", text)[1]
        return f'<input id="code">use square brackets</input><input id="{other}">half of it</input>'
    if "def half" in text.split("## What may change")[1].split("## Failing")[0].split("It uses")[0]:
        return "```python\\ndef half(x):\\n    return x / 2\\n```"
    return "```python\\ndef label(x):\\n    return f\\"[{half(x)}]\\"\\n```"
"""


@slow
def test_code_and_a_whole_update_of_several_functions(tmp_path: Path) -> None:
    tests = 'from subject import label\n\n\ndef test_label():\n    assert label(4) == "[2.0]"\n'
    files = {"subject": CODE, "test_subject": tests, f"writer_{tmp_path.name}": BOTH}
    done = optimized(tmp_path, "semantic", files)
    assert done.status == "solved"
    texts = asked(tmp_path)
    assert [is_critic(text) for text in texts] == [True, False, False]
    assert "### code: label, the code of the function" in texts[0]
    assert 'f"[{half(x)}]"' in done.result.texts["subject.py"]
    assert "x / 2" in done.result.texts["subject.py"]


@slow
def test_a_run_killed_at_an_event_asks_nothing_twice(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, service=SERVICE, test_subject=TESTS, writer=WRITER)
    words = ("optimize", "subject.py", "--tests", "test_subject.py", "--with", "semantic", "--json")
    more = (
        *words,
        "--model",
        "python:writer:model",
        "--budget-calls",
        "6",
        "--jobs",
        "1",
        "--model-width",
        "1",
        "--budget-seconds",
        "600",
    )
    env = {**os.environ, "PYTHONPATH": os.getcwd(), **({} if sandbox.abi() else {"TRACEC_UNCONFINED": "true"})}
    command = [sys.executable, "-c", KILLED, "8", str(int(signal.SIGKILL)), *more]
    cut = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert cut.returncode == -signal.SIGKILL, cut.stderr
    before = asked(tmp_path)
    done = tracec(tmp_path, *more, "--resume", seconds=600)
    assert (done.code, done.json["status"]) == (0, "solved"), done.err
    texts = asked(tmp_path)
    assert 0 < len(before) < len(texts) <= done.json["llm_calls"] + 1 <= 7
    assert len(set(texts)) >= len(texts) - 1  # one may have been under way


# --- what textgrad goes on from ---------------------------------------------------------------------------------------

TWO = "def size(words):\n    return len(words) + 1\n\n\ndef shout(text):\n    return text.lower()\n"
CHECKS = (
    "from subject import shout, size\n\n\ndef test_size():\n    assert size(['a']) == 1\n\n\n"
    "def test_shout():\n    assert shout('a') == 'A'\n\n\ndef test_empty():\n    assert shout('') == ''\n"
)


def test_a_step_is_taken_or_reverted(tmp_path: Path) -> None:
    with subject(tmp_path, TWO, CHECKS) as work:
        root = work.root
        latest, always = Latest(work), Latest(work, always=True)
        for archive in (latest, always):
            archive.add(root, attempt(root, "size", "def size(words):\n    return 7\n", "---"), Verdict.WORSE)
        assert latest.select() is root
        taken = always.select()
        assert taken is not None
        assert taken is not root
        same = attempt(root, "size", "def size(words):\n    return 8\n", "--+")
        latest.add(root, same, Verdict.SAME)
        after = latest.select()
        assert after is not None
        assert (after.made_by, latest.best()) == (same, None)
        better = attempt(after, "size", "def size(words):\n    return len(words)\n", "+-+")
        latest.add(after, better, Verdict.BETTER)
        best = latest.best()
        assert best is not None
        assert (best.made_by, latest.select(), latest.progress()) == (better, best, (2, 3))
        latest.add(best, attempt(best, "size", "def size(words):\n    return 9\n", "+-+", Ended.INVALID), Verdict.SAME)
        assert latest.select() is best
        latest.add(best, attempt(best, "size", "def size(words):\n    return 9 - 8\n", "+-+"), Verdict.SAME)
        newest = latest.select()
        assert newest not in (None, best)
        assert newest is not None
        latest.drop(newest)
        assert latest.select() is best
        latest.drop(best)
        assert latest.select() is None
