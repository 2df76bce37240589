"""Progress as a person sees it: in a pseudo-terminal, without one, with and without colours."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import project, tracec
from tracec.run.progress import Progress
from tracec.runtime.guest import sandbox
from tracec.view import teller
from tracec.view.teller import Teller

SUBJECT = "def double(n):\n    return n + 2\n"
TEST = "from subject import double\ndef test_double():\n    assert double(3) == 6\n"
ASKED = ("optimize", "subject.py", "--tests", "test_subject.py", "--budget-seconds", "60")
STEPS = ("running 1 tests", "1 of 1 tests fail: test_subject.py::test_double", "tracing 1 tests", "solved: 1 failing")


def in_terminal(folder: Path, *args: str, piped: bool = False, **env: str) -> tuple[int, str, str]:
    """Run `tracec ARGS` in a terminal of 100 columns: the exit code, what it wrote there, and, `piped`, its stdout."""
    ours, theirs = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TRACEC", "NO_COLOR", "FORCE_COLOR"))}
    clean |= {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"} | env
    if not sandbox.abi():
        clean["TRACEC_UNCONFINED"] = "true"
    out = subprocess.PIPE if piped else theirs
    done = subprocess.Popen(
        [sys.executable, "-m", "tracec", *args], cwd=folder, stdin=theirs, stdout=out, stderr=theirs, env=clean
    )
    os.close(theirs)
    seen = b"".join(read(ours, done))
    said = done.stdout.read().decode() if done.stdout else ""
    os.close(ours)
    return done.wait(), seen.decode("utf-8", "replace"), said


def read(terminal: int, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What comes out of a terminal, up to the end of a process."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                some = os.read(terminal, 65536)
            except OSError:
                return
            if not some:
                return
            yield some
        elif process.poll() is not None:
            return


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("terminal"), subject=SUBJECT, test_subject=TEST)


def test_a_terminal_shows_where_a_search_is(folder: Path) -> None:
    code, seen, _ = in_terminal(folder, *ASKED)
    assert code == 0
    assert all(f"tracec: {step}" in seen for step in STEPS), seen
    assert " of 60 s" in seen  # the clock
    assert "candidates · search · tier" in seen
    assert "best 1 of 1" in seen
    assert "\x1b[31m-    return n + 2" in seen
    assert "\x1b[32m+    return " in seen
    assert seen.rstrip().endswith("writes it")
    assert seen.count("\x1b[?25h") >= seen.count("\x1b[?25l") >= 1  # the cursor is shown again


def test_no_color_leaves_the_words(folder: Path) -> None:
    code, seen, _ = in_terminal(folder, *ASKED, NO_COLOR="1")
    assert code == 0
    assert all(f"tracec: {step}" in seen for step in STEPS)
    assert "-    return n + 2" in seen
    assert "\x1b[3" not in seen  # no colour of letters


@pytest.mark.parametrize("more", [("--quiet",), ("--json",)])
def test_nothing_is_shown_where_nothing_is_to_be(folder: Path, more: tuple[str, ...]) -> None:
    code, seen, out = in_terminal(folder, *ASKED, *more, piped=True)
    assert code == 0
    assert seen == ""
    assert out.startswith('{"status": "solved"' if more == ("--json",) else "diff --git")


def test_a_dumb_terminal_gets_lines(folder: Path) -> None:
    code, seen, _ = in_terminal(folder, *ASKED, "--verbose", piped=True, TERM="dumb")
    assert code == 0
    assert all(step in seen for step in STEPS)
    assert "\x1b" not in seen
    assert seen.startswith("tracec: [ ")  # the seconds
    assert "best 1 of 1" in seen


def test_the_same_words_without_a_terminal(folder: Path) -> None:
    said = tracec(folder, *ASKED)
    assert said.code == 0
    assert all(f"tracec: {step}" in said.err for step in STEPS)
    assert "\x1b" not in said.err + said.out


def test_what_others_wrote_is_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    tell = Teller(False)
    tell("a\x1b]0;title\x07b [bold]c[/bold]")
    assert capsys.readouterr().err == "tracec: a\\x1b]0;title\\x07b [bold]c[/bold]\n"


def test_a_long_search_is_heard_of_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(teller.time, "monotonic", lambda: clock[0])  # type: ignore[attr-defined]
    tell = Teller(False)
    for _ in range(45):
        clock[0] += 0.5
        tell.live(Progress(1200, 1, 3, "search", 4, 17.4, 40.0, 2, "line 3: a -> b"))
    line = "tracec: 1,200 candidates, search, tier 4, 2 calls of models, best 1 of 3, 17 s left: line 3: a -> b\n"
    assert capsys.readouterr().err == line * 2


def test_rich_is_not_imported_where_it_is_not_needed() -> None:
    code = "import sys; from tracec import cli; cli.main(['--version']); print({'rich', 'pygments'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
