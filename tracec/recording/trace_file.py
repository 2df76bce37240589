"""What a user names, or nothing -> the file of a trace; what is none is told as what it is."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import project_root
from tracec.recording.trace_folder import in_the_users_cache, kept
from tracec.runtime.record.log import HEAD, LIVE, VERSION, is_log, opened, spools
from tracec.runtime.record.rows import Records

START = 4096  # bytes that are looked at; chosen
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
ARCHIVES = (b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc", b"%PDF", b"\x7fELF")
RECORD = "record a program with `tracec run`, and name the trace that it writes"


def chosen_file(named: str | None) -> str:
    """The trace that is named, or the newest one of the project. TracecError where there is none, or it is no trace."""
    if named is None:
        return str(newest(project_root(".")))
    if os.path.isdir(named):
        raise TracecError("it is a folder", inside(Path(named)), path=named)
    if os.path.exists(named) and not spools(named):
        check(named)
    return named


def newest(root: Path) -> Path:
    """The trace of a project that was written last. TracecError where it has none."""
    found = [(max(os.stat(path).st_mtime_ns for path in paths), paths) for paths in traces_of(root)]
    if not found:
        raise TracecError("no trace is kept here", "record one with `tracec run`", path=str(root))
    return main_file(max(found)[1])


def traces_of(root: Path) -> list[list[Path]]:
    """The files of each trace that a project keeps."""
    folders = [root / ".tracec" / "traces"]
    if not os.access(root, os.W_OK):
        with contextlib.suppress(OSError, TracecError):
            folders.append(in_the_users_cache(root))
    return [paths for folder in folders if folder.is_dir() for paths in kept(folder)]


def main_file(paths: list[Path]) -> Path:
    """Of the files of a trace the one that the others lie beside, even where it is gone."""
    name = paths[0].name
    return paths[0].with_name(name[: name.index(".trace")] + ".trace")


def inside(folder: Path) -> str:
    """What to name instead of a folder."""
    files = sorted(str(path) for path in folder.glob("*.trace"))
    files = files or [str(main_file(paths)) for paths in traces_of(folder)]
    return f"name a trace in it: {', '.join(files[-3:])}" if files else RECORD


def check(file: str) -> None:
    """TracecError where a file is no trace that this version reads."""
    if is_log(file):
        version = version_of(file)
        if version > VERSION:
            todo = f"this tracec reads format {VERSION}: use the one that wrote it"
            raise TracecError(f"it was written by a newer tracec, in format {version}", todo, path=file)
        return
    try:
        with opened(file) as stream:
            start = stream.read(START)
    except (OSError, ValueError) as error:
        raise TracecError(f"it cannot be read ({error})", RECORD, path=file) from None
    raise TracecError(*what_it_is(file, start), path=file)


def version_of(file: str) -> int:
    """The version of a log's format; 0 where its head is another's."""
    with opened(file) as stream:
        try:
            head = Records(stream).next()
        except ValueError:
            return 0
    known = type(head) is tuple and len(head) == len(HEAD) and head[0] == HEAD[0] and type(head[1]) is int
    return int(head[1]) if known else 0


def what_it_is(file: str, start: bytes) -> tuple[str, str]:
    """What a file is that is no trace, and what to do instead."""
    if file.endswith(LIVE):
        return "it holds what was not written yet of a trace", f"name the trace: {file.removesuffix(LIVE)}"
    if start.startswith(PICTURES):
        return "it is a picture, no trace", RECORD
    if start.startswith(ARCHIVES) or b"\0" in start:
        return "it is no trace of tracec", RECORD
    if is_notebook(file, start):
        return "it is a notebook, no trace", "save it as a script (`jupyter nbconvert --to script`) and record that"
    if file.endswith((".py", ".pyw")):
        return "it is a program, no trace", f"record it with `tracec run {file}`, then `tracec show`"
    try:
        start[:-4].decode("utf-8") if len(start) == START else start.decode("utf-8")
    except UnicodeDecodeError:
        return "it is no trace of tracec", RECORD
    return "it is a text file, no trace", RECORD


def is_notebook(file: str, start: bytes) -> bool:
    """Tell whether a file is a notebook, by its name or what it begins with."""
    if file.endswith(".ipynb"):
        return True
    return start.lstrip().startswith(b"{") and b'"cells"' in start
