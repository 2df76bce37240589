"""Processes and their descendants: who they are, how they are ended, and that none survives its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import Any

try:
    import ctypes

    _prctl: Any = ctypes.CDLL(None, use_errno=True).prctl
except (ImportError, OSError, AttributeError):  # not Linux, or a Python without ctypes
    _prctl = None

_PDEATHSIG, _SUBREAPER = 1, 36


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


def kill_tree(pid: int) -> set[int]:
    """SIGKILL to a process, its group and all descendants, who are returned. Nothing is waited for."""
    seen = {pid}
    line = [pid]
    while line:
        line = [child for parent in line for child in children(parent) if child not in seen]
        seen.update(line)
    for each in sorted(seen):
        with contextlib.suppress(OSError):
            os.kill(each, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    return seen


def kill_orphans(mine: set[int]) -> None:
    """Kill and reap every child of this process that is not in `mine`, and what they leave behind."""
    me = os.getpid()
    while strays := [pid for pid in children(me) if pid not in mine]:
        for pid in strays:
            kill_tree(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def kill_marked(mark: bytes) -> set[int]:
    """SIGKILL to every process of ours whose environment at its start holds `mark`. A sweep through /proc."""
    found: set[int] = set()
    if not os.path.isdir("/proc"):
        return found
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
            if mark in file.read() and int(name) != os.getpid():
                os.kill(int(name), signal.SIGKILL)
                found.add(int(name))
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
