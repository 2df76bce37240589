"""`tracec run`: runs a program under the import hook and keeps its trace."""

from __future__ import annotations

import argparse
import glob
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tracec.build import build
from tracec.config import load
from tracec.files import expand, project_root
from tracec.passes.errors import TracecError
from tracec.prepare import command
from tracec.traces import new_log


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
    log = Path(args.record) if args.record else new_log(root, config.traces_mb)
    if not log.absolute().parent.is_dir():
        raise TracecError("no such folder", "make it, or record somewhere else", path=str(log.parent))
    for old in logs(log):
        old.unlink()
    bounds = {"keep": args.keep, "megabytes": config.trace_mb}
    code = launch(command(args.program, built, log, root, module=bool(args.module), **bounds))
    for line in outcome(log, config.trace_mb):
        print(line, file=sys.stderr)
    return code


def logs(log: Path) -> list[Path]:
    """A log that is there already, and those of forked processes: LOG.<pid>."""
    forked = [path for path in log.absolute().parent.glob(f"{glob.escape(log.name)}.*") if path.suffix[1:].isdigit()]
    return [path for path in (log, *sorted(forked)) if path.exists()]


def outcome(log: Path, megabytes: int) -> Iterator[str]:
    """Where the trace went."""
    found = logs(log)
    if log not in found:
        yield "tracec: nothing was recorded: the program did not start, or ended without running its exit handlers"
    else:
        yield f"tracec: recorded {log} ({log.stat().st_size:,} bytes); look at it with `tracec show {log}`"
    if megabytes and any(path.stat().st_size >= megabytes << 20 for path in found):
        yield f"tracec: the trace ends at {megabytes} MiB; set trace-mb for more, or record the end with --keep N"
    forked = len(found) - (log in found)
    if forked:
        yield f"tracec: {forked} forked process{'es' * (forked > 1)} recorded {log}.<process id>"


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
    child = subprocess.Popen(words)
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, lambda number, frame: child.send_signal(number))
    while True:
        try:
            code = child.wait()
            break
        except KeyboardInterrupt:  # the terminal sent it to the child as well: let it end in its own way
            continue
    return code if code >= 0 else 128 - code
