"""A program -> its exit code and its trace: it runs as a process of its own, under the import hook."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tracec.config import Config
from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import expand, project_root
from tracec.recording.artifacts import Built, build
from tracec.recording.launcher import command, shared
from tracec.recording.merge_spools import Merged, merge, remove
from tracec.recording.subprocesses import admit, family
from tracec.recording.trace_lock import claim
from tracec.recording.trace_store import make_room, new_log
from tracec.runtime.launch.subprocess_hook import first_environment
from tracec.runtime.record.log import spools

Launch = Callable[["subprocess.Popen[bytes]"], int]  # waits for the program; its exit code


def waited(child: subprocess.Popen[bytes]) -> int:
    """Wait for the program; it is ended where the wait is."""
    try:
        return child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise


def record_program(
    folder: Path,
    config: Config,
    program: Sequence[str],
    *,
    module: bool = False,
    scope: Sequence[str] = (),
    record: str | os.PathLike[str] | None = None,
    keep: int = 0,
    wait: Launch = waited,
) -> tuple[int, Path, tuple[str, ...]]:
    """Run `[SCRIPT or MODULE, ARGS...]` in `folder`; returns its exit code, its log, and what there is to say.

    `scope` are the paths to record, all below the folder where it is empty. The log is `record`, else a new one below
    `.tracec/traces`; with `keep` only that many of the last events are kept. TracecError where it cannot be run.
    """
    root, script = project_root(folder), None if module else program[0]
    if script and not (folder / script).is_file():
        raise TracecError("no such script", "check the path, or use -m for a module", path=script)
    built = build(root, in_scope(folder, scope or config.scope, script), config.grain, folder)
    shown = Path(record) if record else new_log(root, config.traces_mb)
    if not (folder / shown).parent.is_dir():
        raise TracecError("no such folder", "make it, or record somewhere else", path=str(shown.parent))
    log = Path(os.path.realpath(folder / shown))
    claimed = claim(log, str(shown))
    try:
        remove(log)
        code, problem = _run(folder, config, program, built, log, module=module, keep=keep, wait=wait)
        notes = (*built.warnings, *problem, *_outcome(log, shown, merge(log), config.trace_mb))
    finally:
        if not log.stat().st_size and not spools(str(log)):
            log.unlink()
        os.close(claimed)
    if not record and config.traces_mb:
        make_room(log.parent, config.traces_mb << 20, spared=log)
    return code, log, notes


def _run(
    folder: Path,
    config: Config,
    program: Sequence[str],
    built: Built,
    log: Path,
    *,
    module: bool,
    keep: int,
    wait: Launch,
) -> tuple[int, list[str]]:
    """Run the program, with all Python processes that it starts; its exit code, and what is not recorded."""
    root = project_root(folder)
    with family(root, built) as found:
        problem = [f"tracec: {found.problem}"] if found.problem else []
        bounds: Any = {"keep": keep, "megabytes": config.trace_mb, "count": found.count}
        words = command(program, built, log, root, module=module, folder=folder, **bounds)
        admit(found, shared(built, log, **bounds))
        with subprocess.Popen(words, env=first_environment(), cwd=folder) as child:
            code = wait(child)
    return code if code >= 0 else 128 - code, problem


def in_scope(folder: Path, named: Sequence[str], script: str | None) -> list[str]:
    """The files to record: what is named, else the whole folder, and the script in any case."""
    try:
        found = list(expand(named or ["."], folder))
    except TracecError:
        if named:
            raise
        found = []
    known = {os.path.realpath(folder / path) for path in found}
    return found + ([script] if script and os.path.realpath(folder / script) not in known else [])


def _outcome(log: Path, shown: Path, merged: Merged, megabytes: int) -> Iterator[str]:
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
