"""`tracec opto` runs a program written for Microsoft's Trace, with the name `opto` standing for `tracec.opto`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import tracec.opto.alias
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.launch.python_argv import interpreter_flags

if TYPE_CHECKING:
    import argparse

NAMES = Path(tracec.opto.alias.__file__).parent / "names"  # a folder whose module runs when Python starts


def run(args: argparse.Namespace) -> int:
    """The program's own exit code. It is recorded as `tracec run` does it, or not, where it is to be plain."""
    if args.check:
        from tracec.opto.writing.checks import checked

        return checked(args.check)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(NAMES), *([before] if before else [])])
    try:
        if not args.plain:
            from tracec.commands import run as recorded

            return recorded.run(args)
        return plainly(args.program, bool(args.module))
    finally:
        if before is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = before


def plainly(program: list[str], module: bool) -> int:
    """Run it as `python` would, without recording."""
    from tracec.commands.run import waited

    if not module and not Path(program[0]).is_file():
        raise TracecError("no such script", "check the path, or use -m for a module", path=program[0])
    words = [sys.executable, *interpreter_flags(sys.orig_argv), *(["-m"] if module else []), *program]
    with subprocess.Popen(words) as child:
        code = waited(child)
    return code if code >= 0 else 128 - code
