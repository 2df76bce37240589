"""FailureClues: what failing tests say in their messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailureClues:
    """What failing tests say in their messages, each thing once, in the order of the tests.

    `shown_texts` are the texts in the values that they compare; `own_missing_names` the variables and attributes of the
    program's own objects that are missing; `missing_names` all names that nothing has; `rejected_calls` the functions,
    by their qualified names, that were called with other arguments than they take; `types` the types of which a name
    is missing or a call was rejected.
    """

    shown_texts: tuple[str, ...] = ()
    own_missing_names: tuple[str, ...] = ()
    missing_names: tuple[str, ...] = ()
    rejected_calls: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


NO_CLUES = FailureClues()
