"""`tracec targets` lists what is marked, or with --all all that could be."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict

from tracec.passes.find import find, select
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.target import Target
from tracec.project import paths
from tracec.project.program import everything

NOTHING = """nothing is marked here; put @tracec.trainable on a function, or the comment `# tracec: trainable` above it,
or name one with --target (`tracec targets --all` lists the names)"""


def run(args: Namespace) -> int:
    """Print the targets in `args.paths` as a table, or as a JSON list with `args.json`; 0.

    A file in a folder that does not parse is a warning on stderr; one named by itself is a TracecError.
    """
    targets = [t for path in paths.expand(args.paths, os.getcwd()) for t in _targets(path, args.all, args.paths)]
    targets = list(select(targets, paths.qualnames(args.paths, os.getcwd())))
    if args.json:
        print(json.dumps([_plain(target) for target in targets], indent=2))
    elif targets:
        print(_table(targets))
    else:
        print("there is nothing here that may change" if args.all else NOTHING, file=sys.stderr)
    return 0


def _targets(path: str, every: bool, named: Sequence[str]) -> Sequence[Target]:
    try:
        source = paths.read(path)
        found = everything(source) if every else find(source)
    except TracecError as error:
        if os.path.normpath(path) in map(os.path.normpath, named):
            raise
        print(f"warning: {error}", file=sys.stderr)
        return ()
    return sorted(found, key=lambda target: target.span)


def _plain(target: Target) -> dict[str, object]:
    """JSON: the fields of the Target, its path and line beside its span."""
    return {**asdict(target), "path": target.span.path, "line": target.span.line}


def _table(targets: Sequence[Target]) -> str:
    rows = [("KIND", "PLACE", "NAME", "GOAL", "CONSTRAINTS"), *map(_row, targets)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _row(target: Target) -> tuple[str, str, str, str, str]:
    place = f"{target.span.path}:{target.span.line}"
    constraints = ", ".join(" ".join(text.split()) for text in target.constraints)
    return target.kind, place, target.qualname, " ".join(target.goal.split()), constraints
