"""Brief: what a strategy asks for beside the situation; Section: a titled list that it tells."""

from __future__ import annotations

from dataclasses import dataclass

from tracec.passes.propose.llm.sees.situation import Level


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a prompt. Where room is short, items go from the first on: the most important one comes last."""

    name: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """`cases` and `targets` are the only ones that are shown, all where empty. `level` is the most evidence shown.

    `task` says how to go about it. With `blocks` changed lines are asked for in place of whole functions.
    """

    task: str = ""
    sections: tuple[Section, ...] = ()
    cases: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    level: Level = Level.QUERY
    blocks: bool = False


PLAIN = Brief()
