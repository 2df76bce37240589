"""`tracec why [PYTEST ARGS | SCRIPT]` tells where the wrong value under each failure came from."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

from msgspec import structs

from tracec import config as configuration
from tracec.daily_options import REVIEWED, is_script
from tracec.explaining.interpreter import users_python
from tracec.passes.nouns.errors import TracecError

if TYPE_CHECKING:
    from tracec.config import Config
    from tracec.explaining.explained import Explained
    from tracec.explaining.gathered import Gathered
    from tracec.run.job import Tell


def run(args: argparse.Namespace) -> int:
    """Exit code 0 where nothing failed, else 1; the words after the options are pytest's, or a script and its own."""
    from tracec.view.teller import Teller

    config = configuration.load(options=vars(args))
    tell = Teller(args.quiet or args.format != "text", limit=args.budget_seconds)
    if args.words and is_script(args.words[0]):
        from tracec.commands.run import waited
        from tracec.explaining.script import explained_script

        return told(args, explained_script(os.getcwd(), args.words, config, waited), os.getcwd())
    gathered = gathered_by(args, config, tell)
    if not gathered.failed:
        return nothing(args, gathered)
    if args.repair:
        from tracec.explaining.repair import repair

        return repair(gathered, config, tell, args.repair, args.target)
    from tracec.explaining.explained import explained

    with tell:
        found = explained(gathered, config, tell, args.budget_seconds)
    return told(args, found, gathered.root, gathered.test_files())


def gathered_by(args: argparse.Namespace, config: Config, tell: Tell) -> Gathered:
    """What the plugin saw in the run that has just ended, or sees in one of ours."""
    if args.gathered:
        from tracec.explaining.gathered import read_gathered

        return read_gathered(args.gathered)
    from tracec.explaining.gathering import gather

    config = structs.replace(config, python=users_python(config.python, os.getcwd()))
    return gather(os.getcwd(), args.words, config, tell)


def told(args: argparse.Namespace, found: Explained, root: str, test_files: Collection[str] = ()) -> int:
    """Print roads in the format asked for; 1, as something failed."""
    from tracec.view import road_texts

    if args.format in REVIEWED:
        from tracec.reviews.findings import of_roads
        from tracec.reviews.formats import FORMATS
        from tracec.reviews.repository import prefix

        print(FORMATS[args.format]([*of_roads(found, prefix(root), test_files)]))
    elif args.format == "json":
        print(json.dumps(road_texts.as_dict(found)))
    elif args.format == "lsp-diagnostics":
        print(json.dumps(road_texts.as_diagnostics(found, root)))
    else:
        print("\n".join(road_texts.as_text(found)).rstrip())
    return 1 if found.failing else 0


def nothing(args: argparse.Namespace, gathered: Gathered) -> int:
    """Say that nothing failed; TracecError where nothing could be collected."""
    if gathered.uncollected:
        name, why = gathered.uncollected[0]
        raise TracecError(f"could not be collected: {why}", "run pytest on it: it says what is wrong there", path=name)
    if args.format in REVIEWED:
        from tracec.reviews.formats import FORMATS

        print(FORMATS[args.format]([]))
    elif args.format == "json":
        print(json.dumps({"failing": 0, "seconds": 0.0, "left_out": [], "roads": []}))
    elif args.format == "lsp-diagnostics":
        print("[]")
    else:
        print(f"no test fails: {len(gathered.passed)} passed", file=sys.stderr)
    return 0
