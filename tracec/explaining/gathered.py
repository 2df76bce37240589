"""Gathered: what the pytest plugin saw of the user's own run; it is read from the JSON that the plugin writes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tracec.passes.explain.road import Failure
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.project_paths import ProjectPaths


class Failed(msgspec.Struct, frozen=True):
    """A test that failed: the exception's type and message, and the (path, line) of each of the user's frames."""

    id: str
    type: str = ""
    message: str = ""
    places: tuple[tuple[str, int], ...] = ()
    seconds: float = 0.0


class Gathered(msgspec.Struct, frozen=True):
    """A run of pytest: the folder it was started in, its root, and the options that another run needs.

    `args` are pytest's arguments without what named tests, which are `named`. `passed` are (id, seconds), `files` the
    user's modules that were loaded, by their absolute paths, `python` the interpreter. `uncollected` are files that
    could not be imported, and why.
    """

    root: str
    rootdir: str
    args: tuple[str, ...]
    failed: tuple[Failed, ...]
    passed: tuple[tuple[str, float], ...]
    files: tuple[str, ...]
    python: str = ""
    named: tuple[str, ...] = ()
    uncollected: tuple[tuple[str, str], ...] = ()

    def argument(self, test: str) -> str:
        """A test as an argument of pytest that means the same from any folder."""
        path, colons, rest = test.partition("::")
        return os.path.join(self.rootdir, path) + colons + rest

    def test_files(self) -> frozenset[str]:
        """The files of tests, and what pytest loads beside them, as seen from `root`."""
        name = ProjectPaths(self.root).name
        ids = [failed.id for failed in self.failed] + [test for test, _ in self.passed]
        files = {name(os.path.join(self.rootdir, test.partition("::")[0])) for test in ids}
        return frozenset((*files, *(name(path) for path in self.files if os.path.basename(path) == "conftest.py")))

    def failures(self) -> tuple[Failure, ...]:
        """The failures, their places as seen from `root`."""
        name = ProjectPaths(self.root).name
        return tuple(
            Failure(f.id, f.type, f.message, tuple((name(path), line) for path, line in f.places)) for f in self.failed
        )


def read_gathered(path: str | os.PathLike[str]) -> Gathered:
    """Read what the plugin wrote. TracecError where it is not there, or is something else."""
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=Gathered)
    except OSError as error:
        raise TracecError(f"cannot be read ({error.strerror})", "run pytest anew", path=str(path)) from None
    except msgspec.MsgspecError as error:
        raise TracecError(f"is not what the plugin writes ({error})", "run pytest anew", path=str(path)) from None
