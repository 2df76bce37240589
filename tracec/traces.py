"""Log files -> Traces, and where traces are kept."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from tracec.passes.errors import TracecError
from tracec.passes.trace import Structure, Trace
from tracec.writing import home


def new_log(root: Path, megabytes: int = 0) -> Path:
    """A fresh name below `.tracec/traces/`. Where there are more `megabytes` of traces, the oldest ones make room."""
    folder, stamp = home(root, "traces"), time.strftime("%Y%m%d-%H%M%S")
    if megabytes:
        make_room(folder, megabytes << 20)
    return folder / f"{stamp}-{os.getpid()}.trace"


def make_room(folder: Path, size: int) -> None:
    """Delete the oldest traces until the others are no larger than `size`."""
    known = []
    for path in folder.glob("*.trace*"):
        with contextlib.suppress(FileNotFoundError):  # another run makes room as well
            state = path.stat()
            known.append((state.st_mtime, state.st_size, path))
    left = sum(length for _, length, _ in known)
    for _, length, path in sorted(known):
        if left <= size:
            return
        path.unlink(missing_ok=True)
        left -= length


def load(file: str | Path, chapter: str | None = None) -> Iterator[Trace]:
    """The traces of a log, one for each chapter (a test, or a whole program); TracecError where it is no log."""
    from tracec.passes.link import Library, link
    from tracec.runtime.record import read

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
