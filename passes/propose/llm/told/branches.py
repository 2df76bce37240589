"""Changes that were made from one program -> what is asked: another one than these (tree search)."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.passes.propose.llm.told.brief import Brief, Section

TITLE = "## Changes of this very program that others follow up, the best last"
TASK = "Take another way than those: another place or another idea, by what came of them."


def brief(children: Sequence[str]) -> Brief:
    """`children` are texts of changes with what came of them, the best last."""
    return Brief(TASK if children else "", (Section("branches", TITLE, tuple(children)),))
