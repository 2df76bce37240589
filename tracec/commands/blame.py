"""`tracec blame` ranks the places that explain the failing tests, with the values they held."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracec import config as configuration
from tracec.api import Session

if TYPE_CHECKING:
    from tracec.passes.nouns.credit import Evidence
    from tracec.project.program import Program


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when no test fails, else 1."""
    from tracec.view.printable import printable
    from tracec.view.report import Teller

    session = Session(config=configuration.load(options=vars(args)), tell=Teller(args.json))
    found = session.blame(args.paths, targets=args.target)
    for warning in found.warnings:
        print(f"tracec: warning: {printable(warning)}", file=sys.stderr)
    rows = found.rows[: args.top]
    text = json.dumps([as_dict(name, e) for name, e in rows]) if args.json else printable(table(rows, found.program))
    print(text)
    return 1 if found.failing else 0


def as_dict(name: str, e: Evidence) -> dict[str, object]:
    """One row for scripts."""
    from tracec.passes.nouns.trace import show
    from tracec.work.ranking import weight

    return {
        "function": name,
        "path": e.span.path,
        "line": e.span.line,
        "column": e.span.column,
        "end_line": e.span.end_line,
        "end_column": e.span.end_column,
        "weight": round(weight(e), 4),
        "in_slice": e.in_slice,
        "relevant": e.near >= 0,
        "distance": e.near if e.near >= 0 else None,
        "values": [show(value) for value in e.values],
    }


def table(rows: Sequence[tuple[str, Evidence]], program: Program) -> str:
    """Rows for people: weight, place, code, values."""
    from tracec.passes.nouns.trace import show
    from tracec.work.ranking import text_at, weight

    lines = []
    for name, e in rows:
        code = text_at(program, e)
        values = ", ".join(show(value, 24) for value in e.values[:5])
        mark = " " if e.in_slice else "~" if e.near >= 0 else "?"
        lines.append(f"{weight(e):4.2f}{mark} {e.span.path}:{e.span.line:<4} {name:20} {code:40}  # {values}")
    return "\n".join(lines)
