"""The files of a project: their names in messages, and where they are on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, TypeVar

Emit = Callable[[dict[str, object]], None]
Work = Callable[[dict[str, Any], Emit, str], object]
T = TypeVar("T")


class ProjectPaths:
    """Names of files and their real paths, links followed; each is looked up once.

    A name is a path as the root sees it: relative to it, with `/`, where the file lies below. A file elsewhere has a
    name that begins with `/` or `../`; who has another root, or another disk, must have it in the same place. `given`
    are names that are in use: they are told again for these files, whichever way a path leads there.
    """

    def __init__(self, root: str | os.PathLike[str], given: Iterable[str] = ()) -> None:
        self.root = os.path.realpath(root)
        self._real: dict[str, str] = {}
        self._names = {self.real(name): name for name in given}

    def real(self, name: str) -> str:
        """Where a file is."""
        if name not in self._real:
            self._real[name] = os.path.realpath(os.path.join(self.root, name))
        return self._real[name]

    def by_real(self, named: Mapping[str, T]) -> dict[str, T]:
        """The same, by real path."""
        return {self.real(name): value for name, value in named.items()}

    def name(self, path: str) -> str:
        """The name of a file; what is no absolute path, such as `<string>`, stays as it is."""
        if path not in self._names:
            self._names[path] = self._named(path) if os.path.isabs(path) else path
        return self._names[path]

    def _named(self, path: str) -> str:
        real, below = os.path.realpath(path), os.path.join(self.root, "")
        inside = next((place for place in (real, path) if place.startswith(below)), None)
        return self._names.get(real) or (inside.removeprefix(below) if inside else real)

    def hidden(self, work: Work) -> Work:
        """Work on requests with real paths -> the same for requests and replies with names."""

        def named(request: dict[str, Any], emit: Emit, folder: str) -> object:
            for swap in chain(request["swaps"], *request["trials"]):
                swap["path"] = self.real(swap["path"])
            for key in ("overlay", "artifacts"):
                request[key] = self.by_real(request[key])
            return work(request, lambda frame: emit(self._told(frame)), folder)

        return named

    def _told(self, frame: dict[str, Any]) -> dict[str, object]:
        if "outcome" in frame and frame["outcome"].get("path"):
            return {"outcome": {**frame["outcome"], "path": self.name(frame["outcome"]["path"])}}
        if "functions" in frame:
            return {"functions": [(self.name(path), line) for path, line in frame["functions"]]}
        return frame
