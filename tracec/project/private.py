"""What is tracec's own: folders and files that no link leads away from, that this user alone can read, and a key.

A repository may bring a `.tracec` of its own. So a name below it is never followed where it is a link, nothing of
another user is used, and no more is removed than what tracec made. Whoever can run code as this user is not kept out.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import stat
from collections.abc import Callable
from pathlib import Path

from tracec.passes.nouns.errors import TracecError

OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
OTHERS = 0o077  # the rights of group and others
KEY = 32  # bytes of the user's key: the length of a SHA-256 digest


def folder(base: str | Path, *names: str, make: bool = True) -> Path:
    """The folder `base/names...`. Each of `names` is a folder of this user alone, made where it is missing.

    Without `make` the path may not exist. `base` is as the user named it, links are followed in it. TracecError where
    one of `names` is a link, no folder, or another user's; OSError where it cannot be made.
    """
    place = Path(base)
    for name in names:
        place /= name
        if make:
            with contextlib.suppress(FileExistsError):
                os.mkdir(place, 0o700)
        if make or os.path.lexists(place):
            _closed(place)
    return place


def _closed(place: Path) -> None:
    """Take a folder of ours away from others; TracecError where it is none."""
    state = no_link(place)
    if hasattr(os, "getuid") and state.st_uid != os.getuid():
        raise TracecError("belongs to another user", "remove it, or run tracec as that user", path=str(place))
    if state.st_mode & OTHERS:
        os.chmod(place, 0o700)


def no_link(place: Path) -> os.stat_result:
    """What the system says of a folder; TracecError where it is a link or no folder."""
    state = os.lstat(place)
    if stat.S_ISLNK(state.st_mode):
        raise TracecError("is a link, and tracec follows none here", "remove it and run again", path=str(place))
    if not stat.S_ISDIR(state.st_mode):
        raise TracecError("is no folder", "remove it and run again", path=str(place))
    return state


def is_folder(place: str | Path) -> bool:
    """Whether it is a real folder of this user."""
    return _is(place, stat.S_ISDIR)


def is_file(place: str | Path) -> bool:
    """Whether it is a real file of this user, no link."""
    return _is(place, stat.S_ISREG)


def _is(place: str | Path, kind: Callable[[int], bool]) -> bool:
    try:
        state = os.lstat(place)
    except OSError:
        return False
    return kind(state.st_mode) and (not hasattr(os, "getuid") or state.st_uid == os.getuid())


def new(place: str | Path) -> int:
    """A new file for this user alone: its descriptor. FileExistsError where anything has the name, a link as well."""
    return os.open(place, CREATE, 0o600)


def beside(place: Path) -> tuple[int, str]:
    """A new file for this user alone in the folder of another: its descriptor and path; raises OSError."""
    for _ in range(100):
        with contextlib.suppress(FileExistsError):
            path = str(place.parent / f".{os.urandom(8).hex()}.tmp")
            return new(path), path
    raise FileExistsError(errno.EEXIST, "no name is left", str(place.parent))


def put(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file of our own in one step, so that a reader sees it whole or not at all; raises OSError.

    A link that has the name is written over, not followed.
    """
    handle, temp = beside(path)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(temp, mode)
        os.replace(temp, path)
    except BaseException:
        os.unlink(temp)
        raise


def home(root: str | Path, *names: str) -> Path:
    """A folder below `.tracec/`, made where it is missing; git is told to leave `.tracec` alone.

    TracecError where a folder on the way is a link or another user's (`folder`); raises OSError.
    """
    place = folder(root, ".tracec", *names)
    ignore = Path(root) / ".tracec" / ".gitignore"
    if not os.path.lexists(ignore):
        put(ignore, b"*\n")
    return place


def read(place: str | Path) -> bytes:
    """The bytes of a regular file; OSError where it is something else, a link as well."""
    with open(os.open(place, OPEN), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(place))
        return file.read()


def clear(place: Path, ours: Callable[[str], object]) -> None:
    """Remove the files below a folder whose names are `ours`, and the folders in which nothing is left.

    Links are not followed, and stay.
    """
    if not is_folder(place):
        return
    with contextlib.suppress(OSError):
        for where, _, names, at in os.fwalk(place, topdown=False):
            for name in filter(ours, names):
                with contextlib.suppress(OSError):
                    if stat.S_ISREG(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode):
                        os.unlink(name, dir_fd=at)
            with contextlib.suppress(OSError):  # something is left in it
                os.rmdir(where)


# --- of the user, outside every repository ----------------------------------------------------------------------------


def of_user(variable: str, default: str, *names: str) -> Path:
    """A folder of tracec's in the user's home, or where an XDG variable says; raises as `folder` does."""
    said = os.environ.get(variable, "")
    base = Path(said) if os.path.isabs(said) else Path(os.path.expanduser("~"), default)
    if not base.is_absolute():
        raise FileNotFoundError(errno.ENOENT, "the user has no home", str(base))
    base.mkdir(parents=True, exist_ok=True)
    return folder(base, "tracec", *names)


def proof(*words: str) -> str:
    """A text that this user alone can make of some words. TracecError and OSError where there can be no key."""
    import hmac

    place = of_user("XDG_STATE_HOME", ".local/state") / "key"
    return hmac.digest(_key(place), "\0".join(words).encode("utf-8", "surrogateescape"), "sha256").hex()


def proves(said: str, *words: str) -> bool:
    """Whether a text is the proof of some words; False too where there is no key."""
    import hmac

    try:
        return hmac.compare_digest(said.encode(), proof(*words).encode())
    except (TracecError, OSError):
        return False


@functools.cache
def _key(place: Path) -> bytes:
    """The user's key, made where there is none."""
    if not os.path.lexists(place):
        handle, temp = beside(place)
        try:
            with open(handle, "wb") as file:
                file.write(os.urandom(KEY))
            with contextlib.suppress(FileExistsError):  # another process was faster: then it is that one's
                os.link(temp, place)
        finally:
            os.unlink(temp)
    found = read(place)
    if len(found) != KEY:
        raise TracecError("is no key", "remove it", path=str(place))
    return found
