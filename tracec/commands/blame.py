"""`tracec blame` ranks the places that explain the failing tests, with the values they held."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracec import config as configuration
from tracec.api import Session

if TYPE_CHECKING:
    from tracec.api import Blame
    from tracec.passes.nouns.credit import Evidence

SHOWN = 3  # failing tests whose message is shown; chosen
MOST_LINES = 4  # of a message; chosen
VALUES = 2  # expressions of a line whose values are shown; chosen


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when no test fails, else 1."""
    from tracec.view.printable import printable
    from tracec.view.teller import Teller

    config = configuration.load(options=vars(args))
    with Teller(args.json or bool(args.format), limit=config.budget_seconds) as tell:
        found = Session(config=config, tell=tell).blame(args.paths, targets=args.target)
    for warning in found.warnings:
        print(f"tracec: warning: {printable(warning)}", file=sys.stderr)
    if args.format:
        from tracec.reviews.findings import of_blame
        from tracec.reviews.formats import FORMATS
        from tracec.reviews.repository import prefix

        print(FORMATS[args.format]([*of_blame(found.rows[: args.top], prefix(os.getcwd()))]))
    elif args.json:
        print(json.dumps([as_dict(name, e) for name, e in found.rows[: args.top]]))
    else:
        print(printable("\n".join((*failures(found), *table(found, args.top)))))
    return 1 if found.failing else 0


def as_dict(name: str, e: Evidence) -> dict[str, object]:
    """One row for scripts."""
    from tracec.passes.nouns.credit import weight
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


def failures(found: Blame) -> Iterator[str]:
    """What the first failing tests say, and where the exception came from that ended them."""
    for outcome in found.outcomes[:SHOWN]:
        inside = outcome.path and not os.path.isabs(outcome.path)
        place = f" ({outcome.path}:{outcome.line})" if inside else ""
        said = outcome.message.strip().splitlines()
        yield f"{outcome.id}{place}"
        yield from (f"    {line}" for line in said[:MOST_LINES])
    if len(found.outcomes) > SHOWN:
        yield f"and {len(found.outcomes) - SHOWN} more"


def table(found: Blame, top: int) -> Iterator[str]:
    """The most suspect lines: weight, place, function, code; under each the values of the expressions in it."""
    from tracec.passes.nouns.credit import weight
    from tracec.passes.nouns.trace import show
    from tracec.work.ranking import text_at

    lines: dict[tuple[str, int], list[tuple[str, Evidence]]] = {}
    for name, e in found.rows:
        lines.setdefault((e.span.path, e.span.line), []).append((name, e))
    raised = {(o.path, o.line) for o in found.outcomes}
    for place in sorted(lines, key=lambda at: order(lines[at], at in raised, heading(found, at)))[:top]:
        name, e = max(lines[place], key=lambda row: weight(row[1]))
        source = found.program.sources[place[0]].text.splitlines()[place[1] - 1].strip()
        mark = " " if e.in_slice else "~" if e.near >= 0 else "?"
        yield f"{weight(e):4.2f}{mark} {place[0]}:{place[1]:<4} {name:20} {source}"
        seen = [(text_at(found.program, e), e.values) for _, e in lines[place] if e.values]
        for code, values in seen[:VALUES]:
            yield f"{'':6}{code} is {', '.join(show(value, 24) for value in values[:5])}"


def heading(found: Blame, place: tuple[str, int]) -> bool:
    """Whether a line is the head of a definition: what is suspect there are its parameters."""
    text = found.program.sources[place[0]].text.splitlines()[place[1] - 1]
    return text.lstrip().startswith(("def ", "async def ", "class ", "@"))


def order(rows: list[tuple[str, Evidence]], raised: bool, head: bool) -> tuple[object, ...]:
    """The heaviest line first; of equal ones those that raised, then those that are nearer to the failure."""
    from tracec.passes.nouns.credit import far, weight

    return head, -round(max(weight(e) for _, e in rows), 2), not raised, min(far(e) for _, e in rows), rows[0][1].span
