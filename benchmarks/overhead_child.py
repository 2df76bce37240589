"""One measured run in a fresh process: `overhead_child.py JOB.json`, which names a tool, a workload and a scale.

The report goes to a file: the CPU seconds of `main(scale)` alone, its result, and what was recorded. Nothing here runs
while the workload does, except where the job asks for an account of memory and of the garbage collector.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Job:
    """What to run and how.

    `artifact` is the instrumented form where tracec takes part, code for the import hook or a printed module; `folder`
    is for scratch, `limit` is in CPU seconds.
    """

    tool: str
    path: str
    scale: float
    report: str
    folder: str
    artifact: str = ""
    account: bool = False
    limit: float = 0


@dataclass(slots=True)
class Report:
    """What came of it; `log_bytes` is the size of the streams without the values they hold."""

    seconds: float = 0.0
    result: str = ""
    error: str = ""
    events: int = 0
    log_bytes: int = 0
    grown_bytes: int = 0
    gc_seconds: float = 0.0


def imported(path: str) -> ModuleType:
    """The workload as a module, by an ordinary import."""
    sys.path.insert(0, os.path.dirname(path))
    return importlib.import_module(Path(path).stem)


def plain(job: Job) -> ModuleType:
    return imported(job.path)


def recorded(job: Job) -> ModuleType:
    from tracec.runtime import record

    record.start()
    return switched_off(job)


def switched_off(job: Job) -> ModuleType:
    """The instrumented module; it records where recording was switched on before."""
    from tracec.runtime import record
    from tracec.runtime.launch import import_hook

    import_hook.install({os.path.realpath(job.path): lambda path, _: record.code(job.artifact, path)})
    return imported(job.path)


def printed(job: Job) -> ModuleType:
    """What `tracec instrument` printed, as a plain file, while nothing is recorded."""
    return imported(job.artifact)


def profiled(job: Job) -> ModuleType:
    """The cheapest callback in Python: it counts."""
    module, count = imported(job.path), 0

    def callback(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(callback)
    return module


def peer(name: str) -> Callable[[Job], ModuleType]:
    """A tool that somebody else made; it is imported only here, in the environment where it is installed."""

    def start(job: Job) -> ModuleType:
        import overhead_peers

        return overhead_peers.TOOLS[name](job)

    return start


TOOLS: dict[str, Callable[[Job], ModuleType]] = {
    "plain": plain,
    "calls": recorded,
    "values": recorded,
    "calls off": switched_off,
    "values off": switched_off,
    "calls printed": printed,
    "values printed": printed,
    "setprofile": profiled,
}


def measured(job: Job) -> Report:
    """Run `main` under the tool; an exception becomes the report's error."""
    report = Report()
    try:
        module = TOOLS.get(job.tool, peer(job.tool))(job)
        run(module, job, report)
    except Exception as error:
        report.error = type(error).__name__
        print(f"{job.tool} on {Path(job.path).stem}: {type(error).__name__}: {str(error)[:2000]}", file=sys.stderr)
    if job.tool in ("calls", "values") and not report.error and not report.events:
        report.error = "nothing was recorded"
    return report


def run(module: ModuleType, job: Job, report: Report) -> None:
    gc.collect()
    main, scale = module.main, job.scale
    started, before = events(job), resident()
    if job.account:
        gc.callbacks.append(collector_clock(report))
    began = time.process_time()
    result = main(scale)
    report.seconds = time.process_time() - began
    sys.setprofile(None)
    sys.settrace(None)
    report.grown_bytes = resident() - before
    report.result = repr(getattr(result, "data", result))
    report.events = events(job) - started
    report.log_bytes = streams() if report.events else 0


def collector_clock(report: Report) -> Callable[[str, dict[str, int]], None]:
    """A callback of the garbage collector that adds up how long it works."""
    began = 0.0

    def callback(phase: str, _: dict[str, int]) -> None:
        nonlocal began
        now = time.process_time()
        if phase == "start":
            began = now
        else:
            report.gc_seconds += now - began

    return callback


def resident() -> int:
    """The most memory this process held so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def events(job: Job) -> int:
    if job.tool not in ("calls", "values"):
        return 0
    from tracec.runtime import record

    return record.size()


def streams() -> int:
    """The size of the lists that hold the events."""
    from tracec.runtime import record

    return sum(len(chunk) for _, _, chunks in record._taken() for chunk in chunks if isinstance(chunk, bytes))


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        job = Job(**json.load(file))
    if job.limit:
        resource.setrlimit(resource.RLIMIT_CPU, (int(job.limit), int(job.limit) + 5))
    report = measured(job)
    with open(job.report, "w", encoding="utf-8") as file:
        json.dump(asdict(report), file)
    sys.stderr.flush()
    os._exit(0)  # freeing what was recorded is not what is measured


if __name__ == "__main__":
    main()
