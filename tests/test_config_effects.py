"""Each setting does something: what is seen of a run changes with it. A new key without a check here fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Said, project, tracec
from tests.full import FULL
from tracec import config
from tracec.api import Session
from tracec.evaluate.metric import metric_of
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.suites import Guests
from tracec.models.opening import desk_of, models_of
from tracec.models.price import Price
from tracec.optimizers.llm.asking import view_of
from tracec.recording.trace_store import load
from tracec.run.budget import Budget
from tracec.run.job import Job, budget_of
from tracec.run.ledger import Ledger
from tracec.strategy import names, strategy_for

SUBJECT = "import time\n\n\ndef double(x):\n    time.sleep(1.5 * (x == 9))\n    return x + x + 1\n"
TESTS = """\
from subject import double


def test_double():
    assert double(2) == 4


def test_slow():
    assert double(9) == 19
"""
PROGRAM = """\
import other


def pair(n):
    text = f"{n:0200}"
    return text, text


for n in range(12000):
    pair(n)
"""
# Keys that do nothing where no model is asked. There they are refused, in a sentence, rather than taken and ignored.
REFUSED = ("model", "model-critic", "budget-calls", "budget-tokens", "budget-usd")
ECHO = "command:echo"  # a model
Seen = Callable[[Path], object]  # what a project whose pyproject.toml holds the setting, or does not, lets one see


def job(folder: Path) -> Job:
    """What `tracec optimize subject.py` would do in a folder."""
    return Session(folder).job(["subject.py"], None, ())


def suite_in(folder: Path) -> ReplayingSuite:
    """The guest that would judge it, not started."""
    return Guests(job(folder), Ledger(Budget())).judging()


def guest(name: str) -> Seen:
    """An option of the process that runs the tests."""
    return lambda folder: suite_in(folder)._suite._config[name]


def kept(name: str) -> Seen:
    """Another attribute of its suite."""
    return lambda folder: getattr(suite_in(folder)._suite, name)


def jobs(folder: Path) -> object:
    return suite_in(folder)._jobs


def spending(name: str) -> Seen:
    return lambda folder: getattr(budget_of(job(folder).config), name)


def asked_models(folder: Path) -> object:
    """The models by role, and their prices."""
    return {role: (model.name, model.price()) for role, model in models_of(job(folder)).items()}


def terms(name: str) -> Seen:
    """What holds for calls of models."""

    def seen(folder: Path) -> object:
        found = job(folder)
        return getattr(desk_of(found, Ledger(Budget()), print, models_of(found)).terms, name)

    return seen


def shown(name: str) -> Seen:
    """How much a model is shown."""
    return lambda folder: getattr(view_of(job(folder).config), name)


def optimizer(folder: Path) -> object:
    return strategy_for(job(folder))[0]


def forcing(folder: Path) -> object:
    """Whether the search forces values, which is a part that can be left out."""
    proposer = strategy_for(job(folder))[1].proposer
    return getattr(proposer, "keywords", {}).get("forces", True)


def metric(folder: Path) -> object:
    found = metric_of(folder, *(getattr(config.load(folder), name) for name in ("metric", "train", "validation")))
    return found and (found.module, found.function, [name for name, _ in found.cases])


def optimized(folder: Path, most: int, tests: str = "test_subject.py") -> Said:
    """What came of a search of so many candidates."""
    limits = ("--budget-evals", str(most), "--budget-seconds", "30", "--jobs", "1")
    return tracec(folder, "optimize", "subject.py", "--tests", tests, "--json", *limits, seconds=300)


def outcomes(folder: Path) -> object:
    """How many tests fail before anything is changed: one that takes too long is one of them."""
    return optimized(folder, 1).json["tests_before"]["failed"]


def unguarded(folder: Path) -> object:
    """Whether a change was found, and not held against the program on other inputs as nobody asked for it."""
    said = optimized(folder, 400, "test_subject.py::test_double").json
    return said["status"], "it was not asked for" in str(said)


def recorded(folder: Path) -> tuple[set[str], set[str], str]:
    """The files and the kinds of nodes in the trace of a program, and what is said of it."""
    said = tracec(folder, "run", "--record", "p.trace", "program.py")
    traces = list(load(folder / "p.trace"))
    files = {Path(module.path).name for trace in traces for module in trace.modules}
    return files, {node.site.kind for trace in traces for node in trace.nodes[:40]}, said.err


def traces(folder: Path) -> object:
    """How many traces of a megabyte and more are kept when three were recorded."""
    for _ in range(3):
        tracec(folder, "run", "program.py")
    return len(list((folder / ".tracec" / "traces").glob("*.trace")))


# key: (what pyproject.toml says, what is looked at, what is seen without it, what is seen with it)
EFFECTS: dict[str, tuple[str, Seen, object, object]] = {
    "tests": ('"-k slow"', guest("args"), [], ["-k", "slow"]),
    "python": ('"/nowhere/python"', kept("_python"), sys.executable, "/nowhere/python"),
    "seed": ("7", guest("seed"), 0, 7),
    "memory-mb": ("512", kept("_memory_mb"), 2048, 512),
    "network": ("true", guest("network"), False, True),
    "unconfined": ("true", kept("unconfined"), False, True),
    "environment": ('["MY_*"]', kept("_variables"), (), ("MY_*",)),
    "coverage": ('"off"', lambda folder: job(folder).config.coverage, "auto", "off"),  # its effect: test_coverage.py
    "writable": (
        '["out"]',
        lambda folder: [Path(path).name for path in suite_in(folder)._suite._config["writable"]],
        [],
        ["out"],
    ),
    "jobs": ("3", jobs, config.Config().jobs, 3),
    "budget-seconds": ("77.0", spending("seconds"), 300.0, 77.0),
    "budget-evals": ("9", spending("evals"), None, 9),
    "budget-calls": ("9", spending("calls"), None, 9),
    "budget-tokens": ("9", spending("tokens"), None, 9),
    "budget-usd": ("9.5", spending("usd"), None, 9.5),
    "model": (f'"{ECHO}"', lambda folder: job(folder).config.model and asked_models(folder), "", {"": (ECHO, None)}),
    "model-critic": (
        f'"{ECHO} b"',
        asked_models,
        {"": (ECHO, None)},
        {"": (ECHO, None), "critic": (f"{ECHO} b", None)},
    ),
    "prices": (
        f'{{ "{ECHO}" = {{ in = 1, out = 2 }} }}',
        asked_models,
        {"": (ECHO, None)},
        {"": (ECHO, Price(1.0, 2.0))},
    ),
    "evidence": ('"none"', shown("level"), "slice", "none"),
    "prompt-characters": ("2000", shown("characters"), 6000, 2000),
    "model-width": ("9", terms("width"), 4, 9),
    "model-seconds": ("9.5", terms("seconds"), 120.0, 9.5),
    "with": ('"random"', optimizer, "search", "random"),
    "without": ('["synthesis"]', forcing, True, False),
    "metric": ('"m:f"', metric, None, ("m", "f", [])),
    "train": ('"m:TRAIN"', metric, ("m", "f", []), ("m", "f", ["train"])),
    "validation": ('"m:HELD"', metric, ("m", "f", ["train"]), ("m", "f", ["train", "validation"])),
    "test-seconds": ("0.5", outcomes, 1, 2),
    "accept-plausible": ("true", lambda folder: job(folder).config.accept_plausible, False, True),  # test_doubts.py
    "guard": ("false", unguarded, ("solved", False), ("solved", True)),
    "grain": ('"calls"', lambda folder: "const" in recorded(folder)[1], True, False),
    "scope": ('["subject.py"]', lambda folder: sorted(recorded(folder)[0]), ["other.py", "program.py"], ["program.py"]),
    "trace-mb": ("1", lambda folder: "the trace ends at 1 MiB" in recorded(folder)[2], False, True),
    "traces-mb": ("1", traces, 3, 1),
}
# What another key needs beside it to mean anything.
BESIDE = {
    **dict.fromkeys(("model-critic", "prices", "model-width", "model-seconds"), f'model = "{ECHO}"\n'),
    "train": 'metric = "m:f"\n',
    "validation": 'metric = "m:f"\ntrain = "m:TRAIN"\n',
}


def test_every_key_has_a_check() -> None:
    assert {*EFFECTS, *REFUSED} == set(config.KEYS)


SLOW = ("guard", "test-seconds")  # test_plausible.py and test_bad_input.py see what they do in the short form


@pytest.mark.parametrize("key", [key for key in EFFECTS if FULL or key not in SLOW])
def test_a_key_does_what_it_says(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    value, seen, without, given = EFFECTS[key]
    monkeypatch.chdir(project(tmp_path, subject=SUBJECT, test_subject=TESTS, program=PROGRAM, other="x = 1\n"))
    for name in config.KEYS:
        monkeypatch.delenv("TRACEC_" + name.upper().replace("-", "_"), raising=False)
    settings = tmp_path / "pyproject.toml"
    settings.write_text(f"[tool.tracec]\n{BESIDE.get(key, '')}")
    assert seen(tmp_path) == without
    settings.write_text(f"[tool.tracec]\n{BESIDE.get(key, '')}{key} = {value}\n")
    assert seen(tmp_path) == given


def test_the_optimizers_are_those_of_the_table() -> None:
    assert {"search", "random", "tune"} <= set(names())


@pytest.mark.parametrize("key", REFUSED)
def test_a_key_without_effect_is_refused(key: str, tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    value = f'"{ECHO}"' if key.startswith("model") else "1"
    (tmp_path / "pyproject.toml").write_text(f"[tool.tracec]\n{key} = {value}\n")
    said = optimized(tmp_path, 1)
    assert (said.code, key in said.json["error"]) == (2, True)
