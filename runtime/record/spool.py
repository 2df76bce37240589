"""Spool: a process writes a log, or a spool beside it, and the file that its buffers lie in."""

from __future__ import annotations

import contextlib
import itertools
import marshal
import sys
import time
from collections.abc import Sequence
from typing import Any, BinaryIO

from tracec.runtime.at_start import open, os
from tracec.runtime.record import log

Modules = Sequence[tuple[str, str]]  # key, structure as JSON


def opened(file: str) -> BinaryIO:
    """A log to append to, which this user alone can read; its head is written where it is new."""
    found = open(file, "ab", buffering=0, opener=privately)
    if found.tell() == 0:
        found.write(log.START)
    return found


def privately(path: str, flags: int) -> int:
    """Open a file, for this user alone where it is new; no link is followed."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def module_records(modules: Modules) -> bytes:
    """The records of modules."""
    return b"".join(marshal.dumps(("module", key, structure)) for key, structure in modules)


class Spool:
    """A file that one process appends to.

    Where `path` is "" it is a new one beside the log `root`. `first` is what the process is called as long as nothing
    better is known; a fork has a `parent`, and its first `modules` modules. Raises OSError.
    """

    def __init__(self, root: str, first: str, path: str = "", *, parent: str = "", modules: int = 0) -> None:
        self.root, self.first, self.modules = root, first, modules
        self.path = path or fresh(root)
        self.process = f"{os.getpid()}-{time.monotonic_ns()}"
        self.name = first
        self.file = self.buffer_file = Descriptor(-1)
        self.open()
        self.write(marshal.dumps(("process", self.process, self.title(), parent, modules)))
        self.start = self.size()

    def open(self) -> None:
        """Open the file, out of the way of the program's own descriptors; it is locked as long as we live."""
        with opened(self.path) as file:
            self.file = aside(file.fileno())

    def write(self, data: bytes) -> None:
        """Append all of it or nothing; raises OSError."""
        if not self.file.ours():
            self.open()
        end = self.size()
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self.file.number, left) :]
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self.file.number, end)
            raise

    def size(self) -> int:
        """Bytes in the file; -1 where the program closed it."""
        return os.fstat(self.file.number).st_size if self.file.ours() else -1

    def add(self, modules: Modules) -> None:
        """Write the modules that are new. Where that fails, `finish` tries again."""
        with contextlib.suppress(OSError):
            self.write(self.news() + module_records(modules[self.modules :]))
            self.modules = len(modules)

    def finish(self, modules: Modules, rows: log.Rows) -> int:
        """The last chapter: the size of what was written. Spools in which there is nothing are removed."""
        if self.path != self.root and not rows and self.size() == self.start:
            data = b""
            os.unlink(self.path)
        else:
            data = self.news() + module_records(modules[self.modules :])
            data += marshal.dumps(("chapter", self.title(), rows))
            self.write(data)
            self.modules = len(modules)
        if self.buffer_file.known is not None:  # else it is not ours
            with contextlib.suppress(OSError):
                os.unlink(self.path + log.LIVE)
        return len(data)

    def news(self) -> bytes:
        """The record of the process's name, where it has another now."""
        name = called(self.first) if self.path != self.root else self.first
        if name == self.name:
            return b""
        self.name = name
        return marshal.dumps(("name", self.title()))

    def title(self) -> str:
        """What the chapter is called."""
        return self.name if self.path == self.root else f"pid {os.getpid()}: {self.name}"

    def buffers(self) -> int:
        """A new file for the buffers: its descriptor; -1 where there can be none."""
        try:
            with open(self.path + log.LIVE, "x+b", buffering=0, opener=privately) as file:
                self.buffer_file = aside(file.fileno())
        except OSError:
            return -1
        return self.buffer_file.number

    def child(self, modules: int) -> Spool:
        """That of a forked child."""
        return Spool(self.root, f"fork of {self.name.removeprefix('fork of ')}", parent=self.process, modules=modules)

    def leave(self) -> None:
        """Close the files in a forked child: they are its parent's."""
        for file in (self.file, self.buffer_file):
            if file.ours():
                os.close(file.number)


class Descriptor:
    """A descriptor that the program does not know of: it may close all there are, and open others."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.known = self.found()

    def found(self) -> tuple[int, int] | None:
        """The file that it is open for."""
        try:
            state = os.fstat(self.number)
        except OSError:
            return None
        return state.st_dev, state.st_ino

    def ours(self) -> bool:
        """Whether it is still the one that was opened."""
        return self.known is not None and self.found() == self.known


def aside(file: int) -> Descriptor:
    """The same file, locked, under a number that no program counts to."""
    try:
        import fcntl

        moved = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 200)
    except (ImportError, OSError):
        return Descriptor(os.dup(file))
    with contextlib.suppress(OSError):  # not every file system has locks
        fcntl.flock(moved, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return Descriptor(moved)


def fresh(root: str) -> str:
    """A new file beside a log: LOG.<pid>, or LOG.<pid>-2 where the same process wrote one and became another."""
    for number in itertools.count(1):
        path = f"{root}.{os.getpid()}" + (f"-{number}" if number > 1 else "")
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return path
    raise AssertionError


def called(first: str) -> str:
    """The name of this process: what pytest-xdist or multiprocessing calls it, else `first`."""
    module: Any = sys.modules.get("multiprocessing.process")
    name = getattr(module.current_process(), "_name", "MainProcess") if module is not None else "MainProcess"
    if name != "MainProcess":
        return str(name)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return f"worker {worker}" if worker and EXECNET in first else first


EXECNET = "exec(eval(sys.stdin.readline()))"  # how execnet starts the workers of pytest-xdist
