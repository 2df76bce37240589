"""`tracec hook check|fix [FILE]...` is what the hooks of pre-commit run: the tests that the staged files touch."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

from msgspec import structs

from tracec import config as configuration
from tracec.explaining.interpreter import users_python
from tracec.explaining.staged import forget_git, staged, touching
from tracec.passes.nouns.errors import TracecError
from tracec.run.job import Silence
from tracec.view.printable import printable

if TYPE_CHECKING:
    from tracec.config import Config
    from tracec.explaining.gathered import Gathered

SECONDS = {"check": 20.0, "fix": 60.0}  # where no budget is given; chosen


def run(args: argparse.Namespace) -> int:
    """0 where all is well, or nothing is known; 1 where a test fails (check), or a file was written (fix)."""
    from tracec.pytest_plugin import on_a_build_server

    root, began = os.getcwd(), time.monotonic()
    changed = staged(root, args.paths)
    forget_git()
    if args.action == "fix" and (server := on_a_build_server()):
        print(f"tracec-fix does nothing, as {server} says that this is a build server, where no file is changed")
        return 0
    tests = touching(root, changed)
    if not tests:
        return 0
    seconds = args.budget_seconds or SECONDS[args.action]
    config = configuration.load(root)
    config = structs.replace(config, python=users_python(config.python, root), budget_seconds=seconds)
    gathered = ran(root, tests, config, seconds)
    if gathered is None:
        return 0
    for name, why in gathered.uncollected:
        print(printable(f"{name} could not be collected: {why}"))
    if not gathered.failed:
        return 1 if gathered.uncollected and args.action == "check" else 0
    left = max(1.0, began + seconds - time.monotonic())
    act = fix if args.action == "fix" else check
    return act(gathered, structs.replace(config, budget_seconds=left), changed)


def ran(root: str, tests: list[str], config: Config, seconds: float) -> Gathered | None:
    """The run of the tests; None, which is told, where it did not come to its end in time."""
    from tracec.explaining.gathering import Late, gather

    try:
        return gather(root, ["-p", "no:cacheprovider", *tests], config, Silence(), seconds)
    except Late:
        print(f"tracec: {len(tests)} test files did not come to their end in {seconds:g} s: they are not checked")
        print('give the hook more time (args: [--budget-seconds, "60"]), or leave slow tests out of it', flush=True)
        return None


def check(gathered: Gathered, config: Config, changed: list[str]) -> int:
    """Say which tests fail, and why."""
    from tracec.explaining.explained import explained
    from tracec.view import road_texts

    print(f"{len(gathered.failed)} tests fail that touch what is staged")
    found = explained(gathered, config, Silence(), config.budget_seconds)
    print("\n".join(road_texts.as_text(found)).rstrip())
    return 1


def fix(gathered: Gathered, config: Config, changed: list[str]) -> int:
    """Repair what is staged; 1 where a file was written."""
    from tracec.explaining.explained import Explained
    from tracec.explaining.repair import as_text, repaired

    found = Explained((), len(gathered.failed), files=frozenset(changed))
    try:
        done = repaired(gathered, found, config, Silence(), (), write=True)
    except TracecError as error:
        print(printable(str(error)), file=sys.stderr)
        return 0
    for line in as_text(done, write=True):
        print(printable(line))
    return 1 if done.solved and done.patch and done.result.texts else 0
