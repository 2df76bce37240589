"""`tracec run` runs a program under the import hook and keeps its trace."""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tracec.config import load
from tracec.recording.recorded_run import record_program


def run(args: argparse.Namespace) -> int:
    """The program's own exit code; where the trace went is said on stderr."""
    config = load(options={"grain": args.grain, "scope": args.scope})
    code, _, notes = record_program(
        Path.cwd(),
        config,
        args.program,
        module=bool(args.module),
        record=args.record,
        keep=args.keep,
        wait=waited,
    )
    for note in notes:
        print(note, file=sys.stderr)
    return code


def waited(child: subprocess.Popen[bytes]) -> int:
    """Wait for a program that has our terminal; the signals that we get are its own."""
    with passing_on(child):
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # the terminal sent it to the child as well: let it end in its own way
                continue


@contextlib.contextmanager
def passing_on(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """SIGTERM and SIGHUP go to the child; what was done with them before is done again afterwards."""
    numbers = {signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}
    before = {number: signal.signal(number, lambda number, _: child.send_signal(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)  # None: not set by Python
