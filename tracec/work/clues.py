"""A panel -> what its failing tests say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from tracec.evaluate.panel import Panel
from tracec.passes.messages.expected_literals import marks
from tracec.passes.messages.failure_clues import failure_clues
from tracec.passes.messages.test_sources import asks_for_nothing, wanted
from tracec.passes.nouns.clues import FailureClues
from tracec.work.failing_sources import failing_sources

T = TypeVar("T")


def clues_of(panel: Panel) -> FailureClues:
    """What the failing tests say in their messages and in their text.

    Where no message shows a text, the marks in the texts of the tests stand for it.
    """
    clues, sources = failure_clues(panel.failed()), failing_sources(panel.failed(), panel.files)
    shown = clues.shown_texts or _once(mark for text, names in sources for mark in marks(text, names))
    found = [wanted(text, names) for text, names in sources]
    texts, errors = (_once(one for part in parts for one in part) for parts in zip(*found)) if found else ((), ())
    nothing = not sources or any(asks_for_nothing(*one) for one in sources)
    return replace(clues, shown_texts=shown, test_texts=texts, expected_errors=errors, nothing=nothing)


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
