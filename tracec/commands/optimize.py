"""`tracec optimize` improves marked or named code until its tests pass, or values until a metric is high."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tracec import config as configuration
from tracec.api import Session
from tracec.models.bill import DryRun
from tracec.run.job import Tell

if TYPE_CHECKING:
    from tracec.improvement import Improvement


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when the goal is reached, else 1. Prints the diff, keeps a patch, writes it if asked."""
    from tracec.view import report
    from tracec.view.printable import printable
    from tracec.view.teller import Teller

    config = configuration.load(options=vars(args))
    tell = Teller(args.quiet or args.json, args.verbose, config.budget_seconds)
    session = Session(config=config, tell=tell)
    try:
        with tell:
            done = session.optimize(
                args.paths, targets=args.target, write=args.write, resume=args.resume, dry=args.dry_run
            )
    except DryRun as said:
        print(report.as_json({"dry_run": str(said)}) if args.json else printable(str(said)))
        return 0
    for warning in done.result.warnings:
        print(f"tracec: warning: {printable(warning)}", file=sys.stderr)
    if args.json:
        print(report.as_json(done.summary))
    else:
        in_words(done, tell, write=args.write)
    if done.result.interrupted:
        return 130
    return 0 if done.solved else 1


def in_words(done: Improvement, tell: Tell, *, write: bool) -> None:
    """The diff on stdout; what came of the run, and which command follows, as progress."""
    from tracec.view import alternatives, report
    from tracec.view.printable import print_diff

    print_diff(done.diff)
    tell(report.in_words(done.summary))
    for line in alternatives.in_words(done.result):
        tell(line)
    for number in done.others:
        tell(f"one of them is kept as patch {number}; `tracec patch show {number}` prints it")
    kept = done.patch if done.result.texts else None
    written = write and (done.solved or done.status != "plausible")
    tell(what_now(done.command, kept.number, written=written) if kept else "no file was changed")


def what_now(words: str, number: int, *, written: bool) -> str:
    """The command that follows; `words` are those behind `tracec patch apply`."""
    if written:
        return f"written; `tracec patch undo {words}` takes it back"
    return f"kept as patch {number}; `tracec patch apply {words}` writes it"
