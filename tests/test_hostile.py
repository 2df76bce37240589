"""Candidates that run away, one after another: the machine, the user's files and the search stay as they were.

The full form: `TRACEC_HOSTILE=1000 python -m pytest tests/test_hostile.py`.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.command import project, snapshot
from tests.working import attempts, bodies, working
from tracec.evaluate.baseline import run_all
from tracec.runtime.guest import sandbox

COUNT = int(os.environ.get("TRACEC_HOSTILE", "60"))
SUBJECT = "def double(x):\n    return x + x + 1\n\n\ndef other(x):\n    return x\n"
TESTS = """
from subject import double, other


def test_two():
    assert double(2) == 4


def test_three(tmp_path):
    (tmp_path / "kept").write_text("a")
    assert double(3) == 6


def test_other():
    assert other(1) == 1
"""
HOSTILE = (
    "while True: pass",
    "while True:\n    try:\n        while True: x += 1\n    except BaseException: pass",
    "return double(x) + 1",
    "import sys\nsys.setrecursionlimit(10**6)\nreturn double(x) + 1",
    "return len([0] * 10**10)",
    "return sum(len(bytes(10**8)) for n in range(1000))",
    "for n in range(10**7): print('x' * 1000)\nreturn 0",
    "import time\ntime.sleep(3600)",
    "import subprocess\nsubprocess.Popen(['sleep', '3600'])\nreturn 0",
    "import os\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(3600)\nreturn 0",
    "import threading, time\n[threading.Thread(target=time.sleep, args=(3600,)).start() for n in range(20)]\nreturn 0",
    "import os\nos._exit(0)",
    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "import sys\nsys.exit(0)",
    "raise KeyboardInterrupt",
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(3600)",
    "import builtins\nbuiltins.len = lambda x: 0\nreturn 0",
    "import subject\nsubject.other = lambda x: 7\nreturn 0",
    "import gc\ngc.disable()\nreturn 0",
    "import os\nos.chdir('/')\nreturn 0",
)
WRITING = (
    "for n in range(1000): open(f'made{n}.txt', 'w').write('x')\nreturn 0",
    "import os, subject\nos.remove(subject.__file__)\nreturn 0",
    "import os\nos.rename('subject.py', 'gone.py')\nreturn 0",
)
CONFINED = bool(sandbox.abi())
needs_fork = pytest.mark.skipif(os.name != "posix", reason="the guest needs fork")


@needs_fork
def test_hostile_candidates_leave_all_as_it_was(tmp_path: Path) -> None:
    survived(tmp_path, HOSTILE, COUNT)


@needs_fork
@pytest.mark.skipif(not CONFINED, reason="without Landlock nothing keeps candidates from the user's files")
def test_candidates_that_write_leave_all_as_it_was(tmp_path: Path) -> None:
    survived(tmp_path, WRITING, 2 * len(WRITING))


def survived(tmp_path: Path, texts: Sequence[str], count: int) -> None:
    """As many candidates, with these bodies in turn, are refused, and all is as before."""
    root = project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    before, threads = snapshot(root), threading.active_count()
    limit: dict[str, Any] = {
        "budget_seconds": 60.0 + 2 * count,
        "test_seconds": 1.0,
        "memory_mb": 512,
        "unconfined": not CONFINED,
    }
    with working(root, **limit) as work:
        assert sandbox.is_confined(work.suite.confinement) is CONFINED
        # Each is another program, so that none is left out as known.
        made = [f"{body}\nreturn {number}" for number, body in zip(range(count), itertools.cycle(texts))]
        candidates = bodies(work, "def double(x):", *made, "return x + x")
        first = {attempt.candidate.id: attempt for attempt in reversed(attempts(work, candidates))}
        solved = [work.root.panel.solved_by(first[candidate.id]) for candidate in candidates]
        assert solved == [False] * count + [True]
        again = run_all(work.suite, work.suite.ids, 10_000, 60.0)
        assert [(o.id, o.status) for o in again] == [(o.id, o.status) for o in work.root.panel.before]
    assert snapshot(root) == before
    assert threading.active_count() == threads
    assert living_in(root) == []


def living_in(folder: Path) -> list[str]:
    """The processes that work in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink().is_relative_to(folder):
                found.append(entry.name)
    return found
