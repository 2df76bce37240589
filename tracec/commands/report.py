"""`tracec report [RUN]` writes one HTML page of an optimize run, from what the run left in its folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tracec.commands.models import chosen
from tracec.passes.nouns.errors import TracecError
from tracec.project import private
from tracec.project.paths import project_root

NAME = "report.html"  # of the page, below .tracec


def run(args: argparse.Namespace) -> int:
    """`args` has run (a name, or its beginning or end; None: the newest) and output; returns 0."""
    from tracec.explaining.run_roads import run_roads
    from tracec.models.exchanges import exchanges
    from tracec.run.story import story
    from tracec.view.run_page.page import page

    root = project_root(".")
    folder = chosen(root / ".tracec" / "runs", args.run)
    found = story(folder)
    text = page(found, run_roads(folder, found.before), [*exchanges(folder)])
    if args.output == "-":
        sys.stdout.write(text)
        return 0
    print(written(root, args.output, text))
    return 0


def written(root: Path, output: str | None, text: str) -> Path:
    """The page's file; TracecError where it cannot be written."""
    path = Path(output) if output else root / ".tracec" / NAME
    try:
        if output:
            path.write_text(text, encoding="utf-8")
        else:
            private.put(path, text.encode("utf-8"))
    except OSError as error:
        raise TracecError(
            f"cannot be written ({error.strerror})", "name another file with -o", path=str(path)
        ) from None
    return path
