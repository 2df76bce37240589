"""`tracec blame`: the places that explain the failing tests, ranked, with the values they held."""

from __future__ import annotations

import argparse
import json
import math
import sys
from typing import TYPE_CHECKING

from tracec.commands.optimize import job_of

if TYPE_CHECKING:
    from tracec.passes.nouns.credit import Credit, Evidence
    from tracec.project.program import Program


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when no test fails, else 1."""
    from tracec import pipeline
    from tracec.project.program import Program
    from tracec.run.job import budget, suite_of
    from tracec.run.ledger import Ledger
    from tracec.strategy import STRATEGIES

    job = job_of(args, quiet=args.json)
    program = Program.read(job.paths, job.names)
    ledger = Ledger(budget(job.config))
    with suite_of(job, ledger) as suite:
        program = program.without(pipeline.tests_of(job, suite, program))
        judge, result = pipeline.start(job, suite, program, ledger)
        search = STRATEGIES["search"]
        credits = pipeline.blame(job, search, judge, program, result, ledger) if judge.goals else {}
    for warning in result.warnings:
        print(f"tracec: warning: {warning}", file=sys.stderr)
    rows = ranking(program, credits)[: args.top]
    print(json.dumps([as_dict(name, e) for name, e in rows]) if args.json else table(rows, program), end="\n")
    return 1 if judge.goals else 0


def ranking(program: Program, credits: dict[str, Credit]) -> list[tuple[str, Evidence]]:
    """(function, evidence), heaviest first; of equal weight what is nearer to the failure, then the smaller piece.

    That a function was entered at all, which is evidence on its name, is left out.
    """
    targets = {target.id: target for target in program.targets}
    pairs = [(targets[credit.target], e) for credit in credits.values() for e in credit.evidence]
    rows = [(target.qualname, e) for target, e in pairs if text_at(program, e) != target.qualname.rpartition(".")[2]]
    rows.sort(key=lambda row: (-round(weight(row[1]), 9), far(row[1]), length(row[1]), row[1].span))
    return rows


def weight(evidence: Evidence) -> float:
    """What no failure depends on counts less, and not much: a slice does not know of code that is missing."""
    return evidence.weight * (1.0 if evidence.near >= 0 else 0.75)


def far(evidence: Evidence) -> float:
    """How many edges it is away from the failure; those of the relevant slice say less."""
    return evidence.near * (1 if evidence.in_slice else 1.5) if evidence.near >= 0 else math.inf


def length(evidence: Evidence) -> tuple[int, int]:
    """How much source a span takes."""
    s = evidence.span
    return s.end_line - s.line, s.end_column - s.column if s.line == s.end_line else 0


def as_dict(name: str, e: Evidence) -> dict[str, object]:
    """One row for scripts."""
    from tracec.passes.nouns.trace import show

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


def table(rows: list[tuple[str, Evidence]], program: Program) -> str:
    """Rows for people: weight, place, code, values."""
    from tracec.passes.nouns.trace import show

    lines = []
    for name, e in rows:
        code = text_at(program, e)
        values = ", ".join(show(value, 24) for value in e.values[:5])
        mark = " " if e.in_slice else "~" if e.near >= 0 else "?"
        lines.append(f"{weight(e):4.2f}{mark} {e.span.path}:{e.span.line:<4} {name:20} {code:40}  # {values}")
    return "\n".join(lines)


def text_at(program: Program, e: Evidence) -> str:
    """The first line of the code at a span."""
    line = program.sources[e.span.path].text.splitlines()[e.span.line - 1]
    end = e.span.end_column if e.span.end_line == e.span.line else len(line)
    text = line[e.span.column : end].strip()
    return text if len(text) <= 40 else text[:39] + "…"
