"""Programs with scores -> the list that a model is to surpass, the best last (OPRO)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.score import Score
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.sees.situation import Level
from tracec.passes.propose.llm.told.brief import Brief, Section
from tracec.passes.propose.llm.told.programs import variant

MOST = 20  # entries of the list; as in the release
TITLE = "## What was tried so far, with how it fared, the best last"
TASK = """\
See how what was tried and how it fared go together. Then write a version that differs from all of them and that fares \
better than the last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A program of the list: the texts of what was changed in it, its score, and that in words."""

    values: Mapping[str, str]
    score: Score
    head: str


def ascending(entries: Sequence[Entry], most: int = MOST) -> list[Entry]:
    """The best ones, the best last; of equals the earlier one is the better."""
    ranked = sorted(enumerate(entries), key=lambda pair: (-pair[1].score.failing, pair[1].score.mean, -pair[0]))
    return [entry for _, entry in ranked[-most:]]


def brief(entries: Sequence[Entry], origin: Mapping[str, Target]) -> Brief:
    """What is told. The user's program stands in the list with the texts of all that another one changed."""
    listed = ascending(entries)
    changed = dict.fromkeys(name for entry in listed for name in entry.values)
    own = {name: origin[name].value for name in changed if name in origin}
    items = tuple(variant(f"### {e.head}", e.values or own, origin) for e in listed) if len(listed) > 1 else ()
    return Brief(TASK if items else "", (Section("list", TITLE, items),), level=Level.OUTCOME)
