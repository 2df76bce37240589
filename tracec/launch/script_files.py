"""A script's compiled code, and where it is kept."""

from __future__ import annotations

import os
from typing import NamedTuple

from tracec.launch.scoping import Setting
from tracec.runtime.launch.artifact_file import name_of


class Script(NamedTuple):
    """A script as the interpreter takes it: `path` as `__file__` has it, compiled code, and the artifact of the same.

    `artifact` is "" where the script is not traced, and `missed` says why, or what in it is not. `warns`: the compiler
    may say something about the text.
    """

    path: str
    code: str
    artifact: str
    warns: bool
    missed: tuple[str, ...] = ()

    @property
    def settings(self) -> dict[str, object]:
        """What the process is told that runs it."""
        return {"file": self.path, "artifact": self.artifact, "warns": self.warns, "missed": self.missed}


def place_of(run: Setting, kind: str, full: str, real: str, data: bytes) -> str:
    """Where a script's code and its artifact are kept, without the ending."""
    return os.path.join(run.cache, name_of(run.stem, kind, full, real, data))
