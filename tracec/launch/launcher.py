"""A program -> the command line that runs it as `python` would, and records it."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tracec
from tracec.launch.scoping import Setting
from tracec.launch.script_files import Script, place_of
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.launch.artifact_file import said_at_foot, used
from tracec.runtime.launch.python_argv import interpreter_flags

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(tracec.__file__)))


def command(program: Sequence[str], run: Setting, log: str | Path, *, module: bool = False, **told: Any) -> list[str]:
    """The arguments of a process that runs `[SCRIPT or MODULE, ARGS...]` in the run's folder and writes `log`.

    `told` is what `shared` takes. A script that no Python takes is run as it is: it fails as it always does.
    TracecError where it cannot be read.
    """
    flags = interpreter_flags(sys.orig_argv)
    asked = [*flags, *(["-m"] if module else []), *program]
    settings = shared(run, log, **told) | {"program": list(program), "argv0": program[0], "command": asked, "child": ""}
    if module:
        config = configuration(settings)
        return [sys.executable, *flags, "-m", "tracec.runtime.launch.start.program", config, *program[1:]]
    script = prepared(run, program[0])
    if script is None:
        return [sys.executable, *asked]
    return [sys.executable, *flags, script.code, FOLDER, configuration(settings | script.settings), *program[1:]]


def shared(run: Setting, log: str | Path, **told: Any) -> dict[str, object]:
    """What all processes of a run are told.

    Where `keep` is not 0, only that many of the last events are kept, and where `megabytes` is not, that much of a log:
    of all processes together that have the same file as `count`. They `ask` at a socket for what is not in the cache,
    and write into `notes` what is not recorded.
    """
    own = {"scope": run.rules, "cache": run.cache, "stem": run.stem, "log": os.path.abspath(log)}
    return {"keep": 0, "megabytes": 0, "count": "", "ask": "", "notes": "", **own, **told}


def configuration(settings: dict[str, object]) -> str:
    """A new file that the child reads and deletes."""
    handle, name = fresh_file()
    with open(handle, "wb") as file:
        marshal.dump(settings, file)
    return name


def fresh_file() -> tuple[int, str]:
    """A new file for this user alone where temporary files lie: its descriptor and path."""
    folder = next(filter(os.path.isdir, (os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP"))), "/tmp")
    path = os.path.join(folder, f"tracec-{os.urandom(8).hex()}.run")
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600), path
    except OSError:
        import tempfile

        return tempfile.mkstemp(prefix="tracec-", suffix=".run")


def prepared(run: Setting, path: str) -> Script | None:
    """The script compiled, with first statements that start the recorder; None where it cannot be compiled.

    What instruments is imported only where the script is not in the cache.
    """
    full = os.path.join(run.folder, path)  # as the interpreter puts it together
    try:
        with open(full, "rb") as file:
            data = file.read()
        real = run.scope.real(full)
        kept = place_of(run, "script", full, real, data)
        if real and used(f"{kept}.pyc") and used(f"{kept}.bin"):
            with open(f"{kept}.bin", "rb") as file:
                left, warns = said_at_foot(file.read())
            return Script(full, f"{kept}.pyc", f"{kept}.bin", warns, left)
        from tracec.launch.scripts import made

        return made(run, full, real, data)
    except (OSError, TracecError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
