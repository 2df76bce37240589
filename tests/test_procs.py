"""Processes are ended by what they are, not by numbers that others may have by now."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tracec.runtime.guest import process_tree
from tracec.runtime.guest.request_loop import Job
from tracec.runtime.guest.wire import Wire
from tracec.runtime.outcome import Ended

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc"), reason="descendants are found in /proc")
LEAVES_ONE = "import os, time\nif os.fork():\n    os._exit(7)\nprint('up', flush=True)\ntime.sleep(60)"


def child(code: str = "print('up', flush=True); import time; time.sleep(60)") -> subprocess.Popen[str]:
    """A process in a group of its own that has begun."""
    found = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert found.stdout is not None
    assert found.stdout.readline() == "up\n"
    return found


def test_a_child_that_ended_keeps_its_number_until_its_group_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were it reaped first, the number could be that of another group when the signal is sent."""
    process = child(LEAVES_ONE)
    ours, theirs = socket.socketpair()
    (tmp_path / "job").mkdir()
    job = Job({"seconds": 60.0, "memory_mb": 0, "record": 0}, process.pid, Wire(ours), str(tmp_path / "job"))
    assert process_tree.await_child(process.pid, 20)
    assert job.has_left()
    states = []
    killpg = os.killpg

    def watched(group: int, number: int) -> None:
        states.append(os.waitid(os.P_PID, group, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None)
        killpg(group, number)

    monkeypatch.setattr(os, "killpg", watched)
    job.kill()
    assert states == [True, True]
    assert job.cause() == ("died", "the process left with exit code 7")
    assert process.stdout is not None
    assert process.stdout.read() == ""  # whom it left in its group has ended
    with pytest.raises(ChildProcessError):
        os.waitpid(process.pid, 0)
    job.kill()  # there is nobody left to kill
    assert states == [True, True]
    job.close(Ended.DIED, "")
    theirs.close()
    process.returncode = 7


def test_a_number_that_is_anothers_by_now_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A descendant ends after it was listed, and its number is given to somebody else's process."""
    mine, other = child(), child()
    try:
        monkeypatch.setattr(process_tree, "children", lambda pid: [other.pid] if pid == mine.pid else [])
        assert process_tree.kill_tree(mine.pid) == {mine.pid}
        assert mine.wait(20) == -signal.SIGKILL
        time.sleep(0.1)
        assert other.poll() is None
    finally:
        other.kill()
        other.communicate()
        mine.communicate()


def test_what_is_held_is_never_another_process() -> None:
    mine = child()
    hold = process_tree.Hold(mine.pid)
    mine.kill()
    mine.communicate()
    other = process_tree.Hold(mine.pid)
    assert other.gone
    for each in (hold, other):
        each.send(signal.SIGKILL)
        each.close()


def test_all_that_descend_from_it_end_with_it() -> None:
    code = (
        "import subprocess, sys\n"
        "more = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        "print('up', flush=True)\nmore.wait()"
    )
    mine = child(code)
    killed = process_tree.kill_tree(mine.pid)
    assert len(killed) == 2
    mine.communicate()
    process_tree.await_end(killed)
    assert [pid for pid in killed if process_tree.parent(pid) == mine.pid] == []


def test_a_child_is_waited_for_as_long_as_is_said() -> None:
    mine = child()
    began = time.monotonic()
    assert not process_tree.await_child(mine.pid, 0.2)
    assert 0.2 <= time.monotonic() - began < 10
    mine.kill()
    assert process_tree.await_child(mine.pid, 0)
    mine.communicate()
