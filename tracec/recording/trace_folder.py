"""Where traces are kept, and which of them make room for new ones."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from tracec.project import private
from tracec.project.private import home
from tracec.recording.artifact_cache import project_name
from tracec.recording.trace_lock import busy

T = TypeVar("T")
LIVE = ".live"  # as `runtime.record.log` has it
NAME = re.compile(
    rf"(\d{{8}}-\d{{6}}-\d+(?:-\d+)?)\.trace(?:\.\d+(?:-\d+)?)?(?:{re.escape(LIVE)}|\.tmp)?"
)  # of `new_log`


def writable(root: Path) -> tuple[Path, str]:
    """The folder of a project's traces, and what is to be said of it: the user's cache, where the project is read-only.

    TracecError where there is no room in either.
    """
    try:
        return home(root, "traces"), ""
    except OSError as error:
        reason = error.strerror or str(error)
    try:
        folder = in_the_users_cache(root)
    except OSError:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="tracec-traces-"))
    return folder, f"tracec: {root} cannot be written ({reason}): traces go to {folder}"


def in_the_users_cache(root: Path) -> Path:
    """Where the traces of a read-only project go. OSError, TracecError."""
    return private.of_user("XDG_CACHE_HOME", ".cache", "traces", project_name(root))


def new_log(folder: Path, megabytes: int = 0) -> Path:
    """A new file in a folder of traces. Where there are more `megabytes` of them, the oldest ones make room."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    with os.scandir(folder) as entries:
        full = megabytes and sum(entry.stat(follow_symlinks=False).st_size for entry in entries) > megabytes << 20
    if full:
        make_room(folder, megabytes << 20)
    for number in itertools.count(1):
        path = folder / f"{stamp}-{os.getpid()}{f'-{number}' if number > 1 else ''}.trace"
        with contextlib.suppress(FileExistsError):
            os.close(private.new(path))
            return path
    raise AssertionError


def make_room(folder: Path, size: int, spared: Path | None = None) -> None:
    """Delete the oldest traces, with their spools, until the others are no larger than `size`.

    None is deleted that is being written, nor the one that is `spared`.
    """
    known = []
    for paths in kept(folder):
        with contextlib.suppress(FileNotFoundError):  # another run makes room as well
            states = [path.stat() for path in paths]
            known.append((max(state.st_mtime for state in states), sum(state.st_size for state in states), paths))
    for paths in surplus(known, size, lambda paths: spared in paths or any(busy(str(path)) for path in paths)):
        for path in paths:
            path.unlink(missing_ok=True)


def surplus(known: Iterable[tuple[float, int, T]], size: int, keeps: Callable[[T], bool]) -> Iterator[T]:
    """Of (time, bytes, thing) the oldest things that must go for the others to be no larger than `size`."""
    rows = sorted(known, key=lambda row: row[:2])
    left = sum(length for _, length, _ in rows)
    for _, length, thing in rows:
        if left <= size:
            return
        if not keeps(thing):
            yield thing
            left -= length


def kept(folder: Path) -> list[list[Path]]:
    """The files of each trace that `new_log` named: real files with a log's head, and their buffers."""
    from tracec.runtime.record.log import is_live, is_log

    found: dict[str, list[Path]] = {}
    for path in folder.iterdir():
        name = NAME.fullmatch(path.name)
        if name and private.is_file(path) and (is_live if path.suffix == LIVE else is_log)(str(path)):
            found.setdefault(name[1], []).append(path)
    return list(found.values())
