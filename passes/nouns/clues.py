"""What failing tests say in their messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What failing tests say in their messages.

    `shown` are the texts in the values that they compare, `lacking` the variables and attributes of the program's own
    objects that are missing, `unknown` all names that nothing has, `refused` the functions, by their qualified names,
    that were called with other arguments than they take, `kinds` the types of which either is said.
    """

    shown: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


SILENCE = Said()
