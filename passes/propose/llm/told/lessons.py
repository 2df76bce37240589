"""Lessons of a model about its own changes: asked for, read off its replies, and told again (Reflexion)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracec.passes.propose.llm.sees.parts import shortened
from tracec.passes.propose.llm.told.brief import Brief, Section

MOST = 3  # lessons that are told; as in the release
LONGEST = 400  # characters of a lesson; chosen
TITLE = "## What you learned from earlier changes, the latest last"
TASK = """\
What is shown is what your last change made of the program, or what it was before where that change was taken back. \
Begin your answer with one line `Lesson: ...` that says why your last change did not do and what to do instead. Then \
answer as follows."""
SAID = re.compile(r"^[\s>*#_-]*lesson\b[*_]*\s*(?:\d+\s*)?[:\-–][*_]*\s*(.+)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a model said, and what came of the change that it made by it, once that is known."""

    text: str
    outcome: str = ""


def lesson_of(reply: str) -> str:
    """The lesson in a reply, in one line; "" where there is none."""
    found = SAID.search(reply.partition("```")[0])
    return shortened(" ".join(found[1].split()), LONGEST) if found else ""


def brief(lessons: Sequence[Lesson], *, failed: bool) -> Brief:
    """The last lessons; a new one is asked for where a change `failed`."""
    items = tuple(f"- {one.text}" + (f" (then: {one.outcome})" if one.outcome else "") for one in lessons[-MOST:])
    return Brief(TASK if failed else "", (Section("lessons", TITLE, items),))
