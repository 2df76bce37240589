"""Python processes that a recorded program starts are told of the run, and given their scripts' code."""

from __future__ import annotations

import contextlib
import marshal
import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tracec.recording.artifacts import Built
from tracec.recording.launcher import FOLDER, prepared
from tracec.runtime.launch.subprocess_hook import Processes, kind, private, runs


@dataclass(frozen=True, slots=True)
class Family:
    """A run that is open to the processes below this one: its folder, "" where there is none, and why not."""

    folder: str = ""
    problem: str = ""

    @property
    def count(self) -> str:
        """The file in which all processes add up what they wrote."""
        return os.path.join(self.folder, "count") if self.folder else ""


@contextlib.contextmanager
def family(root: Path, built: Built) -> Iterator[Family]:
    """Python processes below this one can be recorded from `admit` on, until the end."""
    if not any(os.path.exists(os.path.join(folder, "tracec.pth")) for folder in sys.path):
        yield Family(problem="the interpreter does not look for a run when it starts; install tracec with pip")
        return
    try:
        folder = made()
    except OSError as error:
        yield Family(problem=f"{runs()}: {error.strerror or error}")
        return
    try:
        with answering(os.path.join(folder, "ask"), root, built):
            yield Family(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # others are still there
            os.rmdir(runs())


def made() -> str:
    """This process's folder, with an empty count; those of processes that are gone are removed. Raises OSError."""
    name = Processes().name(os.getpid())
    folder = os.path.join(runs(), name)
    for _ in range(10):  # who ends may remove the folder of all runs
        try:
            os.makedirs(runs(), 0o700, exist_ok=True)
            if not private(runs()):
                raise PermissionError(1, "others may write to it")
            os.mkdir(folder, 0o700)
            break
        except FileNotFoundError:
            continue
    sweep(name)
    Path(folder, "count").write_bytes(bytes(8))
    return folder


def sweep(mine: str) -> None:
    """Remove what runs left behind that were killed."""
    for name in os.listdir(runs()):
        pid, _, _ = name.partition("-")
        try:
            gone = name != mine and (not pid.isdigit() or Processes().name(int(pid)) != name)
        except OSError:
            gone = True
        if gone:
            shutil.rmtree(os.path.join(runs(), name), ignore_errors=True)


def admit(family: Family, settings: Mapping[str, object]) -> None:
    """Python processes that start from now on below this one are recorded, as `settings` say."""
    if not family.folder:
        return
    told = {**settings, "python": kind(), "ask": os.path.join(family.folder, "ask"), "tracec": FOLDER}
    place = Path(family.folder, "run")
    place.with_suffix(".new").write_bytes(marshal.dumps(told))
    place.with_suffix(".new").rename(place)


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
