"""The patches kept in `.tracec/patches/`, and the one road by which a user's file is written.

What is read there may come with the repository: it is checked like any other input.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.syntax.unified_diff import unified
from tracec.project import private
from tracec.project.atomic_write import exchange, write, write_all
from tracec.project.private import home, put

Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Id = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4,9}-[a-z0-9-]{1,40})?\Z")]  # "": `keep` gives one
FORBIDDEN = (".git", ".tracec")  # folders in which no patch changes a file

__all__ = [
    "PatchFile",
    "PatchRecord",
    "apply",
    "diff",
    "keep",
    "kept_already",
    "load",
    "ls",
    "reject",
    "undo",
    "write",
    "write_all",
]


class PatchFile(msgspec.Struct, frozen=True):
    """A file that a patch changes: its path from the root, and the SHA-256 of its bytes before and after."""

    path: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]+\Z")]
    before: Digest
    after: Digest


class PatchRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a patch. `keep` fills in `id` (NNNN-slug), `created` (ISO, UTC), `files`, `state`, `proof`."""

    id: Id = ""
    created: str = ""
    state: Literal["kept", "applied", "undone", "rejected"] = "kept"
    target: str
    optimizer: str
    seed: int = 0
    tests_before: dict[str, int] = {}
    tests_after: dict[str, int] = {}
    candidates: int = 0
    evaluations: int = 0
    seconds: float = 0.0
    cost_usd: float = 0.0
    message: str = ""
    instead_of: str = ""  # the patch that was chosen, where this one passed the tests too
    files: tuple[PatchFile, ...] = ()
    proof: str = ""  # that this user kept it, in this project

    @property
    def number(self) -> int:
        """The number in front of the id."""
        return int(self.id.split("-")[0])


def keep(
    root: str | Path, record: PatchRecord, befores: Mapping[str, Source], afters: Mapping[str, str]
) -> PatchRecord:
    """Store a change of files (path from `root` -> Source, and path -> new text); returns the record with its id.

    Written are `NNNN-slug.patch`, `NNNN-slug.json` and, by their SHA-256, the whole files before and after. Processes
    that keep patches at the same time get different numbers. TracecError where the folder cannot be written.
    """
    old = {path: befores[path].encode(befores[path].text) for path in afters}
    new = {path: befores[path].encode(text) for path, text in afters.items()}
    text = "".join(unified(path, _readable(old[path]), _readable(new[path])) for path in sorted(afters))
    files = tuple(PatchFile(path, befores[path].sha256, _sha(new[path])) for path in sorted(afters))
    folder = _folder(root)
    slug = re.sub(r"[^a-z0-9]+", "-", record.target.split(":")[-2 if record.target.count(":") > 1 else -1].lower())
    try:
        for data in (*old.values(), *new.values()):
            put(folder / "files" / _sha(data), data)
        lock, number = _reserve(folder)
        try:
            name = f"{number:04d}-{slug.strip('-')[:40] or 'patch'}"
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            kept = msgspec.structs.replace(record, id=name, created=now, files=files, state="kept")
            with contextlib.suppress(OSError, TracecError):  # no key: then it is for files of the project alone
                kept = msgspec.structs.replace(kept, proof=private.proof(*_words(root, kept)))
            put(folder / f"{name}.patch", text.encode("utf-8", "surrogateescape"))
            _save(folder, kept)
        finally:
            lock.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return kept


def kept_already(
    root: str | Path, instead_of: str, befores: Mapping[str, Source], afters: Mapping[str, str]
) -> PatchRecord | None:
    """The patch that makes this very change and waits to be applied, None where there is none."""
    files = {p: (befores[p].sha256, _sha(befores[p].encode(text))) for p, text in afters.items()}
    waiting = (r for r in reversed(ls(root)) if r.state == "kept" and r.instead_of == instead_of)
    return next((r for r in waiting if {f.path: (f.before, f.after) for f in r.files} == files), None)


def ls(root: str | Path) -> list[PatchRecord]:
    """All patches kept under `root`, oldest first; TracecError where a record cannot be read."""
    return sorted((_read(path) for path in _home(root).glob("[0-9]*.json")), key=lambda r: (r.number, r.id))


def load(root: str | Path, id: str | int | None = None) -> PatchRecord:
    """The patch called `1`, `0001` or `0001-slug`, or the newest that was chosen; TracecError where there is none."""
    records = ls(root)
    if not records:
        raise TracecError("no patches are kept here", "`tracec optimize` keeps what it finds", path=str(_home(root)))
    if id is None:
        return next((r for r in reversed(records) if not r.instead_of), records[-1])
    found = [r for r in records if str(id) == r.id or (str(id).isdecimal() and int(id) == r.number)]
    if not found:
        known = ", ".join(r.id for r in records[-5:])
        raise TracecError(f"there is no patch {id}", f"`tracec patch ls` shows them ({known})")
    return found[0]


def diff(root: str | Path, record: PatchRecord) -> bytes:
    """The unified diff of what `apply` writes, in the bytes that `git apply` wants; TracecError where it is gone."""
    texts = [(f.path, _readable(_stored(root, f.before)), _readable(_stored(root, f.after))) for f in record.files]
    return "".join(unified(*text) for text in texts).encode("utf-8", "surrogateescape")


