"""Files -> instrumented artifacts in the user's cache, made once for each content, path, grain and Python.

An artifact is code that runs. So it lies outside the repository, which could bring one of its own: see `cache`.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeVar

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project.paths import read
from tracec.project.private import put
from tracec.recording.artifact_cache import FORMAT, cache, maker, tidy
from tracec.recording.deep_ast import with_room
from tracec.runtime.launch.artifact_file import foot, used

if TYPE_CHECKING:
    from tracec.passes.instrument import Instrumented

T = TypeVar("T")
MANY = 40  # files from which on several processes are worth starting; chosen


@dataclass(frozen=True, slots=True)
class Built:
    """Artifacts by real path, and what could not be instrumented and runs as it is; then how it was asked for."""

    artifacts: dict[str, str]
    warnings: tuple[str, ...] = ()
    grain: str = "values"
    careful: bool = True


def build(root: Path, paths: Sequence[str], grain: str = "values", folder: str | Path = "") -> Built:
    """Instrument files below `folder` that are not in the cache yet.

    A file that cannot be instrumented becomes a warning. TracecError where the user's cache is not the user's.
    """
    caches = cache(root).parent
    with contextlib.suppress(OSError):
        tidy(caches)
    sources: dict[str, Source] = {}
    refused: dict[str, TracecError] = {}
    for path in paths:
        try:
            sources[path] = read(path, folder)
        except TracecError as error:
            refused[path] = error
    sources = {path: source for path, source in sources.items() if not left_out(source)}
    careful = must_be_careful(list(sources.values()))
    ahead(root, list(sources.values()), grain, careful)
    artifacts: dict[str, str] = {}
    for path, source in sources.items():
        try:
            artifacts[os.path.realpath(os.path.join(folder, path))] = str(artifact(root, source, grain, careful))
        except TracecError as error:
            refused[path] = error
    told = (f"{refused[path]} (it runs without being traced)" for path in paths if path in refused)
    return Built(artifacts, tuple(told), grain, careful)


def left_out(source: Source) -> bool:
    """Whether a file says `# tracec: skip-file`."""
    from tracec.passes.syntax.parsing import parse

    try:
        return "skip-file" in source.text and parse(source).skipped
    except TracecError:
        return False  # it is told when it is instrumented


def must_be_careful(sources: Sequence[Source]) -> bool:
    """True unless recording in pure Python may keep values: where none of the files can see that."""
    from tracec.passes.instrument.prescan import sees_lives
    from tracec.runtime.record import native

    return native() or any(sees_lives(source.text) for source in sources)


def ahead(root: Path, sources: Sequence[Source], grain: str, careful: bool) -> None:
    """Fill the cache by several processes where much is missing. What fails here is tried again by the caller."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2 or len(sources) <= MANY:
        return
    missing = [source for source in sources if not place_of(root, key_of(source, grain, careful)).exists()]
    if len(missing) <= MANY:
        return
    import signal
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    make = functools.partial(quietly, root, grain, careful)
    try:
        with ProcessPoolExecutor(cores, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
            list(pool.map(make, missing, chunksize=8))
    except (OSError, BrokenProcessPool):  # no more processes, no shared memory: one process can do it all
        return


def quietly(root: Path, grain: str, careful: bool, source: Source) -> None:
    """Make one artifact, if it can be made."""
    try:
        artifact(root, source, grain, careful)
    except TracecError:
        pass


def artifact(root: Path, source: Source, grain: str, careful: bool = True) -> Path:
    """The cached artifact of one file, made now where there is none; TracecError where the file cannot be recorded."""
    key = key_of(source, grain, careful)
    place = place_of(root, key)
    if not used(str(place)):
        put(place, compiled(source, grain, key, careful))
    return place


def place_of(root: Path, key: str) -> Path:
    """Where an artifact lies."""
    return cache(root) / f"{key}.bin"


def key_of(source: Source, grain: str, careful: bool) -> str:
    """The cache key: all that the artifact depends on."""
    import hashlib

    real, optimize = os.path.realpath(source.path), str(sys.flags.optimize)
    whole = "\0".join([FORMAT, maker(), sys.version, optimize, grain, str(careful), real, source.path, source.sha256])
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def compiled(source: Source, grain: str, key: str, careful: bool = True) -> bytes:
    """Source -> the bytes that the guest loads: code with the user's file and positions, and the structure as JSON."""
    from tracec.passes.instrument import instrument

    def work() -> tuple[Instrumented, CodeType]:
        made = instrument(source, grain, key, careful=careful, named=False)
        return made, made.compiled(os.path.realpath(source.path))

    return artifact_of(source, work)


def artifact_of(source: Source, work: Callable[[], tuple[Instrumented, CodeType]]) -> bytes:
    """The bytes of an artifact of what `work` makes of a file, once the compiler takes that. TracecError."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check(source)
        warns = bool(said)
        made, code = safely(source, work)
    return packed(made, code, warns)


def check(source: Source) -> None:
    """TracecError where the compiler refuses a file, which is more than the parser does."""
    try:
        compile(source.encode(source.text), source.path, "exec", dont_inherit=True)
    except (RecursionError, MemoryError):  # a stack of its own overflows
        raise TracecError("nests too deeply for Python", "split it", path=source.path, line=1) from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        what = f"syntax error: {getattr(error, 'msg', error)}"
        raise TracecError(what, "mend it first", path=source.path, line=line) from None


def safely(source: Source, work: Callable[[], T]) -> T:
    """What `work` does with a file; TracecError where the file, or tracec, is not up to it."""
    try:
        return with_room(work)
    except TracecError:
        raise
    except RecursionError:
        what, todo = "nests too deeply", "split its longest expression"
    except Exception as error:  # better one file untraced than no run
        what, todo = f"tracec fails on it ({type(error).__name__}: {error})", "please report it"
    raise TracecError(what, todo, path=source.path, line=1)


def kinds_of(packed: Mapping[str, Any]) -> bytes:
    """What each token says of its frame, as `_recorder.c` counts it: that it begins, or begins and ends untold."""
    found = []
    for kind, function, *_ in packed["segments"]:
        of, name, *_ = packed["functions"][function]
        entry = {"lambda": 3, "comp": 4 if name == "<generatorexp>" else 2}.get(of, 1)
        found.append(entry if kind == "entry" else 0)
    return bytes(found)


def packed(made: Instrumented, code: CodeType, warns: bool) -> bytes:
    """An artifact's bytes."""
    import msgspec

    from tracec.passes.instrument.hooks import table
    from tracec.runtime.record import artifact

    key, segments = made.packed["key"], kinds_of(made.packed) if made.careful else len(made.packed["segments"])
    structure = msgspec.json.encode(made.packed).decode()
    whole = artifact(key, table(key), segments, structure, code, careful=made.careful)
    return whole + foot(made.left, warns)
