"""`tracec run`: runs a program under the import hook and keeps its trace."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tracec.build import Built, build
from tracec.children import admit, family
from tracec.claims import claim
from tracec.config import load
from tracec.files import expand, project_root
from tracec.merge import Merged, merge, remove
from tracec.passes.errors import TracecError
from tracec.prepare import command, shared
from tracec.runtime.child import first_environment
from tracec.runtime.log import spools
from tracec.traces import make_room, new_log


def run(args: argparse.Namespace) -> int:
    """The program's own exit code; where the trace went is said on stderr."""
    root = project_root(os.getcwd())
    script = None if args.module else args.program[0]
    if script and not Path(script).is_file():
        raise TracecError("no such script", "check the path, or use -m for a module", path=script)
    config = load(root, options={"grain": args.grain, "scope": args.scope})
    built = build(root, scope([*config.scope], script), config.grain)
    for warning in built.warnings:
        print(warning, file=sys.stderr)
    shown = Path(args.record) if args.record else new_log(root, config.traces_mb)
    if not shown.absolute().parent.is_dir():
        raise TracecError("no such folder", "make it, or record somewhere else", path=str(shown.parent))
    log = Path(os.path.realpath(shown))
    claimed = claim(log, str(shown))
    try:
        remove(log)
        code = recorded(args, built, log, root, config.trace_mb)
        for line in outcome(log, shown, merge(log), config.trace_mb):
            print(line, file=sys.stderr)
    finally:
        if not log.stat().st_size and not spools(str(log)):
            log.unlink()
        os.close(claimed)
    if not args.record and config.traces_mb:
        make_room(log.parent, config.traces_mb << 20, spared=log)
    return code


def recorded(args: argparse.Namespace, built: Built, log: Path, root: Path, megabytes: int) -> int:
    """Run the program, with all Python processes that it starts; its exit code."""
    with family(root, built) as open_family:
        if open_family.problem:
            print(f"tracec: {open_family.problem}", file=sys.stderr)
        bounds = {"keep": args.keep, "megabytes": megabytes, "count": open_family.count}
        words = command(args.program, built, log, root, module=bool(args.module), **bounds)
        admit(open_family, shared(built, log, **bounds))
        return launch(words)


def outcome(log: Path, shown: Path, merged: Merged, megabytes: int) -> Iterator[str]:
    """Where the trace went."""
    size = log.stat().st_size
    if not size and not merged.left:
        yield "tracec: nothing was recorded: the program did not start, or ended without running its exit handlers"
    else:
        yield f"tracec: recorded {shown} ({size:,} bytes); look at it with `tracec show {shown}`"
    if megabytes and size >= megabytes << 20:
        yield f"tracec: the trace ends at {megabytes} MiB; set trace-mb for more, or record the end with --keep N"
    if merged.left:
        yield (
            f"tracec: what {counted(merged.left)} recorded stays in {shown}.<process id> ({merged.problem}); "
            f"`tracec show {shown}` reads it all the same"
        )
    if merged.running:
        yield f"tracec: {counted(merged.running)} still running; what is recorded there is in {shown}.<process id>"


def counted(processes: int) -> str:
    """1 process, 2 processes."""
    return f"{processes} process{'es' * (processes != 1)}"


def scope(named: list[str], script: str | None) -> list[str]:
    """The files to record: what `--scope` names, else the folder at hand, and the script in any case."""
    cwd = os.getcwd()
    try:
        found = list(expand(named or ["."], cwd))
    except TracecError:
        if named:
            raise
        found = []
    known = {os.path.realpath(path) for path in found}
    return found + ([script] if script and os.path.realpath(script) not in known else [])


def launch(words: list[str]) -> int:
    """Run the child to its end, with our terminal; a signal's exit code is 128 and its number."""
    child = subprocess.Popen(words, env=first_environment())
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, lambda number, frame: child.send_signal(number))
    while True:
        try:
            code = child.wait()
            break
        except KeyboardInterrupt:  # the terminal sent it to the child as well: let it end in its own way
            continue
    return code if code >= 0 else 128 - code
