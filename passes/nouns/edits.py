"""The nouns of a change: ReplaceDefinition, SetLiteral, AddDefinition, AddImport, and Refused."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReplaceDefinition:
    """A target of kind `code` gets a new definition: all of it, decorators included, dedented, under the same name."""

    target: str  # Target.id
    source: str


@dataclass(frozen=True, slots=True)
class SetLiteral:
    """A target of kind `text`, `number` or `choice` gets a new value: the source text of the literal."""

    target: str  # Target.id
    value: str


@dataclass(frozen=True, slots=True)
class AddDefinition:
    """A file gets one more function, class or assignment (`NAME = value`, annotated or not).

    `within` is the qualname of the class that gets it, "" for the module. `before` is the qualname of the sibling that
    it stands in front of; where it is "", the patch finds a place.
    """

    path: str
    source: str
    within: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class AddImport:
    """A file gets the names of one import statement at module level, unless it has them already."""

    path: str
    source: str


Edit = ReplaceDefinition | SetLiteral | AddDefinition | AddImport


def about(edit: Edit) -> tuple[str, str]:
    """What an edit is about: of two about one thing only one can be made."""
    if isinstance(edit, (ReplaceDefinition, SetLiteral)):
        return "target", edit.target
    if isinstance(edit, AddImport):
        return edit.path, edit.source
    name = re.search(r"^\s*(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)", edit.source, re.MULTILINE)
    return f"{edit.path}:{edit.within}", (name[1] or name[2]) if name else edit.source


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that cannot be made. `reason` is one line: `path:line: what is wrong; what to do`."""

    edit: Edit
    reason: str
