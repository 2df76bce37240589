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
from tracec.project.paths import expand, read
from tracec.recording.deep_ast import with_room

T = TypeVar("T")

MARK = "__import__('tracec.runtime.record'"  # in whatever this command prints
BUILD = os.path.join(".tracec", "build")  # where the mirror tree goes that nobody named


def run(args: argparse.Namespace) -> int:
    """One file goes to stdout; several to a mirror tree; `--diff` prints what was added, `--in-place` overwrites."""
    if args.paths == ["-"]:
        source = Source.decode("<stdin>", sys.stdin.buffer.read())
        sys.stdout.write(printed(source, args.grain or "values"))
        return 0
    sources = [read(path) for path in expand(args.paths, os.getcwd())]
    made = [(source, printed(source, args.grain or "values")) for source in sources]
    folder = args.output or ("" if len(made) == 1 else BUILD)
    for source, text in made:
        if args.diff:
            sys.stdout.write(unified(source.path, source.text, text))
        elif args.in_place:
            in_place(source, text)
        elif folder:
            mirror(Path(folder), source, text)
        else:
            sys.stdout.write(text)
    if folder and not args.diff and not args.in_place:
        print(f"tracec: {len(made)} files in {folder}", file=sys.stderr)
    return 0


def printed(source: Source, grain: str) -> str:
    """The instrumented text."""
    from tracec.passes.instrument import instrument

    return room_for(source, lambda: instrument(source, grain, careful=True).printed())


def room_for(source: Source, work: Callable[[], T]) -> T:
    """What `work` makes of a source; TracecError where that nests too deeply."""
    try:
        return with_room(work)
    except RecursionError:
        raise TracecError("nests too deeply", "split its longest expression", path=source.path, line=1) from None


def is_instrumented(source: Source) -> bool:
    """True for a text that was printed here."""
    return "__import__('tracec.runtime.record'" in source.text


def in_place(source: Source, text: str) -> None:
    """Overwrite a file, once."""
    from tracec.project.patch_store import write

    if is_instrumented(source):
        raise TracecError("is instrumented already", "restore it first", path=source.path, line=1)
    write(source.path, source, text)


def mirror(folder: Path, source: Source, text: str) -> None:
    """Write a file at the same relative place below another folder, for those who may read the source.

    TracecError where a link leads out of that folder, or where a file of the user's is in the way.
    """
    from tracec.project.private import put
    from tracec.project.private import is_file

    inside = os.path.relpath(source.path) if not os.path.isabs(source.path) else os.path.basename(source.path)
    if inside.startswith(".."):
        raise TracecError("lies outside this folder", "run tracec from the project's root", path=source.path)
    place = below(folder, Path(inside).parent.parts) / os.path.basename(inside)
    if os.path.lexists(place) and not (is_file(place) and MARK.encode() in place.read_bytes()):
        raise TracecError("is in the way, and is nothing that tracec wrote", "name another folder", path=str(place))
    put(place, source.encode(text), stat.S_IMODE(os.stat(source.path).st_mode))


def below(folder: Path, names: Sequence[str]) -> Path:
    """A folder of the mirror tree, made where it is missing; TracecError where a link leads out of it."""
    from tracec.project.private import home
    from tracec.project.private import no_link

    if str(folder) == BUILD:
        return home(".", "build", *names)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        folder /= name
        folder.mkdir(exist_ok=True)
        no_link(folder)
    return folder
