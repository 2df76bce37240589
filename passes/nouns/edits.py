"""Edits: what a candidate changes. `passes/patch` places each and proves that nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReplaceDefinition:
    """A target's definition becomes `source`: the whole new one, decorators included, dedented."""

    target: str
    source: str


@dataclass(frozen=True, slots=True)
class SetLiteral:
    """A target's literal becomes `value`, a source text."""

    target: str
    value: str


@dataclass(frozen=True, slots=True)
class AddDefinition:
    """A file gets a new function, class or constant; a class gets a method where `within` names it.

    `before` names the sibling in front of which it stands; without it the place follows from its kind.
    """

    path: str
    source: str
    within: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class AddImport:
    """A file gets one import statement, placed as its own imports are."""

    path: str
    source: str


Edit = ReplaceDefinition | SetLiteral | AddDefinition | AddImport
