"""A program -> its exit code and its trace: it runs as a process of its own, under the import hook."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracec.launch.launcher import command, shared
from tracec.launch.run_settings import RunSettings
from tracec.launch.scoping import Setting, setting
from tracec.launch.subprocesses import admit, family, noted
from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import NOTEBOOK, project_root
from tracec.recording.trace_folder import make_room, new_log, writable
from tracec.recording.trace_lock import beside, claim
from tracec.runtime.launch.subprocess_hook import first_environment

if TYPE_CHECKING:  # the program starts before what is needed at its end
    import subprocess

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
    say: Callable[[str], object] | None = None,
) -> tuple[int, Path, tuple[str, ...]]:
    """Run `[SCRIPT or MODULE, ARGS...]` in `folder`; returns its exit code, its log, and what there is to say.

    `scope` are the paths to record, the user's code below the project's root where it is empty. The log is `record`,
    else a new one below `.tracec/traces`; with `keep` only that many of the last events are kept.
    What there is to `say` while it runs is how large it grows. TracecError where it cannot be run.
    """
    root, script = project_root(folder), None if module else program[0]
    if script:
        check(folder, script)
    run = setting(folder, scope or config.scope, script, config.grain)
    named, said = place(folder, record, root, config.traces_mb)
    log = Path(os.path.realpath(folder / named))
    claimed = claim(log, str(named))
    try:
        clean(log)
        code, problem = _run(run, config, program, log, module, keep, wait, say)
        from tracec.launch.run_outcome import outcome
        from tracec.recording.merge_spools import merge

        notes = (*said, *problem, *outcome(log, named, merge(log), config.trace_mb))
    finally:
        if not log.stat().st_size and not beside(log):
            log.unlink()
        os.close(claimed)
    if not record and config.traces_mb:
        make_room(log.parent, config.traces_mb << 20, spared=log)
    return code, log, notes


def check(folder: Path, script: str) -> None:
    """TracecError where there is no such script, or it is none."""
    if not (folder / script).is_file():
        raise TracecError("no such script", "check the path, or use -m for a module", path=script)
    if script.endswith(".ipynb"):
        raise TracecError("is a notebook", NOTEBOOK, path=script)


def clean(log: Path) -> None:
    """Remove what other runs left beside a log."""
    if os.path.lexists(f"{log}.live") or beside(log):
        from tracec.recording.merge_spools import remove

        remove(log)


def place(folder: Path, record: str | os.PathLike[str] | None, root: Path, traces_mb: int) -> tuple[Path, list[str]]:
    """The file of a trace, and what is to be said of where it is. TracecError where there can be none."""
    if record:
        if not (folder / record).parent.is_dir():
            raise TracecError("no such folder", "make it, or record somewhere else", path=str(Path(record).parent))
        return Path(record), []
    where, said = writable(root)
    try:
        return new_log(where, traces_mb), [said] if said else []
    except OSError as error:
        raise TracecError(
            f"cannot be written ({error.strerror})", "make room, or use --record", path=str(where)
        ) from None


def _run(
    run: Setting,
    config: RunSettings,
    program: Sequence[str],
    log: Path,
    module: bool,
    keep: int,
    wait: Launch,
    say: Callable[[str], object] | None,
) -> tuple[int, list[str]]:
    """Run the program, with all Python processes that it starts; its exit code, and what is not recorded."""
    with family(run) as found:
        told: Any = {"keep": keep, "megabytes": config.trace_mb, **found.files}
        words = command(program, run, log, module=module, **told)
        admit(found, shared(run, log, **told))
        import subprocess

        from tracec.launch.growth import watched
        from tracec.launch.run_outcome import left_out

        with (
            watched(found.files["count"], config.trace_mb, None if keep else say),
            subprocess.Popen(words, env=first_environment(), cwd=run.folder) as child,
        ):
            code = wait(child)
        problem = [f"tracec: {found.problem}"] if found.problem else []
        return code if code >= 0 else 128 - code, problem + left_out(run, noted(found))
