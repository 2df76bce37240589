"""What a guest records for one request -> a file of ours: copied, never read where the guest can reach it."""

from __future__ import annotations

import os
import shutil
import stat
from typing import BinaryIO


def offered(folder: str, number: int) -> str:
    """Where a request records: a file in a new folder that holds nothing else, to which its process may write."""
    place = _place(folder, number)
    os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
    return place


def receive(folder: str, number: int, file: str) -> None:
    """Copy what a request recorded into `file`, in the place of what is there, and remove its folder.

    Where it recorded nothing, or put a link, a pipe or a device there, nothing is copied. Raises OSError where `file`
    cannot be written.
    """
    place = _place(folder, number)
    source = _opened(place)
    if source is not None:
        with source, open(file, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
    shutil.rmtree(os.path.dirname(place), ignore_errors=True)


def _opened(place: str) -> BinaryIO | None:
    try:
        number = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(number).st_mode):
        return open(number, "rb")
    os.close(number)
    return None


def _place(folder: str, number: int) -> str:
    return os.path.join(folder, f"record-{number}", "log")
