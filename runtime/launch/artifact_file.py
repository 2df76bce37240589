"""What an artifact is called, and what it ends with: all who make one, or look for one, agree here."""

from __future__ import annotations

import _imp
import marshal

from tracec.runtime.at_start import os

KEYS = 0x7472, 0x6163  # of the two hashes that name what was made of a file; chosen
REFUSED = "not"  # ends the name of the file that says why there is no artifact
FOOT = 5  # bytes: the length of what is said of functions, and whether the compiler warns


def name_of(stem: bytes, kind: str, path: str, real: str, data: bytes) -> str:
    """What the artifact of a file is called: it depends on all that goes into it. 32 letters and digits."""
    whole = b"\0".join([stem, kind.encode(), os.fsencode(path), os.fsencode(real), data])
    return "".join(_imp.source_hash(key, whole).hex() for key in KEYS)


def foot(left: tuple[str, ...], warns: bool) -> bytes:
    """What ends an artifact: the functions that it leaves alone, and whether the compiler warns about the file."""
    said = marshal.dumps(left)
    return said + len(said).to_bytes(FOOT - 1, "little") + bytes([warns])


def said_at_foot(data: bytes) -> tuple[tuple[str, ...], bool]:
    """What `foot` said. ValueError, EOFError or TypeError where the bytes are no artifact."""
    length = int.from_bytes(data[-FOOT:-1], "little")
    return marshal.loads(data[-FOOT - length : -FOOT]), bool(data[-1])


def used(place: str) -> bool:
    """Whether an artifact is there; then it is kept for some time more."""
    try:
        os.utime(place)
    except OSError:
        return os.path.exists(place)
    return True
