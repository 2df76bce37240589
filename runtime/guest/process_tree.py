"""Processes and their descendants are found and ended, and none survives its parent."""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import subprocess
import time
from typing import Any

try:
    import ctypes

    _prctl: Any = ctypes.CDLL(None, use_errno=True).prctl
except (ImportError, OSError, AttributeError):  # not Linux, or a Python without ctypes
    _prctl = None

_PDEATHSIG = 1  # of linux/prctl.h: PR_SET_PDEATHSIG
_SUBREAPER = 36  # of linux/prctl.h: PR_SET_CHILD_SUBREAPER
_TICK = 0.05  # seconds between two looks at a process where the kernel tells no end; chosen


def die_with_parent(parent: int) -> None:
    """Be killed when process `parent` ends. Linux only; elsewhere nothing happens."""
    if _prctl is None or not os.path.isdir("/proc"):
        return
    _prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that none slips away. Linux only."""
    if _prctl is not None and os.path.isdir("/proc"):
        _prctl(_SUBREAPER, 1, 0, 0, 0)


def children(pid: int) -> list[int]:
    """The ids of the living (or unreaped) children of a process; empty where there is no /proc."""
    try:
        found = []
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += [int(word) for word in file.read().split()]
    except FileNotFoundError:
        return [] if not os.path.isdir(f"/proc/{pid}") else _children_by_scan(pid)
    except OSError:
        return []
    return found


def _children_by_scan(pid: int) -> list[int]:
    # A kernel without CONFIG_PROC_CHILDREN: the parent's id is the second word after the command's closing bracket.
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError), open(f"/proc/{name}/stat") as file:
            if int(file.read().rpartition(")")[2].split()[1]) == pid:
                found.append(int(name))
    return found


def parent(pid: int) -> int:
    """The parent of a process, -1 where it is gone or there is no /proc."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return -1


def has_ended(pid: int) -> bool:
    """Whether a child of this process has ended. It is not reaped by that: its number stays its own until it is."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True).stdout.lstrip()[:1] in (b"", b"Z")


def await_child(pid: int, seconds: float) -> bool:
    """Wait until a child of this process has ended, `seconds` at most (0: no limit); whether it has. Not reaped."""
    end = time.monotonic() + seconds if seconds else float("inf")
    hold = Hold(pid)
    try:
        while not has_ended(pid):
            left = end - time.monotonic()
            if left <= 0:
                return False
            hold.wait(min(left, 3600.0))
    finally:
        hold.close()
    return True


class Hold:
    """A process held fast: what is sent goes to it or to nobody, even where its number is another's by now.

    Where the system has no such thing (Linux before 5.3, others), its number has to do.
    """

    def __init__(self, pid: int) -> None:
        self.pid, self.gone, self.number = pid, False, -1
        try:
            self.number = os.pidfd_open(pid)
        except ProcessLookupError:
            self.gone = True
        except (AttributeError, OSError):  # none to be had, or too many files open
            pass

    def send(self, number: int) -> None:
        """Send a signal."""
        with contextlib.suppress(OSError):
            if self.number >= 0:
                signal.pidfd_send_signal(self.number, number)
            elif not self.gone:
                os.kill(self.pid, number)

    def wait(self, seconds: float) -> None:
        """Return when it has ended, or after a while."""
        if self.number >= 0:
            poll = select.poll()
            poll.register(self.number, select.POLLIN)
            poll.poll(math.ceil(seconds * 1000))
        else:
            time.sleep(min(seconds, _TICK))

    def close(self) -> None:
        """Let it go."""
        if self.number >= 0:
            os.close(self.number)


def more_than(most: int, pid: int) -> bool:
    """Whether more than so many processes descend from one."""
    found, line = 0, [pid]
    while line and found <= most:
        line = [child for each in line for child in children(each)]
        found += len(line)
    return found > most


def kill_group(pid: int) -> None:
    """SIGKILL to a child that was not reaped yet and to its group, all at once: none can fork meanwhile."""
    for send in (os.killpg, os.kill):  # it may be in another group by now
        with contextlib.suppress(OSError):
            send(pid, signal.SIGKILL)


def kill_tree(pid: int) -> set[int]:
    """SIGKILL to a child of this process, its group and all descendants, who are returned. Nothing is waited for.

    The child must not have been reaped: until then its number, and that of its group, are nobody else's.
    """
    seen, held, line = {pid}, list[Hold](), [pid]
    while line:
        found = [Hold(child) for each in line for child in children(each) if child not in seen]
        line = []
        for hold in found:
            if parent(hold.pid) in seen:
                held.append(hold)
                line.append(hold.pid)
            else:  # another's by now, or an orphan, of whom its new parent takes care
                hold.close()
        seen.update(line)
    kill_group(pid)
    for hold in held:
        hold.send(signal.SIGKILL)
        hold.close()
    return seen


def kill_orphans(mine: set[int]) -> None:
    """Kill and reap every child of this process that is not in `mine`, and what they leave behind.

    What they leave are children of this process next: so it goes faster than any of them can fork.
    """
    me = os.getpid()
    while strays := [pid for pid in children(me) if pid not in mine]:
        for pid in strays:
            kill_group(pid)
        for pid in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def kill_marked(mark: bytes) -> set[int]:
    """SIGKILL to every process of ours whose environment at its start holds `mark`. A sweep through /proc."""
    found: set[int] = set()
    if not os.path.isdir("/proc"):
        return found
    for name in filter(str.isdigit, os.listdir("/proc")):
        hold = Hold(int(name))
        with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
            if mark in file.read() and hold.pid != os.getpid():
                hold.send(signal.SIGKILL)
                found.add(hold.pid)
        hold.close()
    return found


def await_end(pids: set[int], seconds: float = 10.0) -> None:
    """Wait until none of these killed processes runs any more, whoever reaps them; `seconds` at most. Linux only."""
    end = time.monotonic() + seconds
    while any(map(_runs, pids)) and time.monotonic() < end:
        time.sleep(0.001)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False
