"""Where artifacts lie: in the user's cache, outside the repository, which could bring some: they are code."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tracec import passes, runtime
from tracec.project import private
from tracec.project.private import put
from tracec.runtime.launch.artifact_file import name_of

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

FORMAT = "27"  # changes when instrumented code or its structure does
UNUSED = 30 * 86400  # seconds after which an artifact that nobody used is removed
DAY = 86400  # seconds: how often it is looked for such
NAME = re.compile(r"[0-9a-f]{24,32}\.(bin|pyc|not)")  # of an artifact, a script's code, and why there is none


def cache(root: str | Path) -> Path:
    """The folder of a project's artifacts: in the user's cache, else, where there is none, in one of this process.

    TracecError where it is a link or another user's.
    """
    name = project_name(root)
    try:
        return private.of_user("XDG_CACHE_HOME", ".cache", name)
    except OSError:  # no home, or it cannot be written
        return private.folder(_temporary().name, name)


def project_name(root: str | Path) -> str:
    """What a project is called in the user's cache: no two have one name."""
    real = os.path.realpath(root)
    return f"{name_of(b'', 'project', '', real, b'')[:16]}-{os.path.basename(real)}"


@functools.cache
def _temporary() -> TemporaryDirectory[str]:
    from tempfile import TemporaryDirectory

    return TemporaryDirectory(prefix="tracec-cache-")


def tidy(caches: Path) -> None:
    """Remove the artifacts of all projects that nobody used for long; once a day."""
    mark, now = caches / "tidied", time.time()
    if mark.exists() and now - mark.stat().st_mtime < DAY:
        return
    put(mark, b"")
    for project in filter(private.is_folder, caches.iterdir()):
        for path in project.iterdir():
            if NAME.fullmatch(path.name) and private.is_file(path) and now - path.stat().st_mtime > UNUSED:
                path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others are used
            project.rmdir()


def stem(grain: str, folder: str) -> bytes:
    """What all artifacts of a run depend on: `folder` is what the paths in traces are seen from."""
    words = FORMAT, maker(), sys.version, str(sys.flags.optimize), grain, folder
    return "\0".join(words).encode("utf-8", "surrogateescape")


@functools.cache
def maker() -> str:
    """Which tracec makes the artifacts: all that the user has share the cache."""
    states = [(path, state.st_size, state.st_mtime_ns) for path, state in sorted(_files())]
    return name_of(b"", "maker", "", "", repr(states).encode("utf-8", "surrogateescape"))


def _files() -> Iterator[tuple[str, os.stat_result]]:
    todo = [part.__path__[0] for part in (passes, runtime)]
    while todo:
        with os.scandir(todo.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    yield entry.path, entry.stat()
                elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                    todo.append(entry.path)
