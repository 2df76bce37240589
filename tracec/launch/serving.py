"""A process of its own instruments for one that records itself: `with tracec.record(FILE)`."""

from __future__ import annotations

import marshal
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from tracec.launch.launcher import shared
from tracec.launch.scoping import setting, shown
from tracec.launch.subprocesses import Family, answering, noted
from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import project_root
from tracec.recording.trace_folder import new_log, writable


def main() -> None:
    """`LOG GRAIN SCRIPT SCOPE...`: says on stdout what `RecordedCode` takes, answers until stdin ends, says what was
    missed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the other
    log, grain, script, *scope = sys.argv[1:]
    try:
        run = setting(Path.cwd(), scope, script or None, grain)
        log = log or str(new_log(writable(project_root(Path.cwd()))[0]))
    except (TracecError, OSError) as error:
        say({"error": str(error)})
        return
    with tempfile.TemporaryDirectory(prefix="tracec-") as folder:
        family = Family(folder, alone=True)
        Path(folder, "notes").touch()
        with answering(family.files["ask"], run):
            say(shared(run, log, **family.files))
            sys.stdin.buffer.read()
        say({reason: [shown(run, path) for path in paths] for reason, paths in noted(family).items()})


def say(what: dict[str, Any]) -> None:
    """Write it for the other process."""
    sys.stdout.buffer.write(marshal.dumps(what))
    sys.stdout.buffer.flush()
