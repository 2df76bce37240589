"""A program -> its exit code and its trace: it runs as a process of its own, under the import hook."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import project_root
from tracec.recording.launcher import command, shared
from tracec.recording.run_settings import RunSettings
from tracec.recording.scoping import Setting, setting, shown
from tracec.recording.subprocesses import admit, family, noted
from tracec.recording.trace_folder import make_room, new_log
from tracec.recording.trace_lock import beside, claim
from tracec.runtime.launch.subprocess_hook import first_environment

if TYPE_CHECKING:  # the program starts before what is needed at its end
    import subprocess

    from tracec.recording.merge_spools import Merged

MOST = 5  # files, and reasons, that the last line names; chosen
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
    config: RunSettings,
    program: Sequence[str],
    *,
    module: bool = False,
    scope: Sequence[str] = (),
    record: str | os.PathLike[str] | None = None,
    keep: int = 0,
    wait: Launch = waited,
) -> tuple[int, Path, tuple[str, ...]]:
    """Run `[SCRIPT or MODULE, ARGS...]` in `folder`; returns its exit code, its log, and what there is to say.

    `scope` are the paths to record, the user's code below the project's root where it is empty. The log is `record`, else a new one below
    `.tracec/traces`; with `keep` only that many of the last events are kept. TracecError where it cannot be run.
    """
    root, script = project_root(folder), None if module else program[0]
    if script and not (folder / script).is_file():
        raise TracecError("no such script", "check the path, or use -m for a module", path=script)
    run = setting(folder, scope or config.scope, script, config.grain)
    named = Path(record) if record else new_log(root, config.traces_mb)
    if not (folder / named).parent.is_dir():
        raise TracecError("no such folder", "make it, or record somewhere else", path=str(named.parent))
    log = Path(os.path.realpath(folder / named))
    claimed = claim(log, str(named))
    try:
        if os.path.lexists(f"{log}.live") or beside(log):
            from tracec.recording.merge_spools import remove

            remove(log)
        code, problem = _run(run, config, program, log, module=module, keep=keep, wait=wait)
        from tracec.recording.merge_spools import merge

        notes = (*problem, *_outcome(log, named, merge(log), config.trace_mb))
    finally:
        if not log.stat().st_size and not beside(log):
            log.unlink()
        os.close(claimed)
    if not record and config.traces_mb:
        make_room(log.parent, config.traces_mb << 20, spared=log)
    return code, log, notes


def _run(
    run: Setting,
    config: RunSettings,
    program: Sequence[str],
    log: Path,
    *,
    module: bool,
    keep: int,
    wait: Launch,
) -> tuple[int, list[str]]:
    """Run the program, with all Python processes that it starts; its exit code, and what is not recorded."""
    with family(run) as found:
        told: Any = {"keep": keep, "megabytes": config.trace_mb, **found.files}
        words = command(program, run, log, module=module, **told)
        admit(found, shared(run, log, **told))
        import subprocess

        with subprocess.Popen(words, env=first_environment(), cwd=run.folder) as child:
            code = wait(child)
        problems = [f"tracec: {found.problem}"] if found.problem else []
        problems += left_out(run, noted(found))
    return code if code >= 0 else 128 - code, problems


def left_out(run: Setting, found: Mapping[str, Sequence[str]]) -> list[str]:
    """One line of what was in scope and was not recorded, none where all was: `found` is reason -> files."""
    said = [f"{listed([shown(run, path) for path in sorted(files)])} ({reason})" for reason, files in found.items()]
    return [f"tracec: in scope and not recorded: {listed(said, '; ')}"] if said else []


def listed(words: Sequence[str], by: str = ", ") -> str:
    """The first ones, and how many more there are."""
    more = [f"{len(words) - MOST} more"] if len(words) > MOST else []
    return by.join([*words[:MOST], *more])


def _outcome(log: Path, named: Path, merged: Merged, megabytes: int) -> Iterator[str]:
    """Where the trace went."""
    size = log.stat().st_size
    if not size and not merged.left:
        yield "tracec: nothing was recorded: the program did not start, or ended without running its exit handlers"
    else:
        yield f"tracec: recorded {named} ({size:,} bytes); look at it with `tracec show {named}`"
    if megabytes and size >= megabytes << 20:
        yield f"tracec: the trace ends at {megabytes} MiB; set trace-mb for more, or record the end with --keep N"
    if merged.left:
        yield (
            f"tracec: what {counted(merged.left)} recorded stays in {named}.<process id> ({merged.problem}); "
            f"`tracec show {named}` reads it all the same"
        )
    if merged.running:
        yield f"tracec: {counted(merged.running)} still running; what is recorded there is in {named}.<process id>"


def counted(processes: int) -> str:
    """1 process, 2 processes."""
    return f"{processes} process{'es' * (processes != 1)}"
