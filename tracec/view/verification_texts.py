"""What came of verifying a trace -> text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict

from tracec.passes.verify.verification import Disagreement, Verification

WIDEST = 60  # characters of a value that is told; chosen


def as_text(name: str, found: Verification, most: int) -> Iterable[str]:
    """A line for each disagreement, `most` of them, then a table of the kinds, and what was lost."""
    for wrong in found.wrong[:most]:
        yield line_of(wrong)
    many = sum(found.disagree.values())
    if many > len(found.wrong[:most]):
        yield f"... and {many - len(found.wrong[:most])} more"
    rows = {kind: counts(found, kind) for kind in kinds(found)}
    rows["all"] = tuple(map(sum, zip(*rows.values(), (0, 0, 0))))
    yield f"{'':30} {'agree':>10} {'disagree':>10} {'not judged':>10}"
    for kind, (agree, disagree, unjudged) in rows.items():
        yield f"{kind:30} {agree:>10} {disagree:>10} {unjudged:>10}"
    yield f"{found.lost} events could not be placed" if found.lost else "every event was placed"


def line_of(wrong: Disagreement) -> str:
    """`%86   arithmetic: k + 5 was 11, and is 15   p.py:24`."""
    told = [text if len(text) <= WIDEST else text[: WIDEST - 1] + "…" for text in (wrong.text, wrong.computed)]
    return (
        f"%{wrong.node:<5} {wrong.kind}: {told[0]} was {wrong.recorded}, and is {told[1]}   {wrong.path}:{wrong.line}"
    )


def kinds(found: Verification) -> list[str]:
    """All kinds that were met."""
    return sorted({*found.agree, *found.disagree, *found.unjudged})


def counts(found: Verification, kind: str) -> tuple[int, ...]:
    """How many of a kind agree, disagree, and are not judged."""
    return found.agree.get(kind, 0), found.disagree.get(kind, 0), found.unjudged.get(kind, 0)


def as_json(name: str, found: Verification, most: int) -> Iterable[str]:
    """One JSON object: {"name", "lost", "kinds": {kind: {"agree", "disagree", "unjudged"}}, "wrong"}."""
    rows = {kind: dict(zip(("agree", "disagree", "unjudged"), counts(found, kind))) for kind in kinds(found)}
    wrong = [asdict(row) for row in found.wrong[:most]]
    yield json.dumps({"name": name, "lost": found.lost, "kinds": rows, "wrong": wrong})


VERIFICATIONS: dict[str, Callable[[str, Verification, int], Iterable[str]]] = {"text": as_text, "json": as_json}
