"""A run that is cut off anywhere goes on as if it had not been; how much runs at once changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import project, tracec
from tests.full import FULL, slow
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.edits import SetLiteral
from tracec.passes.nouns.errors import TracecError
from tracec.project import private
from tracec.run.budget import Budget
from tracec.run.history import PROOF, History, begin, latest
from tracec.run.ledger import Ledger

SUBJECT = """
def mean(values):
    total = 0
    for value in values:
        total -= value
    return total // len(values)


def spread(values):
    return max(values) - mean(values)
"""
TESTS = """
from subject import mean, spread


def test_mean():
    assert mean([1, 2]) == 1.5
    assert mean([4, 4]) == 4


def test_one():
    assert mean([3]) == 3


def test_spread():
    assert spread([1, 5]) == 2


def test_other():
    assert max(1, 2) == 2
"""
COMMAND = ("optimize", "subject.py", "--tests", "test_subject.py", "--json")
# A process that sends itself a signal before it writes its Nth event.
KILLED = """
import os, signal, sys
from tracec import cli
from tracec.run import history
write, left, how = history.History.add, int(sys.argv.pop(1)), int(sys.argv.pop(1))
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
def add(self, event):
    global left
    left -= 1
    if left == -1:
        os.kill(os.getpid(), how)
    write(self, event)
