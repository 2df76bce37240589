"""Credit of all targets -> the places that explain the failures, ranked."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tracec.passes.nouns.credit import Credit, Evidence
from tracec.project.program import Program

IRRELEVANT = (
    0.75  # the weight of what no failure depends on, as a part of its own: a slice does not know what is missing
)
UNSURE = 1.5  # how much further away a place counts that only the relevant slice has; chosen

Rows = tuple[tuple[str, Evidence], ...]


def ranking(program: Program, credits: Mapping[str, Credit]) -> Rows:
    """(function, evidence), heaviest first; of equal weight what is nearer to the failure, then the smaller piece.

    That a function was entered at all, which is evidence on its name, is left out.
    """
    targets = {target.id: target for target in program.targets}
    pairs = [(targets[credit.target], e) for credit in credits.values() for e in credit.evidence]
    rows = [(target.qualname, e) for target, e in pairs if text_at(program, e) != target.qualname.rpartition(".")[2]]
    rows.sort(key=lambda row: (-round(weight(row[1]), 9), far(row[1]), length(row[1]), row[1].span))
    return tuple(rows)


def weight(evidence: Evidence) -> float:
    """The weight of a place; what no failure depends on counts a little less."""
    return evidence.weight * (1.0 if evidence.near >= 0 else IRRELEVANT)


def far(evidence: Evidence) -> float:
    """How many edges a place is away from the failure; those of the relevant slice say less."""
    return evidence.near * (1 if evidence.in_slice else UNSURE) if evidence.near >= 0 else math.inf


def length(evidence: Evidence) -> tuple[int, int]:
    """How much source a span takes: lines, and columns within one line."""
    s = evidence.span
    return s.end_line - s.line, s.end_column - s.column if s.line == s.end_line else 0


def text_at(program: Program, e: Evidence) -> str:
    """The first line of the code at a span."""
    line = program.sources[e.span.path].text.splitlines()[e.span.line - 1]
    end = e.span.end_column if e.span.end_line == e.span.line else len(line)
    text = line[e.span.column : end].strip()
    return text if len(text) <= 40 else text[:39] + "…"
