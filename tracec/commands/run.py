"""`tracec run`: runs a program under the import hook and keeps its trace."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tracec.build import build
from tracec.files import expand, project_root
from tracec.passes.errors import TracecError
from tracec.traces import new_log


def run(args: argparse.Namespace) -> int:
    """The program's own exit code; where the trace went is said on stderr."""
    root = project_root(os.getcwd())
    script = None if args.module else args.program[0]
    if script and not Path(script).is_file():
        raise TracecError("no such script", "check the path, or use -m for a module", path=script)
    built = build(root, scope(args.scope, script), args.grain or "values")
    for warning in built.warnings:
        print(warning, file=sys.stderr)
    log = Path(args.record) if args.record else new_log(root)
    log.unlink(missing_ok=True)
    config = {"program": args.program, "module": args.module, "artifacts": built.artifacts, "log": str(log.absolute())}
    code = launch(config)
    if log.exists():
        print(
            f"tracec: recorded {log} ({log.stat().st_size:,} bytes); look at it with `tracec show {log}`",
            file=sys.stderr,
        )
    else:
        print("tracec: nothing was recorded: the program ended without running its exit handlers", file=sys.stderr)
    return code


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


def launch(config: dict[str, object]) -> int:
    """Run the child to its end, with our terminal; a signal's exit code is 128 and its number."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as file:
        json.dump(config, file)
    child = subprocess.Popen([sys.executable, "-m", "tracec.runtime.script", file.name])
    while True:
        try:
            code = child.wait()
            break
        except KeyboardInterrupt:  # the terminal sent it to the child as well: let it end in its own way
            continue
    return code if code >= 0 else 128 - code
