"""Log files -> Traces."""

from __future__ import annotations

import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.trace import Structure, Trace

if TYPE_CHECKING:
    from tracec.runtime.record.chunks import Chunk


def load(file: str | Path, chapter: str | None = None, *, quiet: bool = False) -> Iterator[Trace]:
    """The traces of a log, one for each chapter (a test, or a whole program); TracecError where it is no log.

    Of one that is damaged, those that come before the damage: that is said on stderr, unless `quiet`; TracecError where
    there are none.
    """
    some = False
    try:
        for trace in linked(file, chapter, quiet=quiet):
            some = True
            yield trace
    except FileNotFoundError:
        raise TracecError("no such trace", "record one with `tracec run`", path=str(file)) from None
    except (OSError, ValueError, *DAMAGED) as error:
        what = str(error) if isinstance(error, (OSError, ValueError)) else f"{type(error).__name__}: {error}"
        if not some:
            raise TracecError(what, "record it anew with `tracec run`", path=str(file)) from error
        if not quiet:
            print(f"tracec: warning: {file} is damaged, what comes before is all there is: {what}", file=sys.stderr)


def linked(file: str | Path, chapter: str | None, *, quiet: bool = False) -> Iterator[Trace]:
    """The traces of a log, each made when it is asked for; whatever is raised where it is damaged.

    That a large one takes a while is said on stderr, unless `quiet`.
    """
    from tracec.passes.link import Library
    from tracec.recording import trace_index
    from tracec.recording.trace_index import Chapter, size
    from tracec.runtime.record.log import chapters

    def say(what: str) -> None:
        if not quiet:
            print(f"tracec: {what}", file=sys.stderr)

    modules: list[Structure | None] = []
    imports: list[tuple[int, list[Chunk]]] = []
    library, seen = Library(), Counter[str]()
    for kind, data in chapters(str(file), chapter):
        if kind == "modules":
            modules = [structure(key, text) for key, text in data]
        elif data[0] == "":
            imports = data[1]
        else:
            name, streams, cut = data
            seen[name] += 1
            found = Chapter(name, modules, streams, imports, cut)
            large = size(streams) >= trace_index.LARGE
            yield trace_index.linked(str(file), seen[name], found, say) if large else found.link(array, library)


def loaded(file: str | Path) -> list[Trace]:
    """The traces of a log that a guest wrote, up to where it is damaged: a test may write there what it likes."""
    try:
        return list(load(file, quiet=True))
    except TracecError:
        return []


# What comes of bytes that are no log, after each record was looked at: places that are not there, other types.
DAMAGED = (LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError, struct.error)
_known: dict[tuple[str, int], Structure] = {}  # by key, and by the hash of its text: a log may say what it likes
Flag = bool | int
Site = tuple[str, tuple[int, int, int, int], int, list[int | str], list[str], list[str], Flag, str, Flag]
Segment = tuple[str, int, int, int, list[int], Flag, int, str, list[int]]
Function = tuple[str, str, int, int, list[str], Flag, list[str], tuple[int, Flag, Flag], int]


class Packed(msgspec.Struct):
    """What `Structure.unpack` takes, with its types."""

    key: str
    path: str
    grain: str
    text: str
    functions: list[Function]
    segments: list[Segment]
    sites: list[Site]


def structure(key: str, text: str) -> Structure | None:
    """A structure from the JSON of a log; None for a module that came without. ValueError where it cannot be one."""
    if not text:
        return None
    known = key, hash(text)
    if known not in _known:
        try:
            packed = msgspec.json.decode(text, type=Packed)
        except msgspec.MsgspecError as error:
            raise ValueError(f"the structure of a module is damaged ({error})") from None
        found = Structure.unpack(msgspec.structs.asdict(packed))
        if fault := found.fault():
            raise ValueError(f"the structure of a module is damaged ({fault})")
        _known[known] = found
    return _known[known]
