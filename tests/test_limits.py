"""How many processes a request may have. The bombs here are bounded in themselves: none makes more than 1,024."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import project
from tests.full import slow
from tracec.guests.suite import Reply, Request, Suite, Swap
from tracec.runtime.guest import process_tree, sandbox

SUBJECT = "import os, time\n\n\ndef double(x):\n    return x + x\n"
TESTS = "from subject import double\n\n\ndef test_two():\n    assert double(2) == 4\n"
TWO = "test_subject.py::test_two"
# Each process becomes two, ten times over; all then sleep.
BOMBS = {
    "of one group": "    for _ in range(10):\n        os.fork()\n    time.sleep(60)\n",
    "of many sessions": "    for _ in range(10):\n        os.fork() or os.setsid()\n    time.sleep(60)\n",
}
needs_proc = pytest.mark.skipif(not os.path.isdir("/proc"), reason="descendants are found in /proc")


def below(pid: int) -> list[int]:
    return [child for each in process_tree.children(pid) for child in (each, *below(each))]


def ran(root: Path, suite: Suite, text: str, seconds: float = 60.0) -> Reply:
    swap = Swap(str(root / "subject.py"), "double", 4, "def double(x):\n" + text)
    return suite.run(Request((TWO,), (swap,), seconds=seconds))


@slow
@needs_proc
@pytest.mark.parametrize("name", BOMBS)
def test_a_fork_bomb_is_ended_long_before_its_time_is_over(tmp_path: Path, name: str) -> None:
    root = project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    with Suite(root, []) as suite:
        began = time.monotonic()
        reply = ran(root, suite, BOMBS[name])
        assert (reply.ended, reply.detail) == ("died", f"it had more than {sandbox.MOST_PROCESSES} processes")
        assert [o.status for o in reply.outcomes] == ["died"]
        assert time.monotonic() - began < 55
        assert suite._process is not None
        assert len(below(suite._process.pid)) == 1
        assert [o.status for o in suite.run(Request((TWO,))).outcomes] == ["passed"]


@needs_proc
def test_many_processes_are_no_bomb(tmp_path: Path) -> None:
    root = project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    text = (
        "    made = []\n    for _ in range(100):\n        made.append(os.fork())\n"
        "        if not made[-1]:\n            time.sleep(60)\n"
        "    time.sleep(0.5)\n    for pid in made:\n        os.kill(pid, 9)\n    return x + x\n"
    )
    with Suite(root, []) as suite:
        reply = ran(root, suite, text)
        assert (reply.ended, [o.status for o in reply.outcomes]) == ("done", ["passed"])


def as_user(work: Callable[[], str], number: int) -> str:
    """What `work` returns in a process of an ordinary user who has no other."""
    heard, said = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.setgroups([])
            os.setgid(number)
            os.setuid(number)
            os.write(said, work().encode())
        except BaseException as error:
            os.write(said, repr(error).encode())
        finally:
            os._exit(0)
    os.close(said)
    with open(heard) as pipe:
        found = pipe.read()
    os.waitpid(pid, 0)
    return found


def forks(most: int) -> int:
    """How many of so many forks succeed; the children end with us."""
    ours, theirs = os.pipe()
    made = 0
    for _ in range(most):
        try:
            if not os.fork():
                os.close(theirs)
                os.read(ours, 1)
                os._exit(0)
        except BlockingIOError:
            break
        made += 1
    os.close(theirs)
    return made


needs_root = pytest.mark.skipif(os.getuid() != 0, reason="it becomes a user of whom no other process comes and goes")


@needs_root
def test_the_kernel_is_asked_how_many_there_are() -> None:
    def work() -> str:
        first = sandbox.tasks()
        made = forks(10)
        return f"{first > 0} {made} {sandbox.tasks() - first}"

    assert as_user(work, 54321) == "True 10 10"


@needs_root
def test_no_more_than_so_many_tasks_for_an_ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> str:
        monkeypatch.setattr(sandbox, "MORE_TASKS", 20)
        crowd = sandbox.Crowd()
        crowd.look()
        sandbox.rlimits(0, 0, crowd.most)
        made = forks(200)
        try:
            resource.setrlimit(resource.RLIMIT_NPROC, (crowd.most + 1, crowd.most + 1))
        except (ValueError, OSError):
            return f"{19 <= made <= 22} for good"
        return "raised again"

    assert as_user(work, 54322) == "True for good"


@needs_root
def test_root_has_no_such_limit() -> None:
    crowd = sandbox.Crowd()
    crowd.look()
    assert (sandbox.tasks(), crowd.most) == (0, 0)
