"""Files that were instrumented in place, as they were before: kept below `.tracec`, by the hash of what took their
place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project import private
from tracec.project.atomic_write import exchange
from tracec.project.paths import project_root

MARK = "__import__('tracec.runtime.record'"  # in whatever `tracec instrument` prints
FOLDER = "originals"


def is_instrumented(text: str) -> bool:
    """True for a text that `tracec instrument` printed."""
    return MARK in text


def replace(changes: Sequence[tuple[Source, str]]) -> None:
    """Write instrumented texts over files, all or none, once what they were is kept.

    TracecError where a file, or what is kept, cannot be written: all is as it was then.
    """
    files = [(source, source.encode(text)) for source, text in changes]
    for source, data in files:
        kept = _place(source.path, data, make=True)
        try:
            private.put(kept, source.encode(source.text))
        except OSError as error:
            what = f"its original cannot be kept ({error.strerror})"
            raise TracecError(what, "make room, or use -o DIR", path=source.path) from None
    exchange([(source.path, source.sha256, data) for source, data in files])


def restore(sources: Sequence[Source]) -> int:
    """Write files as they were before, byte for byte, all or none; answers how many. Others are left alone.

    TracecError where a file was changed since it was instrumented, or on another machine.
    """
    files = []
    for source in sources:
        if not is_instrumented(source.text):
            continue
        data = source.encode(source.text)
        kept = _place(source.path, data)
        if not private.is_file(kept):
            what = "was changed since it was instrumented, or that was not done here"
            raise TracecError(what, "take it from where you keep versions", path=source.path, line=1)
        files.append((source.path, source.sha256, private.read(kept)))
    exchange(files)
    return len(files)


def _place(path: str, data: bytes, *, make: bool = False) -> Path:
    """Where the original of a file lies that has these bytes now."""
    root = project_root(path)
    try:
        folder = private.home(root, FOLDER) if make else private.folder(root, ".tracec", FOLDER, make=False)
    except OSError as error:
        raise TracecError(f"its original cannot be kept ({error.strerror})", "use -o DIR", path=path) from None
    return folder / hashlib.sha256(data).hexdigest()
