"""`tracec models [RUN]` lists what models were asked in a run, why each call ended, and what it cost."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import project_root
from tracec.view import models_text
from tracec.view.printable import printable


def run(args: argparse.Namespace) -> int:
    """`args` has run (a name, or its beginning or end; None: the newest) and json; returns 0."""
    from tracec.models.exchanges import exchanges

    root = project_root(".")
    folder = chosen(root / ".tracec" / "runs", args.run)
    found = [*exchanges(folder)]
    if args.json:
        print(json.dumps(models_text.as_data(folder, found)))
    elif not found:
        print(f"no model was asked in run {folder.name}", file=sys.stderr)
    else:
        print(printable(models_text.table(folder.relative_to(root), found)))
    return 0


def chosen(runs: Path, name: str | None) -> Path:
    """The folder of a run; TracecError where there is none of that name, or more than one."""
    from tracec.run.history import past

    folders = past(runs)
    if not folders:
        raise TracecError("no runs are kept here", "`tracec optimize` keeps the last five")
    if name is None:
        return folders[-1]
    named = [folder for folder in folders if folder.name.startswith(name) or folder.name.endswith(name)]
    if len(named) != 1:
        names = ", ".join(folder.name for folder in folders)
        many = "several runs are" if named else "no run is"
        raise TracecError(f"{many} called {name!r}", f"the runs are {names}")
    return named[0]
