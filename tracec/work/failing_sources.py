"""Outcomes -> the texts of the files that failing tests stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tracec.passes.accept.holdout import function_of
from tracec.runtime.outcome import Outcome


def failing_sources(outcomes: Iterable[Outcome], files: Mapping[str, str]) -> list[tuple[str, set[str]]]:
    """The text of each file that has failing tests, "" where it cannot be read, with the names of their functions."""
    names: dict[str, set[str]] = {}
    for test in (o.id for o in outcomes if o.failed and o.id in files):
        names.setdefault(files[test], set()).add(function_of(test).rpartition("::")[2])
    return [(text_of(path), its) for path, its in names.items()]


def text_of(path: str) -> str:
    """The text of a file, "" where it cannot be read."""
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