def apply(root: str | Path, id: str | int | None = None, *, outside: bool = False) -> PatchRecord:
    """Write the patched files; all or none.

    Returns the record as it is then. TracecError where a file is no longer the one that the patch was made for, or lies
    outside the project, which a patch that this user made may change where `outside` says so.
    """
    record = load(root, id)
    return _turn(root, record, [(f.path, f.before, f.after) for f in record.files], "applied", outside)


def undo(root: str | Path, id: str | int | None = None, *, outside: bool = False) -> PatchRecord:
    """Write the files as they were before the patch, byte for byte; all or none. TracecError as in `apply`."""
    record = load(root, id)
    return _turn(root, record, [(f.path, f.after, f.before) for f in record.files], "undone", outside)


def reject(root: str | Path, id: str | int) -> PatchRecord:
    """Note that nobody wants a patch; no file is changed."""
    turned = msgspec.structs.replace(load(root, id), state="rejected")
    try:
        _save(_home(root), turned)
    except OSError as error:
        raise _unwritable(_home(root), error) from None
    return turned


def leaves(root: str | Path, record: PatchRecord) -> bool:
    """Whether a patch changes files outside the project."""
    return any(not _inside(root, file.path) for file in record.files)


def _turn(
    root: str | Path,
    record: PatchRecord,
    files: list[tuple[str, str, str]],
    state: Literal["applied", "undone"],
    outside: bool,
) -> PatchRecord:
    """Exchange whole files. One that is in the wanted state already is left alone."""
    folder = _home(root)
    for path, _, _ in files:
        _permitted(root, record, path, outside)
    open_ = [f for f in files if _sha_of(Path(root) / f[0]) != f[2]]
    exchange([(str(Path(root) / path), was, _stored(root, then)) for path, was, then in open_])
    turned = msgspec.structs.replace(record, state=state)
    try:
        _save(folder, turned)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return turned


def _permitted(root: str | Path, record: PatchRecord, path: str, outside: bool) -> None:
    """TracecError where a patch may not change a file."""
    real = os.path.realpath(Path(root) / path)
    if _inside(root, path):
        if set(FORBIDDEN) & set(Path(os.path.relpath(real, os.path.realpath(root))).parts):
            raise TracecError("no patch changes that", f"delete patch {record.id}", path=path)
    elif not outside:
        raise TracecError(f"lies outside the project, at {real}", "say --outside if that is meant", path=path)
    elif not private.proves(record.proof, *_words(root, record)):
        what = "lies outside the project, and nothing proves that you made this patch here"
        raise TracecError(what, f"`tracec patch show {record.id}` prints what to change by hand", path=path)


def _inside(root: str | Path, path: str) -> bool:
    """Whether a file lies in the project, links followed."""
    return Path(os.path.realpath(Path(root) / path)).is_relative_to(os.path.realpath(root))


def _words(root: str | Path, record: PatchRecord) -> tuple[str, ...]:
    """What the proof of a patch is for: where it was kept, and what it writes."""
    files = (word for file in record.files for word in (file.path, file.before, file.after))
    return ("patch", os.path.realpath(root), record.id, *files)


def _home(root: str | Path) -> Path:
    return private.folder(root, ".tracec", "patches", make=False)


def _folder(root: str | Path) -> Path:
    """The folder of the patches, made where it is missing."""
    try:
        home(root, "patches", "files")
    except OSError as error:
        raise _unwritable(Path(root, ".tracec"), error) from None
    return _home(root)


def _reserve(folder: Path) -> tuple[Path, int]:
    """A free number, held by a lock file until its record is written."""
    while True:
        taken = [int(found[0]) for name in os.listdir(folder) if (found := re.match(r"\d+", name))]
        number = max(taken, default=0) + 1
        lock = folder / f"{number:04d}.lock"
        try:
            os.close(private.new(lock))
        except FileExistsError:
            continue
        # Another process may have kept its patch under this number and removed its lock since the folder was read.
        if not any(folder.glob(f"{number:04d}-*")):
            return lock, number
        lock.unlink()


def _save(folder: Path, record: PatchRecord) -> None:
    put(folder / f"{record.id}.json", msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")


def _read(path: Path) -> PatchRecord:
    try:
        record = msgspec.json.decode(_content(path), type=PatchRecord)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        said = " ".join(str(error).split())[:200]
        raise TracecError(f"is no record of a patch ({said})", "delete it", path=str(path)) from None
    if record.id != path.stem:
        raise TracecError("is no record of a patch (its id is another)", "delete it", path=str(path))
    return record


def _stored(root: str | Path, digest: str) -> bytes:
    """A whole file, before or after a patch; TracecError where it is not the one that was kept."""
    path = private.folder(root, ".tracec", "patches", "files", make=False) / digest
    data = _content(path)
    if _sha(data) != digest:
        raise TracecError("is not what was kept", "the patch is damaged: delete it and run again", path=str(path))
    return data


def _content(path: Path) -> bytes:
    try:
        return private.read(path)
    except OSError as error:
        todo = "the patch is damaged: delete it and run again"
        raise TracecError(f"cannot be read ({error.strerror})", todo, path=str(path)) from None


def _unwritable(folder: Path, error: OSError) -> TracecError:
    return TracecError(f"cannot be written ({error.strerror})", "make the folder writable", path=str(folder))


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sha_of(path: Path) -> str:
    try:
        return _sha(path.read_bytes())
    except OSError:
        return ""  # `exchange` says what is wrong with it


def _readable(data: bytes) -> str:
    """Any bytes as text, one to one, so that the diff holds the file's own bytes."""
    return data.decode("utf-8", "surrogateescape")
