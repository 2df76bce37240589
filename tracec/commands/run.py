"""`tracec run` runs a program under the import hook and keeps its trace."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tracec.launch.recorded_run import record_program
from tracec.launch.run_settings import RunSettings
from tracec.limits import GRAIN, GRAINS

if TYPE_CHECKING:
    import argparse
    import subprocess


def run(args: argparse.Namespace) -> int:
    """The program's own exit code; where the trace went is said on stderr."""
    here = Path.cwd()
    code, _, notes = record_program(
        here,
        settings(str(here), args.grain, args.scope),
        args.program,
        module=bool(args.module),
        record=args.record,
        keep=args.keep,
        wait=waited,
        say=lambda text: print(text, file=sys.stderr, flush=True),
    )
    for note in notes:
        print(note, file=sys.stderr)
    return code


def quickly(options: list[str], program: list[str]) -> argparse.Namespace | None:
    """What argparse would make of `--option value...` and a program; None where anything may be wrong."""
    found: dict[str, Any] = {"command": "run", "grain": None, "record": None, "scope": [], "keep": 0}
    for option, value in itertools.zip_longest(options[::2], options[1::2], fillvalue=""):
        name = option[2:]
        if name not in ("grain", "record", "scope", "keep") or option[:2] != "--" or not value or value[0] == "-":
            return None
        if (name == "grain" and value not in GRAINS) or (name == "keep" and not (value.isascii() and value.isdigit())):
            return None
        found[name] = [*found["scope"], value] if name == "scope" else int(value) if name == "keep" else value
    is_module = program[0] == "-m"
    found |= {"program": program[is_module:], "module": program[1] if is_module else None}
    return SimpleNamespace(**found)  # type: ignore[return-value]


def settings(folder: str, grain: str | None, scope: Sequence[str]) -> RunSettings:
    """Those of a run in a folder, of which some are given; TracecError as `tracec.config.load` raises it.

    What reads settings is imported only where there may be some.
    """
    if untouched(folder):
        return RunSettings(grain or GRAIN, tuple(scope))
    from tracec.config import load

    found = load(folder, options={"grain": grain, "scope": list(scope)})
    return RunSettings(found.grain, found.scope, found.trace_mb, found.traces_mb)


def untouched(folder: str) -> bool:
    """Whether neither the environment nor the nearest pyproject.toml says anything to tracec."""
    if any(name.startswith("TRACEC_") for name in os.environ):
        return False
    here = Path(folder).absolute()
    place = next((p for f in (here, *here.parents) if (p := f / "pyproject.toml").is_file()), None)
    try:
        return place is None or b"tracec" not in place.read_bytes()
    except OSError:
        return False


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