history.History.add = add
sys.exit(cli.main(sys.argv[1:]))
"""


def attempts(root: Path) -> list[tuple[Any, ...]]:
    """What the newest run tried."""
    folder = max((root / ".tracec" / "runs").iterdir())
    history = History(folder, new=False)
    try:
        return [*history.attempts()]
    finally:
        history.close()


def result(text: str) -> dict[str, Any]:
    """The object of `--json`, without what differs by nature."""
    said: dict[str, Any] = json.loads(text)
    del said["seconds"]
    return said


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """The attempts and the result of a run that nothing cuts off."""
    root = project(tmp_path_factory.mktemp("whole"), subject=SUBJECT, test_subject=TESTS)
    said = tracec(root, *COMMAND, "--jobs", "1")
    assert said.code == 0, said.err
    return attempts(root), result(said.out)


def signalled(folder: Path, events: int, how: signal.Signals, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that gets a signal after so many events."""
    command = [sys.executable, "-c", KILLED, str(events), str(int(how)), *words]
    environment = os.environ | {"PYTHONPATH": os.getcwd(), "PYTHONHASHSEED": str(events)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("events", [0, 1, 3, 5, 8, 13, 40] if FULL else [3])
def test_a_run_killed_at_any_event_goes_on(
    events: int, whole: tuple[list[tuple[Any, ...]], dict[str, Any]], tmp_path: Path
) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    cut = signalled(tmp_path, events, signal.SIGKILL, *COMMAND, "--jobs", "1")
    assert cut.returncode in (-signal.SIGKILL, 0), cut.stderr
    if cut.returncode:
        assert not cut.stdout
        said = tracec(tmp_path, *COMMAND, "--jobs", "1", "--resume")
        assert said.code == 0, said.err
        assert result(said.out) == whole[1]
    assert attempts(tmp_path) == whole[0]


METRIC = """
from limits import ok
TRAIN = [(n, n >= 7) for n in range(20)]
def score(case): return float(ok(case[0]) == case[1])
"""


@pytest.mark.parametrize("events", [2, 6, 11] if FULL else [6])
def test_tuning_goes_on_too(events: int, tmp_path: Path) -> None:
    words = ("optimize", "limits.py", "--metric", "quality:score", "--train", "quality:TRAIN", "--json")
    limits = "from tracec import param\nLIMIT = param(3, low=0, high=20)\ndef ok(n): return n >= LIMIT\n"
    project(tmp_path, limits=limits, quality=METRIC)
    cut = signalled(tmp_path, events, signal.SIGKILL, *words)
    assert cut.returncode in (-signal.SIGKILL, 0), cut.stderr
    said = tracec(tmp_path, *words, *(["--resume"] if cut.returncode else []))
    assert said.json["score_after"] == 1.0
    assert "param(7," in said.json["diff"]
    (tmp_path / "whole").mkdir()
    whole = project(tmp_path / "whole", limits=limits, quality=METRIC)
    assert result(said.out) == result(tracec(whole, *words).out)


def test_ctrl_c_keeps_the_best_so_far(tmp_path: Path) -> None:
    never = "\n\ndef test_never():\n    assert spread([mean([5])]) == {'never': mean([2, 3])}\n"
    project(tmp_path, subject=SUBJECT, test_subject=TESTS.replace("assert mean([1, 2]) == 1.5", "pass") + never)
    cut = signalled(tmp_path, 30, signal.SIGINT, *COMMAND, "--jobs", "1")
    assert cut.returncode == 130, cut.stderr
    said = json.loads(cut.stdout)
    assert said["status"] in ("improved", "solved")
    assert said["diff"]
    assert len(list((tmp_path / ".tracec" / "patches").iterdir())) >= 1
    assert tracec(tmp_path, "patch", "apply").code == 0


@slow
def test_what_is_tried_does_not_depend_on_jobs(
    whole: tuple[list[tuple[Any, ...]], dict[str, Any]], tmp_path: Path
) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    said = tracec(tmp_path, *COMMAND, "--jobs", "3")
    assert (attempts(tmp_path), result(said.out)) == whole


def test_with_more_budget_a_run_goes_on_where_it_ended(
    whole: tuple[list[tuple[Any, ...]], dict[str, Any]], tmp_path: Path
) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    few = tracec(tmp_path, *COMMAND, "--budget-evals", "20")
    assert (few.code, json.loads(few.out)["status"] != "solved") == (1, True)
    assert json.loads(few.out)["evaluations"] <= 20
    more = tracec(tmp_path, *COMMAND, "--resume")
    assert result(more.out)["diff"] == whole[1]["diff"]
    assert attempts(tmp_path) == whole[0]


@slow
def test_a_run_goes_on_in_a_folder_that_was_moved(
    whole: tuple[list[tuple[Any, ...]], dict[str, Any]], tmp_path: Path
) -> None:
    """What was asked, and what came of it, are named as the root sees them, so all of it is known there."""
    (tmp_path / "before").mkdir()
    tracec(project(tmp_path / "before", subject=SUBJECT, test_subject=TESTS), *COMMAND, "--budget-evals", "20")
    moved = (tmp_path / "before").rename(tmp_path / "after")
    (run,) = (moved / ".tracec" / "runs").iterdir()
    (run / PROOF).write_text(private.proof("run", os.path.realpath(run)))  # or it could be anybody's
    history = History(run, new=False)
    events = [*history.events()]
    history.close()
    assert sum(event.kind == "reply" for event in events) > 5
    assert "before" not in "".join(event.key + json.dumps(event.data) for event in events)
    said = tracec(moved, *COMMAND, "--resume")
    assert (said.code, result(said.out)["diff"], attempts(moved)) == (0, whole[1]["diff"], whole[0])


@slow
def test_files_that_changed_are_not_gone_on_with(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    assert "no run to go on with" in tracec(tmp_path, *COMMAND, "--resume").err
    tracec(tmp_path, *COMMAND, "--budget-evals", "5")
    (tmp_path / "subject.py").write_text(SUBJECT + "\n# more\n")
    said = tracec(tmp_path, *COMMAND, "--resume")
    assert (said.code, "the files have changed" in said.err) == (2, True)
    (tmp_path / "subject.py").write_text(SUBJECT)
    (tmp_path / "test_subject.py").write_text(TESTS + "\n# more\n")
    said = tracec(tmp_path, *COMMAND, "--resume")
    assert (said.code, "start anew" in said.err) == (2, True)


def test_answers_come_from_the_run_before(tmp_path: Path) -> None:
    history = begin(tmp_path, {"files": "a"})
    first = Ledger(Budget(), history)
    for number in range(3):
        assert first.event("ask", str(number), lambda: ["\ud800"]) == ["\ud800"]
    first.note(Attempt(Candidate((SetLiteral("a", "b"),)), ()), "")
    history.close()
    again = Ledger(Budget(), latest(tmp_path, {"files": "a"}))
    assert again.replaying
    for number in range(3):
        assert again.event("ask", str(number), lambda: pytest.fail("asked once more")) == ["\ud800"]
    assert not again.replaying


def test_a_run_that_goes_another_way_is_refused(tmp_path: Path) -> None:
    history = begin(tmp_path, {})
    Ledger(Budget(), history).event("ask", "1", lambda: 1)
    history.close()
    again = Ledger(Budget(), latest(tmp_path, {}))
    with pytest.raises(TracecError, match="start anew"):
        again.event("ask", "2", lambda: 2)


def test_a_run_that_is_running_is_not_taken(tmp_path: Path) -> None:
    history = begin(tmp_path, {})
    with pytest.raises(TracecError, match="no run to go on with"):
        latest(tmp_path, {})
    history.close()
    latest(tmp_path, {}).close()
