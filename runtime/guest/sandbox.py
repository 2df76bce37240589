"""A child process is held to what it may use and touch: by rlimits, and by Landlock where the kernel has it."""

from __future__ import annotations

import _thread
import errno
import math
import os
import resource
import struct
import sys
import time
from collections.abc import Iterable, Mapping

try:
    import ctypes

    _libc = ctypes.CDLL(None, use_errno=True)
except (ImportError, OSError):
    _libc = None  # type: ignore[assignment]

FILE_BYTES = 256 << 20  # size of a file that a test may write; chosen
MOST_PROCESSES = 512  # that descend from one request, where a pool has one for each processor; chosen
MORE_TASKS = 2048  # processes and threads that an ordinary user may have besides those there are; chosen
LOOK_AGAIN = 10.0  # seconds after which those are counted again; chosen
# The system calls have the same numbers on every architecture that got them after 2019; alpha is the exception.
_CREATE = 444  # landlock_create_ruleset
_ADD = 445  # landlock_add_rule
_RESTRICT = 446  # landlock_restrict_self
_NO_NEW_PRIVS = 38  # of linux/prctl.h: PR_SET_NO_NEW_PRIVS
# Rights, as linux/landlock.h has them. Write-type ones only: reading stays free.
_WRITE_FILE = 1 << 1  # from ABI 1 on
_MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
_REFER = 1 << 13  # from ABI 2 on
_TRUNCATE = 1 << 14  # from ABI 3 on
_TCP = 0b11  # bind, connect; from ABI 4 on
_SCOPES = 0b11  # abstract unix sockets, signals: nothing outside can be reached; from ABI 6 on
# What programs write to in /dev. Terminals: a test that makes one is given the next free number.
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts")
# Semaphores and shared memory, as of multiprocessing: files are made, linked and removed, and nothing else.
SHARED = "/dev/shm"
_SHARED_RIGHTS = _WRITE_FILE | _TRUNCATE | 1 << 5 | 1 << 8  # remove a file, make one

# What a request may have that puts other text in the place of the user's.
CHANGES = ("swaps", "overlay", "trials", "differential", "artifacts")


class Unconfined(RuntimeError):
    """A change would run without the confinement."""


def is_changed(request: Mapping[str, object]) -> bool:
    """Whether a request runs anything else than the user's own text."""
    return any(request[name] for name in CHANGES)


def rlimits(memory_mb: int, seconds: float, tasks: int = 0) -> None:
    """Bound this process: address space `memory_mb` above what it has now (0: no bound), file size, CPU, no core.

    `tasks` are the processes and threads that its user may have in all, 0 for no bound.
    """
    if tasks:
        _lower(resource.RLIMIT_NPROC, tasks, for_good=True)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, FILE_BYTES)
    if seconds:
        _lower(resource.RLIMIT_CPU, int(seconds * (os.cpu_count() or 1)) + 5)
    if memory_mb:
        _lower(resource.RLIMIT_AS, address_space() + (memory_mb << 20))


def _lower(what: int, value: int, *, for_good: bool = False) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(what, (value, value if for_good else hard))
    except (ValueError, OSError):  # macOS refuses RLIMIT_AS
        pass


class Crowd:
    """How many processes and threads this user may have: so many more than there are.

    The kernel counts them over all containers that share the user's number, and does not tell: it is asked by trying
    limits out. Root has no such limit.
    """

    def __init__(self) -> None:
        self.most = 0
        self._next = 0.0

    def look(self) -> None:
        """Count anew where that was long ago."""
        if time.monotonic() >= self._next:
            found = tasks()
            self.most = found + MORE_TASKS if found else 0
            self._next = time.monotonic() + LOOK_AGAIN if found else math.inf


def tasks() -> int:
    """The processes and threads that the kernel counts for this user; 0 where it does not bound them."""
    if not os.path.isdir("/proc/self/task"):  # such systems count no threads
        return 0
    heard, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(said, str(_least()).encode())
        finally:
            os._exit(0)
    os.close(said)
    with open(heard, "rb") as pipe:
        found = pipe.read()
    os.waitpid(pid, 0)
    return int(found or 0)


