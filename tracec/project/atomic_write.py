"""A user's file is written as a whole or not at all, and only where it still is the file that was analysed."""

from __future__ import annotations

import ast
import hashlib
import os
import stat
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source


@dataclass(frozen=True, slots=True)
class Staged:
    """A file about to be written: its shown path and real one, bytes before and after, and the new file beside it."""

    path: str
    real: str
    old: bytes
    new: bytes
    state: os.stat_result
    temp: str


def write(path: str | Path, source: Source, text: str) -> None:
    """Write `text` over the file that `source` was read from, in its encoding, BOM and mode; links are followed.

    Raises TracecError, with the file untouched, where it changed since it was analysed, `text` is not Python or cannot
    be encoded, or the file or its folder is read-only.
    """
    write_all([(path, source, text)])


def write_all(changes: Sequence[tuple[str | Path, Source, str]]) -> None:
    """Write several files as `write` does. All are checked first; where one then fails, those written are put back."""
    exchange([(str(path), source.sha256, _encoded(str(path), source, text)) for path, source, text in changes])


def exchange(files: Sequence[tuple[str, str, bytes]]) -> None:
    """(path, SHA-256 it must have, new bytes)... -> written, all or none. TracecError as in `write`."""
    staged: list[Staged] = []
    try:
        for path, sha256, data in files:
            staged.append(_stage(path, sha256, data))
        for file in staged:
            _replace(file)
    except BaseException:  # Ctrl-C too: half of a change is worse than none
        for file in staged:
            _put_back(file)
        raise
    finally:
        for file in staged:
            if os.path.exists(file.temp):
                os.unlink(file.temp)


def _encoded(path: str, source: Source, text: str) -> bytes:
    data = source.encode(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise TracecError("the new text is not valid Python", "nothing was written", path=path, line=line) from None
    return data


def _stage(path: str, sha256: str, data: bytes) -> Staged:
    """Check a file and write its new text beside it."""
    real = os.path.realpath(path)
    try:
        old, state = Path(real).read_bytes(), os.stat(real)
    except OSError as error:
        raise TracecError(f"cannot be read ({error.strerror})", "run again", path=path) from None
    _unchanged(path, old, sha256)
    # `os.replace` would write over a read-only file, and root may write anything: the mode is what the user said.
    if not state.st_mode & 0o222 or not os.access(real, os.W_OK):
        raise TracecError("the file is read-only", "make it writable, then apply the patch again", path=path)
    folder = os.path.dirname(real)
    if not os.stat(folder).st_mode & 0o222 or not os.access(folder, os.W_OK):
        raise TracecError("its folder is read-only", "make it writable, then apply the patch again", path=path)
    try:
        return Staged(path, real, old, data, state, _temp(real, data, state))
    except OSError as error:
        raise TracecError(f"cannot be written ({error.strerror})", "make room and try again", path=path) from None


def _replace(file: Staged) -> None:
    try:
        _unchanged(file.path, Path(file.real).read_bytes(), hashlib.sha256(file.old).hexdigest())
        os.replace(file.temp, file.real)
    except OSError as error:
        todo = "check the permissions of its folder"
        raise TracecError(f"cannot be written ({error.strerror})", todo, path=file.path) from None


def _put_back(file: Staged) -> None:
    """Undo `_replace`, if it came that far. A file that someone else wrote meanwhile is theirs."""
    try:
        if Path(file.real).read_bytes() == file.new != file.old:
            os.replace(_temp(file.real, file.old, file.state), file.real)
    except OSError:
        pass  # the others can still be put back, and the first error is the one to tell


def _unchanged(path: str, data: bytes, sha256: str) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise TracecError("the file changed since it was analysed", "run again", path=path)


def _temp(real: str, data: bytes, state: os.stat_result) -> str:
    """A new file beside `real` with its mode and owner; its name ends so that no tool takes it for Python."""
    handle, temp = tempfile.mkstemp(prefix=".tracec-", suffix=".tmp", dir=os.path.dirname(real))
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        made = os.stat(temp)
        if (made.st_uid, made.st_gid) != (state.st_uid, state.st_gid):
            os.chown(temp, state.st_uid, state.st_gid)
        os.chmod(temp, stat.S_IMODE(state.st_mode))
        if int(made.st_mtime) <= int(state.st_mtime):
            # Python tells stale bytecode by size and whole seconds: two writes within one second must differ.
            os.utime(temp, (made.st_atime, int(state.st_mtime) + 1))
    except BaseException:
        os.unlink(temp)
        raise
    return temp
