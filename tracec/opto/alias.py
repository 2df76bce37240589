"""`opto` as a name of `tracec.opto`, in this process: `import opto.trace.nodes` gives the very module of ours."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

OLD, NEW = "opto", "tracec.opto"
NOT_OURS = "tracec.opto has no {name}: see what `tracec opto --check FILE` says of the import"


class Alias(MetaPathFinder, Loader):
    """Finds `opto` and all below it."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """A spec for what is ours; ModuleNotFoundError where we have no such module, whatever else is installed."""
        if fullname != OLD and not fullname.startswith(f"{OLD}."):
            return None
        ours = NEW + fullname[len(OLD) :]
        try:
            found = importlib.util.find_spec(ours)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise ModuleNotFoundError(NOT_OURS.format(name=ours.removeprefix(f"{NEW}.")), name=fullname)
        return ModuleSpec(fullname, self, is_package=found.submodule_search_locations is not None)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Our own module."""
        module = importlib.import_module(NEW + spec.name[len(OLD) :])
        self._spec: Any = module.__spec__
        share()
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It ran; it keeps its own spec."""
        module.__spec__ = sys.modules[module.__name__].__spec__ = (
            importlib.util.find_spec(module.__name__) or self._spec
        )


def share() -> None:
    """Give all of ours that is loaded its old name too: the import system then sets no attribute of a package anew."""
    for name in [name for name in sys.modules if name.startswith(f"{NEW}.")]:
        sys.modules.setdefault(OLD + name[len(NEW) :], sys.modules[name])


def install() -> None:
    """Let the name stand for ours from now on; what was imported under it before is forgotten."""
    if any(isinstance(finder, Alias) for finder in sys.meta_path):
        return
    for name in [name for name in sys.modules if name == OLD or name.startswith(f"{OLD}.")]:
        del sys.modules[name]
    sys.meta_path.insert(0, Alias())
