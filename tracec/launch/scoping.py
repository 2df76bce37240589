"""What a run records: the files that are named, else the user's own code below the project's root."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tracec.project.paths import named_place, project_root
from tracec.recording.artifact_cache import cache, stem
from tracec.runtime.launch.scope import Scope

Rules = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # what `Scope` is made of


class Setting(NamedTuple):
    """What all processes of a run agree on: where it runs, what is recorded, and where artifacts lie, for `stem`."""

    folder: str
    grain: str
    rules: Rules
    cache: str
    stem: bytes

    @property
    def scope(self) -> Scope:
        """What is recorded."""
        return Scope(*self.rules)


def setting(folder: str | Path, named: Sequence[str] = (), script: str | None = None, grain: str = "values") -> Setting:
    """That of a run in `folder`, of all that is `named`, and of the script in any case.

    Nothing is read but what is named. TracecError where that is not there, or the user's cache is not the user's.
    """
    root, whole = project_root(folder), os.path.realpath(folder)
    files = [os.path.realpath(os.path.join(folder, script))] if script else []
    places = [os.path.realpath(place) for place in (named_place(name, folder) for name in named)]
    folders = [place for place in places if os.path.isdir(place)] if named else [os.path.realpath(root)]
    files += [place for place in places if not os.path.isdir(place)]
    rules = tuple(files), tuple(folders), () if named else foreign(folders[0])
    return Setting(whole, grain, rules, str(cache(root)), stem(grain, whole))


def foreign(root: str) -> tuple[str, ...]:
    """Folders below a root whose code is nobody's own: the standard library, and what is installed."""
    library = os.path.dirname(os.path.realpath(os.__file__))  # packages lie in `site-packages`, which `Scope` skips
    return (library,) if library.startswith(root.rstrip(os.sep) + os.sep) else ()


def shown(setting: Setting, path: str) -> str:
    """A file's path as a trace shows it: seen from the folder of the run, where it lies below that."""
    whole = os.path.join(setting.folder, path)
    for place in (os.path.normpath(whole), os.path.realpath(whole)):
        if place.startswith(setting.folder.rstrip(os.sep) + os.sep):
            return os.path.relpath(place, setting.folder)
    return os.path.normpath(path)
