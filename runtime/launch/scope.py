"""Which files a run records: those that are named, and the user's own below some folders."""

from __future__ import annotations

from collections.abc import Iterable

from tracec.runtime.at_start import os

SKIPPED = frozenset(
    {".git", ".tracec", ".eggs", "__pycache__", "node_modules", "site-packages", "dist-packages"}
)  # folders in which nothing is the user's own code
ENVIRONMENT = ("pyvenv.cfg", "conda-meta")  # what lies in an environment of Python


class Scope:
    """Real paths of files, of folders, and of folders in them that are not meant: the standard library and the like."""

    def __init__(self, files: Iterable[str], folders: Iterable[str], foreign: Iterable[str] = ()) -> None:
        self.files = frozenset(files)
        self.folders = tuple(folder.rstrip(os.sep) + os.sep for folder in folders)
        self.foreign = tuple(folder.rstrip(os.sep) + os.sep for folder in foreign)
        self._real: dict[str, str] = {}  # folder as it is named -> its real path
        self._within: dict[str, bool] = {}  # real folder -> whether files in it are recorded

    def real(self, path: str) -> str:
        """The real path of a file that is in scope, "" of any other; without a look at files that are far from it."""
        folder, name = os.path.split(os.path.abspath(path))
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        real = os.path.join(self._real[folder], name)
        if os.path.islink(real):
            real = os.path.realpath(real)
        return real if real in self.files or self.within(os.path.dirname(real)) else ""

    def within(self, folder: str) -> bool:
        """Whether files in a real folder are recorded."""
        found = self._within.get(folder)
        if found is None:
            found = self._within[folder] = any(self._below(f"{folder}{os.sep}", above) for above in self.folders)
        return found

    def _below(self, folder: str, above: str) -> bool:
        if not folder.startswith(above) or (self.foreign and folder.startswith(self.foreign)):
            return False
        place = above
        for part in folder[len(above) :].split(os.sep)[:-1]:
            place = os.path.join(place, part)
            if part in SKIPPED or any(os.path.exists(os.path.join(place, name)) for name in ENVIRONMENT):
                return False
        return True
