"""Python processes that a recorded program starts are told of the run, and given their scripts' code."""

from __future__ import annotations

import contextlib
import marshal
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tracec.project import private
from tracec.recording.artifacts import Built
from tracec.recording.launcher import FOLDER, prepared
from tracec.runtime.launch import subprocess_hook
from tracec.runtime.launch.subprocess_hook import Processes, kind, runs, without_environment

# The folder of a run, or what a process leaves to itself when it starts anew, and whose it is: number, start, space.
NAME = re.compile(r"(?:tracec-)?(?P<name>(?P<pid>\d+)-\w+-(?P<space>\d+))(?:\.run)?")
FILES = ("run", "run.new", "ask", "count")  # in the folder of a run


@dataclass(frozen=True, slots=True)
class Family:
    """A run that is open to the processes below this one: its folder, "" where there is none, and what is not recorded.

    `others` are folders where processes look that are given another environment.
    """

    folder: str = ""
    problem: str = ""
    others: tuple[str, ...] = ()

    @property
    def count(self) -> str:
        """The file in which all processes add up what they wrote."""
        return os.path.join(self.folder, "count") if self.folder else ""


@contextlib.contextmanager
def family(root: Path, built: Built) -> Iterator[Family]:
    """Python processes below this one can be recorded from `admit` on, until the end."""
    if problem := unseen():
        yield Family(problem=f"child processes are not recorded: {problem}")
        return
    with contextlib.ExitStack() as stack:
        try:
            folder = opened(runs(), stack)
            stack.enter_context(answering(os.path.join(folder, "ask"), root, built))
            Path(folder, "count").write_bytes(bytes(8))
        except OSError as error:
            yield Family(problem=f"child processes are not recorded: {runs()}: {error.strerror or error}")
            return
        try:
            other = without_environment()
            yield Family(folder, others=() if other == runs() else (opened(other, stack),))
        except OSError as error:
            what = "child processes without XDG_RUNTIME_DIR are not recorded"
            yield Family(folder, f"{what}: {other}: {error.strerror or error}")


def unseen() -> str:
    """Why interpreters do not look for a run when they start, and what to do; "" where they do."""
    for folder in sys.path:
        with contextlib.suppress(OSError):
            line = private.read(os.path.join(folder, "tracec.pth")).decode("utf-8", "replace")
            if f"begin({subprocess_hook.VERSION})" in line:
                return ""
            return "the interpreter looks for a run of another version when it starts; install tracec again with pip"
    return "the interpreter does not look for a run when it starts; install tracec with pip"


def opened(place: str, stack: contextlib.ExitStack) -> str:
    """This process's folder among all runs, until the end; what dead ones left is removed. Raises OSError."""
    name = Processes().name(os.getpid())
    folder = os.path.join(place, name)
    for _ in range(10):  # who ends may remove the folder of all runs
        with contextlib.suppress(FileNotFoundError):
            enclose(place)
            os.mkdir(folder, 0o700)
            break
    stack.callback(leave, folder)
    sweep(place, name)
    return folder


def enclose(place: str) -> None:
    """Make the folder of all runs, where it is not there; PermissionError where it is not this user's alone.

    FileNotFoundError where another run removes it meanwhile.
    """
    if not os.path.isabs(place) or (
        place != without_environment() and not subprocess_hook.private(os.path.dirname(place))
    ):
        raise PermissionError(1, "XDG_RUNTIME_DIR is no folder of yours alone (mode 700); set it to one, or unset it")
    with contextlib.suppress(FileExistsError):
        os.mkdir(place, 0o700)
    state = os.lstat(place)
    if private.is_folder(place) and not state.st_mode & 0o022:
        os.chmod(place, 0o700)  # what others could only read is safe
    if not subprocess_hook.private(place) and os.path.lexists(place):
        raise PermissionError(1, "others may write to it; set XDG_RUNTIME_DIR to a folder of yours alone (mode 700)")


def leave(folder: str) -> None:
    """Remove a run's folder, and that of all runs where it was the last one."""
    place = os.path.dirname(folder)
    remove(folder)
    with contextlib.suppress(OSError):
        sweep(place)
        os.rmdir(place)


def sweep(place: str, mine: str = "") -> None:
    """Remove what was left behind by processes that were killed."""
    processes = Processes()
    for name in os.listdir(place):
        found = NAME.fullmatch(name)
        if found and name != mine and gone(processes, found, os.path.join(place, name)):
            remove(os.path.join(place, name))


def gone(processes: Processes, found: re.Match[str], folder: str) -> bool:
    """Whether the process is gone that a name is of."""
    if int(found["space"]) != processes.space:
        return deaf(os.path.join(folder, "ask"))
    try:
        return processes.name(int(found["pid"])) != found["name"]
    except OSError:
        return True


def deaf(ask: str) -> bool:
    """Whether nobody listens any more: a process of another container cannot be looked up."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel, contextlib.suppress(OSError):
        channel.settimeout(1)
        try:
            channel.connect(ask)
        except ConnectionRefusedError:
            return True
    return False


def remove(place: str) -> None:
    """Remove a run's folder, or a file that a process left to itself."""
    with contextlib.suppress(OSError):
        if private.is_file(place):
            os.unlink(place)
        elif private.is_folder(place):
            for name in FILES:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(place, name))
            os.rmdir(place)


def admit(family: Family, settings: Mapping[str, object]) -> None:
    """Python processes that start from now on below this one are recorded, as `settings` say."""
    if not family.folder:
        return
    ask = os.path.join(family.folder, "ask")
    told = {**settings, "version": subprocess_hook.VERSION, "python": kind(), "ask": ask, "tracec": FOLDER}
    for folder in (family.folder, *family.others):
        writing = Path(folder, "run.new")
        writing.write_bytes(marshal.dumps(told))
        writing.rename(Path(folder, "run"))


@contextlib.contextmanager
def answering(name: str, root: Path, built: Built) -> Iterator[None]:
    """Children ask for the code of their scripts, one after the other."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with listener:
        listener.bind(name)
        listener.listen(64)
        threading.Thread(target=answer, args=(listener, root, built), daemon=True).start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # or `accept` goes on


def answer(listener: socket.socket, root: Path, built: Built) -> None:
    """Until it is closed: a script's path -> (code, artifact, whether it warns), None where it cannot be prepared."""
    while True:
        try:
            channel, _ = listener.accept()
        except OSError:
            return
        with channel, contextlib.suppress(Exception):  # whatever it is, the next one wants an answer too
            channel.settimeout(10)
            with channel.makefile("rb") as words:
                script = prepared(root, os.fsdecode(words.read()), built)
            found = None if script is None else (str(script.code), script.artifact, script.warns)
            channel.sendall(marshal.dumps(found))
