"""The site of an import -> what it binds, where it is of a module that is recorded."""

from __future__ import annotations

import ast

from tracec.passes.link.plan import Module, Step
from tracec.passes.link.state import Live
from tracec.passes.link.variables import Variables
from tracec.passes.nouns.trace import Site
from tracec.runtime.record.picture_texts import WHOLE

Inputs = tuple[list[int], list[int]]  # nodes, and the codes of their labels


class Imports(Variables):
    """Knows modules by their names. The site of an import is passed when the modules that it loads have run."""

    def imports(self, frame: Live, step: Step) -> Inputs:
        """Find the variable that `from m import name` binds."""
        whole, _, name = step.site.attr.partition(":")
        if name and name != "*":
            module = self.module_named(frame.module, whole)
            node = module.env.get(name, -1) if module is not None else -1
            if node >= 0:
                return [node], [0]
        return [], []

    def imported_by(self, frame: Live, site: Site, node: int) -> None:
        """Note that an import is done: the module that its node is, or all that a star brings."""
        whole, _, name = site.attr.partition(":")
        if name == "*":
            module = self.module_named(frame.module, whole)
            if module is not None:
                self.star(frame.module, module)
            return
        module = self.module_named(frame.module, joined(whole, name))
        if module is not None:
            self.imported[node] = module

    def star(self, into: Module, module: Module) -> None:
        """Bind what `from m import *` brings: the names of its `__all__`, or those without an underscore; as of now."""
        listed = self.listed(module)
        for name, node in list(module.env.items()):
            if not isinstance(name, str) or node in self.unknown:
                continue
            if name in listed if listed is not None else not name.startswith("_"):
                into.env[name] = node

    def listed(self, module: Module) -> frozenset[str] | None:
        """Read what a module's `__all__` says; None where it has none, or one that nobody can read."""
        node = module.env.get("__all__", -1)
        value = self.values[node] if node >= 0 else None
        if type(value) is not tuple or not value[3] & WHOLE or self.last_change(node, value[2]) not in (-1, node):
            return None
        try:
            return frozenset(str(name) for name in ast.literal_eval(value[1]))
        except (ValueError, SyntaxError, TypeError):
            return None

    def loads(self, importer: Module, site: Site, loaded: Module) -> bool:
        """Return True where an import is of this module, or of something within it."""
        if site.kind != "import":
            return False
        whole, _, name = site.attr.partition(":")
        names = joined(whole, name).split(".") if name != "*" else whole.split(".")
        parts = [".".join(names[:end]) for end in range(1, len(names) + 1)]
        return any(part and self.module_named(importer, part) is loaded for part in parts)

    def module_named(self, importer: Module, name: str) -> Module | None:
        """Find the recorded module of a dotted name; a relative one is looked for beside the one that imports it."""
        bare = name.lstrip(".")
        tail = bare.replace(".", "/")
        if len(bare) < len(name):
            folder = "/".join(importer.path.split("/")[: len(bare) - len(name)])
            tail = "/".join(filter(None, (folder, tail)))
        found = self.by_tail.get(f"{tail}.py") if tail else None
        return found or self.by_tail.get(f"{tail}/__init__.py" if tail else "__init__.py")


def joined(module: str, name: str) -> str:
    """Join the name of a module and a name in it: `a.b` and `c` -> `a.b.c`; `.` and `c` -> `.c`."""
    return f"{module}{'' if module.endswith('.') or not name else '.'}{name}"
