"""A lock on a trace's file says that a process writes it; it goes when the process does."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from tracec.passes.nouns.errors import TracecError

try:
    import fcntl
except ImportError:  # no locks on this system: a run may write over another's log
    fcntl = None  # type: ignore[assignment]


def claim(log: Path, shown: str) -> int:
    """A log of our own, locked and empty, new or written over: its descriptor, to be closed at the end.

    `log` is no link; nobody else can read it.

    TracecError where another run writes it, or where it is something else than a trace.
    """
    while True:
        file = opened(log, shown)
        if os.path.exists(log) and os.path.samestat(os.fstat(file), os.stat(log)):
            break
        os.close(file)  # a run that ended just now put another in its place
    if any(busy(path) for path in beside(log)):
        os.close(file)
        raise taken(shown)
    os.ftruncate(file, 0)
    with contextlib.suppress(OSError, AttributeError):  # another user's, who lets us write; no such call here
        os.fchmod(file, 0o600)
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return file


def opened(log: Path, shown: str) -> int:
    """The file, locked for us alone."""
    try:
        if os.path.exists(log) and not stat.S_ISREG(os.stat(log).st_mode):
            raise TracecError("is no regular file", "record to a file", path=shown)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
        file = os.open(log, flags, 0o600)
    except OSError as error:
        raise TracecError(f"cannot be written ({error.strerror})", "record somewhere else", path=shown) from None
    if not locked(file):
        os.close(file)
        raise taken(shown)
    if os.fstat(file).st_size and not is_trace(log):
        os.close(file)
        raise TracecError("is no trace and is not written over", "record to another file", path=shown)
    return file


def is_trace(log: Path) -> bool:
    """Whether a file that is not empty has the head of a log."""
    from tracec.runtime.record.log import is_log

    return is_log(str(log))


def beside(log: Path) -> list[str]:
    """The spools of other processes beside a log; what reads them is imported only where there may be some."""
    with os.scandir(log.parent) as entries:
        if not any(entry.name.startswith(f"{log.name}.") for entry in entries):
            return []
    from tracec.runtime.record.log import spools

    return spools(str(log))


def taken(shown: str) -> TracecError:
    """Somebody else writes the log."""
    return TracecError("another `tracec run` writes it", "wait for its end, or record to another file", path=shown)


def locked(file: int) -> bool:
    """Whether nobody else has the file locked; then we have."""
    if not fcntl:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def busy(path: str) -> bool:
    """Whether a process that writes the file is alive."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not locked(file)
    finally:
        os.close(file)
