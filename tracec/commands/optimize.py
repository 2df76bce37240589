"""`tracec optimize` improves marked or named code until its tests pass, or values until a metric is high."""

from __future__ import annotations

import argparse
import sys

from tracec import config as configuration
from tracec.api import Session
from tracec.models.bill import DryRun


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when the goal is reached, else 1. Prints the diff, keeps a patch, writes it if asked."""
    from tracec.view import alternatives, report
    from tracec.view.printable import for_stdout, printable

    tell = report.Teller(args.quiet or args.json)
    session = Session(config=configuration.load(options=vars(args)), tell=tell)
    try:
        done = session.optimize(args.paths, targets=args.target, write=args.write, resume=args.resume, dry=args.dry_run)
    except DryRun as said:
        print(printable(str(said)))
        return 0
    for warning in done.result.warnings:
        print(f"tracec: warning: {printable(warning)}", file=sys.stderr)
    print(report.as_json(done.summary) if args.json else for_stdout(done.diff), end="\n" if args.json else "")
    if not args.json:
        tell(report.in_words(done.summary))
        for line in alternatives.in_words(done.result):
            tell(line)
        for number in done.others:
            tell(f"one of them is kept as patch {number}; `tracec patch show {number}` prints it")
        kept = done.patch if done.result.texts else None
        written = args.write and (done.solved or done.status != "plausible")
        tell(what_now(done.command, kept.number, written=written) if kept else "no file was changed")
    if done.result.interrupted:
        return 130
    return 0 if done.solved else 1


def what_now(words: str, number: int, *, written: bool) -> str:
    """The command that follows; `words` are those behind `tracec patch apply`."""
    if written:
        return f"written; `tracec patch undo {words}` takes it back"
    return f"kept as patch {number}; `tracec patch apply {words}` writes it"
