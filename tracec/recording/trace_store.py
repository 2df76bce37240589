"""Log files -> Traces, and where traces are kept."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.trace import Structure, Trace
from tracec.project import private
from tracec.project.atomic_write import home
from tracec.recording.trace_lock import busy
from tracec.runtime.record.log import LIVE, is_live, is_log

NAME = re.compile(
    rf"(\d{{8}}-\d{{6}}-\d+(?:-\d+)?)\.trace(?:\.\d+(?:-\d+)?)?(?:{re.escape(LIVE)}|\.tmp)?"
)  # of `new_log`


def new_log(root: Path, megabytes: int = 0) -> Path:
    """A new file below `.tracec/traces/`. Where there are more `megabytes` of traces, the oldest ones make room."""
    folder, stamp = home(root, "traces"), time.strftime("%Y%m%d-%H%M%S")
    if megabytes:
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
    left = sum(length for _, length, _ in known)
    for _, length, paths in sorted(known):
        if left <= size:
            return
        if spared not in paths and not any(busy(str(path)) for path in paths):
            for path in paths:
                path.unlink(missing_ok=True)
            left -= length


def kept(folder: Path) -> list[list[Path]]:
    """The files of each trace that `new_log` named: real files with a log's head, and their buffers."""
    found: dict[str, list[Path]] = {}
    for path in folder.iterdir():
        name = NAME.fullmatch(path.name)
        if name and private.is_file(path) and (is_live if path.suffix == LIVE else is_log)(str(path)):
            found.setdefault(name[1], []).append(path)
    return list(found.values())


def load(file: str | Path, chapter: str | None = None) -> Iterator[Trace]:
    """The traces of a log, one for each chapter (a test, or a whole program); TracecError where it is no log."""
    from tracec.passes.link import Library, link
    from tracec.runtime.record.log import read

    modules: list[Structure | None] = []
    imports: list[tuple[int, list[object]]] = []
    library = Library()
    try:
        for kind, data in read(str(file), chapter):
            if kind == "modules":
                modules = [structure(key, text) for key, text in data]
            elif data[0] == "":
                imports = data[1]
            else:
                yield link(data[0], modules, data[1], imports, cut=data[2], library=library)
    except FileNotFoundError:
        raise TracecError("no such trace", "record one with `tracec run`", path=str(file)) from None
    except (ValueError, OSError) as error:
        raise TracecError(str(error), "record it anew with `tracec run`", path=str(file)) from None


_known: dict[str, Structure] = {}


def structure(key: str, text: str) -> Structure | None:
    """A structure from the JSON of a log; None for a module that came without."""
    import msgspec

    if not text:
        return None
    if key not in _known:
        _known[key] = Structure.unpack(msgspec.json.decode(text))
    return _known[key]
