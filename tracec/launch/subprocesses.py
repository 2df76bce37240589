"""Python processes that a recorded program starts are told of the run, and given their scripts' code."""

from __future__ import annotations

import _socket
import contextlib
import marshal
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tracec.launch.launcher import FOLDER, prepared
from tracec.launch.scoping import Setting
from tracec.project import private
from tracec.runtime.launch import subprocess_hook
from tracec.runtime.launch.subprocess_hook import Processes, kind, runs, without_environment

# The folder of a run, or what a process leaves to itself when it starts anew, and whose it is: number, start, space.
NAME = re.compile(r"(?:tracec-)?(?P<name>(?P<pid>\d+)-\w+-(?P<space>\d+))(?:\.run)?")
FILES = ("run", "run.new", "ask", "count", "notes")  # in the folder of a run


class Family(NamedTuple):
    """A run that is open to the processes of it: its folder, and what is not recorded.

    `others` are folders where processes look that are given another environment. Where `alone`, nothing is found by
    the processes below the first one.
    """

    folder: str
    problem: str = ""
    others: tuple[str, ...] = ()
    alone: bool = False

    @property
    def files(self) -> dict[str, str]:
        """Where all processes add up what they wrote, where they ask for code, and write what is not recorded."""
        return {name: os.path.join(self.folder, name) for name in ("count", "ask", "notes")}


@contextlib.contextmanager
def family(run: Setting) -> Iterator[Family]:
    """The processes of a run are answered; Python processes below it can be recorded from `admit` on, until the end.

    OSError where there is no folder for temporary files.
    """
    with contextlib.ExitStack() as stack:
        found = founded(stack)
        Path(found.folder, "count").write_bytes(bytes(8))
        Path(found.folder, "notes").write_bytes(b"")
        stack.enter_context(answering(os.path.join(found.folder, "ask"), run))
        yield found


def founded(stack: contextlib.ExitStack) -> Family:
    """A folder for a run: among all runs, or, where that cannot be, a temporary one."""
    what, problem = "child processes are not recorded", unseen()
    try:
        if not problem:
            folder = opened(runs(), stack)
    except OSError as error:
        problem = f"{runs()}: {error.strerror or error}"
    if problem:
        import tempfile

        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="tracec-"))
        return Family(temporary, f"{what}: {problem}", alone=True)
    try:
        other = without_environment()
        return Family(folder, others=() if other == runs() else (opened(other, stack),))
    except OSError as error:
        what = "child processes without XDG_RUNTIME_DIR are not recorded"
        return Family(folder, f"{what}: {other}: {error.strerror or error}")


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
    import socket

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
    if family.alone:
        return
    told = {**settings, "version": subprocess_hook.VERSION, "python": kind(), "tracec": FOLDER}
    for folder in (family.folder, *family.others):
        writing = Path(folder, "run.new")
        writing.write_bytes(marshal.dumps(told))
        writing.rename(Path(folder, "run"))


@contextlib.contextmanager
def answering(name: str, run: Setting) -> Iterator[None]:
    """The run's processes ask for code, one after the other."""
    listener = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        listener.bind(name)
        listener.listen(64)
        threading.Thread(target=answer, args=(listener, run), daemon=True).start()
        yield
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(_socket.SHUT_RDWR)  # or `accept` goes on
        listener.close()


def answer(listener: _socket.socket, run: Setting) -> None:
    """Until it is closed: a question of `asking.ask` -> the answer."""
    while True:
        try:
            number, _ = listener._accept()  # type: ignore[attr-defined]
        except OSError:
            return
        channel = _socket.socket(fileno=number)
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):  # the next one wants an answer too
            question = marshal.loads(received(channel))
            channel.sendall(marshal.dumps(answered(run, *question)))
        channel.close()


def received(channel: _socket.socket) -> bytes:
    """All that a process asks. Raises OSError where it does not come to an end."""
    channel.settimeout(10)
    words = b"".join(iter(lambda: channel.recv(1 << 16), b""))
    channel.settimeout(None)
    return words


def answered(run: Setting, what: str, *words: Any) -> Any:
    """To "script": (code, what its process is told), or None; to "make": None, or why it cannot be done."""
    if what == "script":
        script = prepared(run, *words)
        return None if script is None else (script.code, script.settings)
    from tracec.launch.making import make

    try:
        return make(run, *words)
    except OSError as error:
        return f"{run.cache}: {error.strerror or error}"
    except Exception as error:  # better one file unrecorded than a program that waits
        return f"tracec fails on it ({type(error).__name__}: {error}), please report it"


def noted(family: Family) -> dict[str, list[str]]:
    """What the run's processes did not record: reason -> files."""
    found: dict[str, list[str]] = {}
    with contextlib.suppress(EOFError, ValueError, TypeError, OSError), open(family.files["notes"], "rb") as file:
        while True:
            real, reason = marshal.load(file)
            if real not in found.setdefault(reason, []):
                found[reason].append(real)
    return found
