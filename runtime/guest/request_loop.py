"""Requests -> replies, with one forked child for each; deadlines are kept and no process is left."""

from __future__ import annotations

import contextlib
import math
import os
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from tracec.runtime.guest import process_tree, sandbox
from tracec.runtime.guest.meters import recorded
from tracec.runtime.guest.wire import Message, Wire, check_frame
from tracec.runtime.outcome import Ended

# In the child: request, where to emit frames, its own folder. Whether it returns or raises, the child then ends.
Work = Callable[[dict[str, Any], Callable[[dict[str, object]], None], str], object]
_NEAR_LIMIT = 0.8  # the share of the memory limit from which on a child that died is taken to have met it; chosen
_LOOK = 0.1  # seconds between two counts of a child's processes; chosen
_TICK = 0.05  # seconds between two looks for a child's end where the kernel has no pidfd; chosen


class Job:
    """A child at work: its frames, its deadlines, and what is known of its end."""

    def __init__(self, request: dict[str, Any], pid: int, wire: Wire, folder: str) -> None:
        self.request, self.pid, self.wire, self.folder = request, pid, wire, folder
        self.pidfd = _pidfd(pid)
        self.outcomes: list[object] = []
        self.tried: list[object] = []
        self.functions: list[object] = []
        self.probe: dict[str, object] = {}
        self.log = b""
        self.running = ""
        self.ended: Ended | None = None
        self.detail = ""
        self.open = True
        self._left: tuple[int, int] | None = None  # status, peak memory in kB
        now = time.monotonic()
        self.deadline = now + (request["seconds"] or math.inf)
        self.test_deadline = math.inf
        self.look = now + _LOOK  # when its processes are counted
        self.began = now

    def fds(self) -> list[int]:
        """What to wait for."""
        return [*([self.wire.fileno()] if self.open else []), *([self.pidfd] if self.pidfd >= 0 else [])]

    def read(self) -> None:
        """Take in the child's frames, as many as are there: none after one that is no frame, as a test may send it."""
        try:
            for frame in self.wire.receive():
                check_frame(frame)
                self._note(frame)
        except (EOFError, OSError, ValueError):
            self.open = False

    def _note(self, frame: dict[str, Any]) -> None:
        if "begin" in frame:
            self.running = frame["begin"]
            self.began = time.monotonic()
            self.test_deadline = self.began + (self.request["test_seconds"] or math.inf)
        elif "outcome" in frame:
            self.outcomes.append(frame["outcome"])
            self.running, self.test_deadline = "", math.inf
        elif "trial" in frame:
            self.test_deadline = time.monotonic() + (self.request["test_seconds"] or math.inf)
        elif "functions" in frame:
            self.functions += frame["functions"]
        elif "tried" in frame:
            self.tried.append(frame["tried"])
        elif "probe" in frame:
            self.probe = frame["probe"]
        elif "ended" in frame:
            # Once a test has begun, its process was confined: what says otherwise comes from the test.
            ended, self.detail = Ended(frame["ended"]), frame["detail"]
            late = ended == Ended.UNCONFINED and (self.running or self.outcomes)
            self.ended = Ended.ERROR if late else ended

    def is_crowd(self) -> bool:
        """Whether too many processes descend from the child; they are counted now and then."""
        if time.monotonic() < self.look:
            return False
        self.look = time.monotonic() + _LOOK
        return process_tree.more_than(sandbox.MOST_PROCESSES, self.pid)

    def has_left(self) -> bool:
        """True once the child has ended of itself. It is not reaped: `kill` still needs its number."""
        return self._left is not None or process_tree.has_ended(self.pid)

    def kill(self) -> None:
        """End the child with all that descends from it and those it left in its group, and then reap it."""
        if self._left is None:
            process_tree.kill_group(self.pid)
            process_tree.kill_tree(self.pid)
            _, status, usage = os.wait4(self.pid, 0)
            self._left = status, usage.ru_maxrss

    def drain(self) -> None:
        """Take in what the child said before its end."""
        while self.open and select.select([self.wire], [], [], 0)[0]:
            self.read()

    def cause(self) -> tuple[Ended, str]:
        """Why a child ended that did not say so itself."""
        status, peak = self._left or (0, 0)
        return _cause(status, peak, self.request["memory_mb"])

    def close(self, ended: Ended, detail: str) -> None:
        """Name the end, give the test that was running the same status, and keep what was recorded."""
        self.ended, self.detail = self.ended or ended, self.detail or detail
        if self.running:
            seconds = time.monotonic() - self.began
            cut = {"id": self.running, "status": ended, "message": detail, "path": "", "line": 0, "seconds": seconds}
            self.outcomes.append({**cut, "steps": 0})
        self.wire.close()
        if self.pidfd >= 0:
            os.close(self.pidfd)
        if self.request["record"]:
            self.log = recorded(self.folder, self.request["record"])
        shutil.rmtree(self.folder, ignore_errors=True)

    def reply(self) -> Message:
        """For the parent."""
        said = {"outcomes": self.outcomes, "tried": self.tried, "functions": self.functions, "probe": self.probe}
        return {"id": self.request["id"], **said, "ended": self.ended, "detail": self.detail}


