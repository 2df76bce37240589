"""A fresh, plain `python -m pytest` of what is on disk -> outcomes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from tracec.guests.environment import environment, mark
from tracec.guests.protocol import sound
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.guest import process_tree, report_plugin
from tracec.runtime.outcome import Outcome, Status
from tracec.runtime.project_paths import ProjectPaths

_PLUGIN = "tracec_report_plugin"


def confirm(
    root: str | os.PathLike[str], args: Sequence[str], python: str, seconds: float, more: Sequence[str] = ()
) -> tuple[Outcome, ...]:
    """Run `python -m pytest ARGS` in `root` and return one outcome for each test that began, in the order of running.

    It sees the variables that the guests see, and no others: what it runs is a change that nobody has read. `more` are
    those that the user names.
    No hook of ours is in that process but a plugin that writes down the reports. After `seconds` (0: never) it is
    killed; the test that was running then is a `timeout`, and `died` where the process ended by itself in the middle of
    one. A file that cannot be collected gives an `error` under its own id. TracecError where `python` does not run.
    """
    folder = os.path.realpath(tempfile.mkdtemp(prefix="tracec-confirm-"))
    report = Path(folder, "report.jsonl")
    try:
        cut = _run(_command(python, args, folder), str(root), _environment(folder, str(report), more), seconds)
        found = _outcomes(report.read_text("utf-8").splitlines() if report.exists() else [], cut)
        name = ProjectPaths(root).name
        return tuple(replace(outcome, path=name(outcome.path)) for outcome in found)
    finally:
        process_tree.await_end(process_tree.kill_marked(mark(folder)))
        shutil.rmtree(folder, ignore_errors=True)


def _command(python: str, args: Sequence[str], folder: str) -> list[str]:
    at = args.index("--") if "--" in args else len(args)
    ours = ["-p", _PLUGIN]
    if not any(word.endswith("no:cacheprovider") for word in args):  # else the option is not known
        ours += ["-o", f"cache_dir={os.path.join(folder, 'cache')}"]
    return [python, "-m", "pytest", *args[:at], *ours, *args[at:]]


def _environment(folder: str, report: str, more: Sequence[str]) -> dict[str, str]:
    # The plugin is laid alone into a folder of its own, so that nothing else of ours can be imported through it.
    plugins = os.path.join(folder, "plugins")
    os.mkdir(plugins)
    shutil.copyfile(report_plugin.__file__, os.path.join(plugins, f"{_PLUGIN}.py"))
    env = environment(folder, 0, more)
    paths = [plugins, *filter(None, [env.get("PYTHONPATH")])]
    coverage = os.path.join(folder, ".coverage")
    return {**env, "PYTHONPATH": os.pathsep.join(paths), "TRACEC_REPORT": report, "COVERAGE_FILE": coverage}


def _run(command: Sequence[str], root: str, env: dict[str, str], seconds: float) -> Status:
    """-> how a test that has no outcome was cut off."""
    null = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, cwd=root, env=env, stdin=null, stdout=null, stderr=null, start_new_session=True
        )
    except OSError as error:
        raise TracecError(f"cannot start {command[0]} ({error.strerror})", "name a Python that runs") from None
    try:
        return Status.DIED if process_tree.await_child(process.pid, seconds) else Status.TIMEOUT
    finally:
        process_tree.kill_tree(process.pid)
        process.wait()


class _Line(msgspec.Struct):
    """One line of the report: one of them."""

    begin: str = ""
    outcome: Outcome | None = None
    fault: dict[str, Any] | None = None


def _outcomes(lines: Iterable[str], cut: Status) -> Iterable[Outcome]:
    running = ""
    for line in lines:
        try:
            entry = msgspec.json.decode(line.encode("utf-8", "surrogatepass"), type=_Line)
            fault = None if entry.fault is None else msgspec.convert({**entry.fault, "status": Status.ERROR}, Outcome)
        except (msgspec.MsgspecError, UnicodeError):  # the last line may be torn, and a test may write what it likes
            continue
        if entry.outcome is not None and sound(entry.outcome):
            running = ""
            yield entry.outcome
        elif fault is not None:
            yield fault
        elif entry.begin:
            running = entry.begin
    if running:
        yield Outcome(running, cut)
