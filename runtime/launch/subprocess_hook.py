"""Python processes below a recorded one find it by themselves, and record too.

`tracec.pth` calls `begin` whenever an interpreter of the environment starts while some program is recorded. A run is a
folder named after the process that records, so a process is of the nearest run among its ancestors: nothing is handed
down, so nothing is seen, by whatever started it. Its place can be guessed, and what lies in it is run: so it is used
only where it is this user's alone. Whoever takes the name first keeps children from being recorded, and no more.

A script is started anew, in the same process, as the code that `tracec run` starts (`program.py`); for all else the
import hook is enough.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
from collections.abc import Iterator
from typing import Any

from tracec.runtime.launch.python_argv import parsed

Config = dict[str, Any]
VERSION = 3  # of what `tracec.pth`, a run and its processes agree on; `setup.py` says it too
HELPER = "from multiprocessing.resource_tracker import main"  # runs no code of the program's


def runs() -> str:
    """The folder of all runs, where processes with this environment look: in the one that the system gives the user."""
    return f"{os.getenv('XDG_RUNTIME_DIR', '/tmp')}/tracec-runs-{os.getuid()}"


def without_environment() -> str:
    """The same for processes that are given another environment."""
    return f"/tmp/tracec-runs-{os.getuid()}"


def begin(version: int = 0) -> None:
    """Record this process where it is below a recorded one. Whatever goes wrong, it runs as it is.

    `version` is that of the `tracec.pth` that calls: one of another installation is not answered.
    """
    try:
        # In a virtual environment `site` reads each .pth file twice.
        known = version != VERSION or "tracec.runtime.record" in sys.modules
        config = None if known else run_of_this_process()
        if config is not None:
            enter(config)
    except Exception:  # it is not recorded then
        pass
    finally:
        for name in ("subprocess_hook", "python_argv"):
            sys.modules.pop(f"tracec.runtime.launch.{name}", None)
            vars(sys.modules["tracec.runtime.launch"]).pop(name, None)


def run_of_this_process() -> Config | None:
    """What the nearest run says; None where there is none, or this process is none of its kind."""
    if not os.path.isabs(runs()) or not private(runs()):
        return None
    names = set(os.listdir(runs()))
    name = next((name for name in ancestors() if name in names), None)
    if name is None:
        return None
    with open(os.path.join(runs(), name, "run"), "rb") as file:
        config: Config = marshal.load(file)
    return config if (config["version"], config["python"]) == (VERSION, kind()) else None


def private(folder: str) -> bool:
    """Whether a folder is this user's alone: what lies in it is run."""
    try:
        state = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o077


def kind() -> list[object]:
    """What must be the same for code that was compiled elsewhere."""
    return [sys.version, sys.prefix, sys.flags.optimize]


# --- processes --------------------------------------------------------------------------------------------------------


def ancestors() -> Iterator[str]:
    """The processes above this one, each as `name` has it; the nearest one first."""
    parents = Processes()
    pid = os.getppid()
    while pid > 1:
        yield parents.name(pid)
        pid = parents.parent(pid)


class Processes:
    """What the system tells of processes: /proc where there is one, else what `ps` says."""

    def __init__(self) -> None:
        self.listed: dict[int, tuple[int, str]] | None = None if os.path.exists("/proc/self/stat") else listed()
        self.space = 0 if self.listed is not None else namespace()

    def name(self, pid: int) -> str:
        """A process's name, which no other one gets: number, when it began, and where numbers are counted.

        OSError where there is no such process.
        """
        return f"{pid}-{self.began(pid)}-{self.space}"

    def began(self, pid: int) -> str:
        """When a process began, in letters and digits."""
        if self.listed is None:
            return fields(pid)[19]
        if pid not in self.listed:
            raise ProcessLookupError(pid)
        return self.listed[pid][1]

    def parent(self, pid: int) -> int:
        """A process's parent; 0 where there is none."""
        return int(fields(pid)[1]) if self.listed is None else self.listed.get(pid, (0, ""))[0]


def namespace() -> int:
    """What tells containers apart that share a folder: each counts its processes from 1."""
    try:
        return os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        return 0


def fields(pid: int) -> list[str]:
    """What /proc says of a process, from the third field on: the second, its name, may hold anything."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().decode("ascii", "replace").rpartition(")")[2].split()


def listed() -> dict[int, tuple[int, str]]:
    """Each process's parent and when it began, as `ps` says."""
    import subprocess

    command = ["ps", "-A", "-o", "pid=,ppid=,lstart="]
    said = subprocess.run(
        command, capture_output=True, check=False, text=True, env={**os.environ, "LC_ALL": "C"}
    ).stdout
    rows = (line.split(None, 2) for line in said.splitlines())
    return {int(pid): (int(parent), "".join(filter(str.isalnum, began))) for pid, parent, began in rows}


# --- what becomes of it -----------------------------------------------------------------------------------------------


def enter(config: Config) -> None:
    """Begin to record, in the way that what runs here asks for."""
    flags, what, words = parsed(sys.orig_argv)
    if any(os.path.basename(word).startswith("tracec-") and word.endswith(".run") for word in words[:3]):
        return  # `program` does it, when the program begins
    if what == "-c" and words[0].startswith(HELPER):
        return
    name = " ".join([what, *words] if what in ("-c", "-m") else words)
    name = name if len(name) <= 60 else name[:59] + "…"
    if what == "script":
        as_code(config, flags, words, name)
    from tracec.runtime.launch import program

    program.recording(config, child=name or "python")
    program.vanish()


def as_code(config: Config, flags: list[str], words: list[str], name: str) -> None:
    """Start a script that is to be recorded anew, as code; return where it is none, or that cannot be."""
    from tracec.runtime.launch.asking import ask
    from tracec.runtime.launch.scope import Scope

    full = os.path.join(os.getcwd(), words[0])
    if not Scope(*config["scope"]).real(full) or skips_a_line(flags) or not sys.executable:
        return
    found = ask(config["ask"], ("script", full))
    if found is None:
        return
    code, of_script = found
    own = {"program": words, "command": sys.orig_argv[1:], "argv0": words[0], "child": name}
    settings = {**config, **own, **of_script}
    folder = os.path.dirname(os.path.dirname(config["ask"]))  # of all runs: it outlives that of the run
    place = os.path.join(folder, f"tracec-{Processes().name(os.getpid())}.run")
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        marshal.dump(settings, file)
    try:
        program = [sys.orig_argv[0], *flags, code, config["tracec"], place, *words[1:]]
        os.execve(sys.executable, program, first_environment())
    except OSError:
        os.unlink(place)


def skips_a_line(flags: list[str]) -> bool:
    """Whether `-x` is among the options: code has no first line."""
    return any("x" in flag for flag in flags if not flag.startswith(("--", "-X", "-W")))


def first_environment() -> dict[str, str]:
    """The environment that this process was given: the interpreter may have changed its locale, and will again."""
    env = dict(os.environ)
    asked = "utf8" in sys._xoptions or (env.get("PYTHONUTF8") and not sys.flags.ignore_environment)
    changed = env.get("LC_CTYPE") in ("C.UTF-8", "C.utf8", "UTF-8") and not env.get("LC_ALL")
    if sys.flags.utf8_mode and not asked and changed:
        del env["LC_CTYPE"]
    return env
