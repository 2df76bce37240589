"""`tracec instrument` prints or writes instrumented source, readable and runnable."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.syntax.unified_diff import unified
from tracec.project.originals import MARK, is_instrumented, replace, restore
from tracec.project.paths import data_files, expand, read
from tracec.recording.deep_ast import with_room

T = TypeVar("T")

BUILD = os.path.join(".tracec", "build")  # where the mirror tree goes that nobody named


def run(args: argparse.Namespace) -> int:
    """One file goes to stdout; several to a mirror tree; `--diff` prints what was added, `--in-place` overwrites."""
    if args.paths == ["-"]:
        source = Source.decode("<stdin>", sys.stdin.buffer.read())
        say(source.encode(printed(source, args.grain or "values")))
        return 0
    sources = [read(path) for path in expand(args.paths, os.getcwd())]
    if args.undo:
        return undo(sources)
    made = [(source, printed(source, args.grain or "values")) for source in sources]
    folder = args.output or ("" if len(made) == 1 else BUILD)
    if args.diff:
        for source, text in made:
            say(source.encode(unified(source.path, source.text, text)).removeprefix(b"\xef\xbb\xbf"))
    elif args.in_place:
        replace(made)
        print(f"tracec: {len(made)} files instrumented; `tracec instrument --undo` restores them", file=sys.stderr)
    elif folder:
        mirror_all(args.paths, made, Path(folder))
    else:
        say(made[0][0].encode(made[0][1]))
    return 0


def say(data: bytes) -> None:
    """Write text in its file's own encoding: its cookie goes with it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def undo(sources: Sequence[Source]) -> int:
    """Restore files that were instrumented in place."""
    count = restore(sources)
    if not count:
        raise TracecError("is not instrumented", "name what was instrumented in place", path=sources[0].path)
    print(f"tracec: {count} files restored", file=sys.stderr)
    return 0


def printed(source: Source, grain: str) -> str:
    """The instrumented text; TracecError where it has hooks already."""
    from tracec.passes.instrument import instrument

    if is_instrumented(source.text):
        todo = "`tracec instrument --undo` restores what was instrumented in place"
        raise TracecError("is instrumented already", todo, path=source.path, line=1)
    return room_for(source, lambda: instrument(source, grain, careful=True).printed())


def room_for(source: Source, work: Callable[[], T]) -> T:
    """What `work` makes of a source; TracecError where that nests too deeply."""
    try:
        return with_room(work)
    except RecursionError:
        raise TracecError("nests too deeply", "split its longest expression", path=source.path, line=1) from None


# --- a mirror tree ----------------------------------------------------------------------------------------------------


def mirror_all(paths: Sequence[str], made: Sequence[tuple[Source, str]], folder: Path) -> None:
    """Write files at the same relative places below another folder, and beside them what else lies in their folders."""
    try:
        for source, text in made:
            mirror(folder, source.path, source.encode(text), lambda data: MARK.encode() in data)
        data = [
            path for path in data_files(paths, os.getcwd()) if not Path(path).resolve().is_relative_to(folder.resolve())
        ]
        for path in data:
            mirror(folder, path, Path(path).read_bytes(), Path(path).read_bytes().__eq__)
    except OSError as error:
        raise TracecError(
            f"cannot be written ({error.strerror})", "make room, or name another folder", path=str(folder)
        ) from None
    more = f", and {len(data)} others" if data else ""
    print(f"tracec: {len(made)} files{more} in {folder}", file=sys.stderr)


def mirror(folder: Path, path: str, data: bytes, ours: Callable[[bytes], bool]) -> None:
    """Write a file at the same relative place below another folder, for those who may read the source.

    TracecError where a link leads out of that folder, or where a file is in the way that is not `ours`.
    """
    from tracec.project.private import is_file, put

    inside = os.path.relpath(path) if not os.path.isabs(path) else os.path.basename(path)
    if inside.startswith(".."):
        raise TracecError("lies outside this folder", "run tracec from the project's root", path=path)
    place = below(folder, Path(inside).parent.parts) / os.path.basename(inside)
    mine = str(folder) == BUILD
    if os.path.lexists(place) and not (is_file(place) and (mine or ours(place.read_bytes()))):
        raise TracecError("is in the way, and is nothing that tracec wrote", "name another folder", path=str(place))
    put(place, data, stat.S_IMODE(os.stat(path).st_mode))


def below(folder: Path, names: Sequence[str]) -> Path:
    """A folder of the mirror tree, made where it is missing; TracecError where a link leads out of it."""
    from tracec.project.private import home, no_link

    if str(folder) == BUILD:
        return home(".", "build", *names)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        folder /= name
        folder.mkdir(exist_ok=True)
        no_link(folder)
    return folder