def _least() -> int:
    """The lowest limit under which a thread can be started, less one; 0 where each will do, or none."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    low, high = 1, 1 << 22 if hard == resource.RLIM_INFINITY else hard
    if _starts(low, hard) or not _starts(high, hard):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _starts(middle, hard) else (middle, high)
    return low


def _starts(limit: int, hard: int) -> bool:
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, hard))
    try:
        _thread.start_new_thread(int, ())
    except RuntimeError:
        return False
    while len(os.listdir("/proc/self/task")) > 1:  # or it would be counted when the next one is tried
        time.sleep(0)
    return True


def address_space() -> int:
    """Bytes of address space this process has now; 0 where /proc does not say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def abi() -> int:
    """The Landlock version of this kernel, 0 where there is none."""
    if _libc is None or not sys.platform.startswith("linux") or os.uname().machine not in ("x86_64", "aarch64"):
        return 0
    version: int = _libc.syscall(_CREATE, None, 0, 1)
    return max(version, 0)


def probe(network: bool) -> str:
    """What `confine` does here, tried in a process of its own: `landlock 7: files, TCP`, or `none: ` and why."""
    heard, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(said, confine((), network).encode())
        finally:
            os._exit(0)
    os.close(said)
    with open(heard, "rb") as pipe:
        why = pipe.read().decode()
    _, status = os.waitpid(pid, 0)
    why = why or (f"the process that tried it ended with {status}" if status else "")
    if why:
        return f"none: {why}"
    return f"landlock {abi()}: files, TCP" if abi() >= 4 and not network else f"landlock {abi()}: files"


def is_confined(said: str) -> bool:
    """Whether what `probe` said means that tests are confined."""
    return said.startswith("landlock")


def confine(writable: Iterable[str], network: bool) -> str:
    """Deny this process writes outside `writable` and what all programs need of /dev, and TCP unless `network`.

    Returns "", or why it cannot be done. Paths that do not exist are passed over. UDP, name servers and unix sockets
    that have a path stay open: Landlock knows nothing of them. There is no way back, and children inherit it.
    """
    version = abi()
    if not version:
        return why_none()
    handled = _rights(version)
    words = [handled, _TCP if version >= 4 and not network else 0, _SCOPES if version >= 6 else 0]
    attributes = struct.pack("=QQQ", *words)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = _libc.syscall(_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return _refused()
    try:
        for path in writable:
            _allow(ruleset, path, handled)
        for path in DEVICES:
            _allow(ruleset, path, handled & (_WRITE_FILE | _TRUNCATE))
        _allow(ruleset, SHARED, handled & _SHARED_RIGHTS)
        _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        return "" if _libc.syscall(_RESTRICT, ruleset, 0) == 0 else _refused()
    finally:
        os.close(ruleset)


def why_none() -> str:
    """Why there is no Landlock here, for people."""
    system = os.uname()
    if not sys.platform.startswith("linux"):
        return f"{system.sysname} has no Landlock, which is Linux's"
    if _libc is None or system.machine not in ("x86_64", "aarch64"):
        return f"tracec cannot ask for Landlock on {system.machine}" if _libc else "this Python has no ctypes"
    _libc.syscall(_CREATE, None, 0, 1)
    number = ctypes.get_errno()
    if number == errno.ENOSYS:
        return f"Linux {system.release} has no Landlock, which came with 5.13"
    if number == errno.EOPNOTSUPP:
        return "Landlock is switched off: `landlock` is missing in the kernel's boot option lsm="
    return _refused()


def _refused() -> str:
    reason = os.strerror(ctypes.get_errno())
    return f"the kernel refuses Landlock ({reason}), as where a container's seccomp profile does not allow it"


def _rights(version: int) -> int:
    rights = _WRITE_FILE | _MAKE_AND_REMOVE
    return rights | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        rights &= _WRITE_FILE | _TRUNCATE
    _libc.syscall(_ADD, ruleset, 1, struct.pack("=Qi", rights, fd), 0)
    os.close(fd)
