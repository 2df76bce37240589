"""`command:PROGRAM ARGS`: a program that reads the prompt on stdin and writes its answer on stdout."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

from tracec.models.price import Messages, Price, about_tokens
from tracec.models.reply import Failure, Kind, Outcome, Reply, judged
from tracec.passes.nouns.errors import TracecError

OUTPUT = 4096  # tokens that an answer is taken to have at most, as nobody tells the program; chosen


class CommandModel:
    """Starts a program for each call, in a process group of its own that ends with the call."""

    def __init__(self, name: str, price: Price | None, root: Path) -> None:
        self.name, self._price, self._root = name, price, root
        try:
            self._words = shlex.split(name.removeprefix("command:"))
        except ValueError as error:
            raise TracecError(f"the model {name}: {error}", "close the quote") from None
        self._running: set[subprocess.Popen[bytes]] = set()
        if not self._words or not shutil.which(self._words[0], path=os.environ.get("PATH")):
            program = self._words[0] if self._words else ""
            raise TracecError(f"the model {self.name}: there is no program {program!r}", "check its name and PATH")

    def ready(self) -> None:
        """There is such a program."""

    def price(self) -> Price | None:
        """What the user said."""
        return self._price

    def most(self, wanted: int | None) -> int:
        """As many as are wanted."""
        return wanted or OUTPUT

    def ask(self, messages: Messages, temperature: float | None, most: int, seconds: float) -> Outcome:
        """Both pipes are drained while it runs; what it leaves behind in its group is killed."""
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(
                self._words, stdin=pipe, stdout=pipe, stderr=pipe, cwd=self._root, start_new_session=True
            )
        except OSError as error:
            return Failure(Kind.MODEL, f"{self.name} cannot be started: {error.strerror}")
        self._running.add(process)
        prompt = as_text(messages).encode("utf-8", "replace")
        try:
            out, err = process.communicate(prompt, timeout=seconds)
        except subprocess.TimeoutExpired:
            return Failure(Kind.TIMEOUT, f"{self.name} was not over within {seconds:.3g} s, and was killed", lost=True)
        finally:
            self._end(process)
        if process.returncode:
            return Failure(Kind.REJECTED, f"{self.name} ended with code {process.returncode}{last_line(err)}")
        text = out.decode("utf-8", "replace")
        read = about_tokens(prompt.decode("utf-8"))
        return judged(Reply(text, self.name, read=read, written=about_tokens(text), counted=False))

    def close(self) -> None:
        """Kill what still runs."""
        for process in tuple(self._running):
            self._end(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(OSError, ValueError):
                assert stream is not None
                stream.close()
        self._running.discard(process)


def as_text(messages: Messages) -> str:
    """One prompt: the texts with an empty line between; where the model has spoken, each below its role."""
    if all(message["role"] in ("system", "user") for message in messages):
        return "\n\n".join(message["content"] for message in messages)
    return "\n\n".join(f"[{message['role']}]\n{message['content']}" for message in messages)


def last_line(err: bytes) -> str:
    """What a program said last."""
    lines = err.decode("utf-8", "replace").strip().splitlines()
    return f": {lines[-1]}" if lines else ""
