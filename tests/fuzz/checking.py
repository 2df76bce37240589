"""Seeds -> findings: each program checked, the differing ones reduced and kept."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.fuzz.program import LARGE, program
from tests.fuzz.reducing import reduced
from tests.fuzz.running import GRAINS, Difference, apart, differences, observe

COUNT_EVERY, COMMAND_EVERY = 10, 250


@dataclass(frozen=True, slots=True)
class Checked:
    """One program: how it went, and what differed."""

    seed: int
    lines: int
    statements: int = -1  # where they were counted
    raised: bool = False
    unfit: bool = False  # plain Python refuses it, or does not finish it in time
    agree: int = 0  # nodes of its trace that are the same when they are computed again
    unjudged: int = 0  # and those that cannot be
    found: tuple[Difference, ...] = ()


def ready() -> None:
    """Load everything once, so that forked children start with it and the collector leaves it alone."""
    import asyncio
    import contextlib
    import functools

    import msgspec

    import tracec.passes.instrument
    import tracec.passes.link
    import tracec.recording.artifacts
    import tracec.recording.trace_store
    import tracec.runtime.record

    del asyncio, contextlib, functools, msgspec, tracec
    gc.collect()
    gc.freeze()


def check(seed: int, folder: Path, *, size: tuple[int, int] = LARGE, commands: bool = True) -> Checked:
    """Generate, run plain and instrumented, compare; with `commands` now and then by the real command line too."""
    text = program(seed, size)
    path = folder / f"program_{seed}.py"
    path.write_text(text, encoding="utf-8")
    counted = apart(partial(observe, path, count=True), 20) if seed % COUNT_EVERY == 0 else None
    judged: Counter[str] = Counter()
    found = differences(path, judged=judged)
    if found and found[0].grain == "plain":
        clean(path)
        return Checked(seed, text.count("\n"), unfit=True)
    if commands and seed % COMMAND_EVERY == 0:
        found += [difference for grain in GRAINS for difference in by_command_line(path, grain)]
    if not found:
        clean(path)
    statements = -1 if counted is None or counted.fault else counted.statements
    raised = counted is not None and bool(counted.error)
    counts = judged["agree"], judged["unjudged"]
    return Checked(seed, text.count("\n"), statements, raised, False, *counts, tuple(found))


def clean(path: Path) -> None:
    """Remove a program and what was made of it, but for the cache's folder."""
    from tracec.recording.artifact_cache import cache

    for made in (path, *(path.with_suffix(f".{grain}.trace") for grain in GRAINS)):
        made.unlink(missing_ok=True)
    for artifact in cache(path.parent).glob("*.bin"):
        artifact.unlink(missing_ok=True)


def checks(seeds: Sequence[int], folder: Path, jobs: int) -> Iterator[Checked]:
    """All of them, in any order where there are several jobs, each with a folder of its own."""
    if jobs == 1:
        ready()
        yield from (check(seed, folder) for seed in seeds)
        return
    with get_context("fork").Pool(jobs, ready) as pool:
        yield from pool.imap_unordered(partial(_check_in_own_folder, folder), seeds, chunksize=4)


def _check_in_own_folder(folder: Path, seed: int) -> Checked:
    own = folder / f"job_{os.getpid()}"
    own.mkdir(exist_ok=True)
    return check(seed, own)


def by_command_line(path: Path, grain: str) -> list[Difference]:
    """`python FILE` against `tracec run FILE`: output, errors and exit code."""
    log = path.with_suffix(f".{grain}.trace")
    plain = _said(path, [path.name])
    traced = _said(
        path, ["-m", "tracec", "run", "--grain", grain, "--scope", path.name, "--record", log.name, path.name]
    )
    pairs = zip(("out", "err", "error"), plain, traced)
    return [Difference(grain, f"{what} of the command", a, b) for what, a, b in pairs if a != b]


def _said(path: Path, arguments: list[str]) -> tuple[str, str, str]:
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=path.parent, capture_output=True, text=True, env=env, timeout=60
    )
    err = "".join(line for line in done.stderr.splitlines(keepends=True) if not line.startswith("tracec: recorded "))
    return done.stdout, err, str(done.returncode)


def smallest(text: str, difference: Difference, folder: Path, seconds: float) -> str:
    """A smaller program that differs at the same grain, in the same respect."""
    path = folder / f"reducing_{os.getpid()}.py"
    goal = (difference.grain, difference.what, _kind(difference))
    grains = () if difference.grain == "plain" else (difference.grain,)

    def shows(candidate: str) -> bool:
        path.write_text(candidate, encoding="utf-8")
        return any((found.grain, found.what, _kind(found)) == goal for found in differences(path, grains, 5))

    made = reduced(text, shows, seconds)
    clean(path)
    return made


def _kind(difference: Difference) -> str:
    """Of faults of ours, which: the first words."""
    return difference.instrumented.partition(":")[0] if difference.what == "fault" else ""
