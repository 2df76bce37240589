"""FailureClues: what failing tests say in their messages and in their own text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailureClues:
    """What failing tests say, each thing once, in the order of the tests.

    `shown_texts` are the texts in the values that they compare; `own_missing_names` the variables and attributes of the
    program's own objects that are missing; `missing_names` all names that nothing has; `rejected_calls` the functions,
    by their qualified names, that were called with other arguments than they take; `types` the types of which a name
    is missing or a call was rejected. `tests` are their ids; `raised_at` is where an exception ended them, as (path,
    line), and `raised` its class; `compared_texts` are the pairs of texts of which a comparison failed.

    From the text of the tests: `test_texts` are the texts written in it, `expected_errors` the exceptions that are to
    be raised, each with the pattern that its message is to match, "" for none; `nothing` says whether they mention
    what is empty or false, or cannot be read.
    """

    shown_texts: tuple[str, ...] = ()
    own_missing_names: tuple[str, ...] = ()
    missing_names: tuple[str, ...] = ()
    rejected_calls: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tests: frozenset[str] = frozenset()
    raised_at: tuple[tuple[str, int], ...] = ()
    raised: tuple[str, ...] = ()
    compared_texts: tuple[tuple[str, str], ...] = ()
    test_texts: tuple[str, ...] = ()
    expected_errors: tuple[tuple[str, str], ...] = ()
    nothing: bool = False


NO_CLUES = FailureClues()