class Server:
    """Serves one wire until its other end closes. `other` takes messages that are no run requests.

    `before` is called before each fork, in the process that forks.
    """

    def __init__(self, wire: Wire, work: Work, folder: str, before: Callable[[], None]) -> None:
        self.wire, self.folder = wire, folder
        self.other: Callable[[dict[str, Any]], object] = lambda message: None
        self.kept: set[int] = set()  # children that are no jobs
        self._work, self._before = work, before
        self._jobs: list[Job] = []

    def run(self) -> None:
        """Returns when the other end has closed; every child is dead then."""
        process_tree.adopt_orphans()
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._turn()
        for pid in (*self.kept, *(job.pid for job in self._jobs)):
            process_tree.kill_tree(pid)
        process_tree.kill_orphans(set())

    def let_go(self) -> None:
        """In a forked child: close what belongs to the parent."""
        self.wire.close()
        for job in self._jobs:
            job.wire.close()
            if job.pidfd >= 0:
                os.close(job.pidfd)

    def drop_kept(self) -> None:
        """Kill and reap the children that are no jobs."""
        self.kept.clear()
        process_tree.kill_orphans({job.pid for job in self._jobs})

    def _turn(self) -> None:
        ready = self._wait()
        for job in list(self._jobs):
            if job.open and job.wire.fileno() in ready:
                job.read()
            self._settle(job)
        if self.wire.waiting:
            self.wire.flush()
        if self.wire.fileno() in ready:
            for message in self.wire.receive():
                self._accept(message)

    def _wait(self) -> set[int]:
        poll = select.poll()
        poll.register(self.wire, select.POLLIN | (select.POLLOUT if self.wire.waiting else 0))
        for fd in (fd for job in self._jobs for fd in job.fds()):
            poll.register(fd, select.POLLIN)
        ends = [min(job.deadline, job.test_deadline, job.look) for job in self._jobs]
        if any(job.pidfd < 0 for job in self._jobs):
            ends.append(time.monotonic() + _TICK)
        left = min(ends, default=math.inf) - time.monotonic()
        events = poll.poll(None if left == math.inf else max(0, math.ceil(left * 1000)))
        return {fd for fd, event in events if event & ~select.POLLOUT}

    def _accept(self, message: dict[str, Any]) -> None:
        if "tests" in message:
            self._start(message)
        else:
            self.other(message)

    def _start(self, request: dict[str, Any]) -> None:
        folder = os.path.join(self.folder, f"job-{os.getpid()}-{request['id']}")
        os.mkdir(folder)
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        self._before()
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            ours.close()
            theirs.close()
            self._answer({"id": request["id"], "outcomes": [], "ended": Ended.ERROR, "detail": f"no fork: {error}"})
            return
        if pid == 0:
            self._child(request, parent, Wire(theirs), ours, folder)
        theirs.close()
        self._jobs.append(Job(request, pid, Wire(ours), folder))

    def _child(self, request: dict[str, Any], parent: int, wire: Wire, ours: socket.socket, folder: str) -> None:
        try:
            os.setsid()
            process_tree.die_with_parent(parent)
            process_tree.adopt_orphans()
            ours.close()
            self.let_go()
            _into(folder)
            self._work(request, wire.send, folder)
        except BaseException as error:
            with contextlib.suppress(BaseException):
                traceback.print_exc()
                unconfined = isinstance(error, sandbox.Unconfined)
                ended, why = (Ended.UNCONFINED, str(error)) if unconfined else (Ended.ERROR, last_line(error))
                wire.send({"ended": ended, "detail": why})
        finally:
            os._exit(0)

    def _settle(self, job: Job) -> None:
        if not job.ended and time.monotonic() >= min(job.deadline, job.test_deadline):
            self._end(job, Ended.TIMEOUT, "the wall clock ran out")
        elif not job.ended and job.is_crowd():
            self._end(job, Ended.DIED, f"it had more than {sandbox.MOST_PROCESSES} processes")
        elif job.ended or job.has_left():
            self._end(job, job.ended, job.detail)

    def _end(self, job: Job, ended: Ended | None, detail: str) -> None:
        job.kill()
        job.drain()
        if ended is None:
            ended, detail = job.cause() if job.ended is None else (job.ended, job.detail)
        job.close(ended, detail)
        self._jobs.remove(job)
        process_tree.kill_orphans(self.kept | {other.pid for other in self._jobs})
        self._answer(job.reply(), job.log)

    def _answer(self, reply: Message, log: bytes = b"") -> None:
        self.wire.queue(reply, log)
        self.wire.flush()


def _pidfd(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def _into(folder: str) -> None:
    # A folder of its own for temporary files, and output that the next child does not find.
    import tempfile

    os.environ["TMPDIR"] = folder
    tempfile.tempdir = None
    out = os.open(os.path.join(folder, "output"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(out)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _cause(status: int, peak_kb: int, memory_mb: int) -> tuple[Ended, str]:
    if not os.WIFSIGNALED(status):
        return Ended.DIED, f"the process left with exit code {os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return Ended.TIMEOUT, "the processor time ran out"
    name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
    if memory_mb and number != signal.SIGTERM and peak_kb > _NEAR_LIMIT * memory_mb * 1024:
        return Ended.MEMORY, f"the process was ended by {name} at its memory limit"
    return Ended.DIED, f"the process was ended by {name}"


def last_line(error: BaseException) -> str:
    """An exception -> `Type: message`, on one line."""
    return "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
