"""Credit of all targets -> the places that explain the failures, ranked."""

from __future__ import annotations

from collections.abc import Mapping

from tracec.passes.nouns.credit import Credit, Evidence, rank
from tracec.project.program import Program

Rows = tuple[tuple[str, Evidence], ...]


def ranking(program: Program, credits: Mapping[str, Credit]) -> Rows:
    """(function, evidence), heaviest first; of equal weight what is nearer to the failure, then the smaller piece.

    That a function was entered at all, which is evidence on its name, is left out.
    """
    targets = {target.id: target for target in program.targets}
    pairs = [(targets[credit.target], e) for credit in credits.values() for e in credit.evidence]
    rows = [(target.qualname, e) for target, e in pairs if text_at(program, e) != target.qualname.rpartition(".")[2]]
    rows.sort(key=lambda row: (rank(row[1]), row[1].span))
    return tuple(rows)


def text_at(program: Program, e: Evidence) -> str:
    """The first line of the code at a span."""
    line = program.sources[e.span.path].text.splitlines()[e.span.line - 1]
    end = e.span.end_column if e.span.end_line == e.span.line else len(line)
    text = line[e.span.column : end].strip()
    return text if len(text) <= 40 else text[:39] + "…"
