"""A program in the current folder and rows -> one JSON line for each row: its score and what is said of it.

    python judge.py ROWS.jsonl calls MODULE
    python judge.py ROWS.jsonl metric MODULE:FUNCTION

A row of `calls` has `call`, an expression over the module's names, and `want`, one without; its score is 1.0 where both
are equal. A row of a metric is what its function takes; that returns a number, or a number and a text. What raises, or
takes longer than its time, says so and has the score 0. Whoever reads the lines counts rows that have none as 0 too.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CALL_SECONDS = 5  # of one call; chosen
METRIC_SECONDS = 600  # of one case of a metric, which may ask a model; chosen
MEMORY = 4 << 30  # bytes; chosen
LONGEST = 600  # characters of what is said
Scorer = Callable[[Any], tuple[float, str]]


class Late(BaseException):
    """The time of a row is over; no Exception, as a program may handle those."""


@contextlib.contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raises Late in the block when its time is over."""

    def late(signum: int, frame: Any) -> None:
        raise Late(f"it did not end within {seconds} seconds")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def by_calls(module: str) -> Scorer:
    """What compares a call with what is wanted."""
    names = vars(importlib.import_module(module))

    def score(row: Any) -> tuple[float, str]:
        got, want = eval(row["call"], dict(names)), eval(row["want"], {})
        good = type(got) is type(want) and got == want
        return float(good), "" if good else f"{row['call']} is {got!r}, not {want!r}"

    return score


def by_metric(where: str) -> Scorer:
    """What asks the task's own metric."""
    module, _, function = where.partition(":")
    metric = getattr(importlib.import_module(module), function)

    def score(row: Any) -> tuple[float, str]:
        found = metric(row)
        number, text = found if isinstance(found, tuple) else (found, "")
        return float(number), str(text)

    return score


def scored(make: Callable[[], Scorer], row: Any, seconds: int) -> tuple[float, str]:
    """What a row comes to; nothing that the program does is raised, not even when it is imported."""
    try:
        with limited(seconds):
            number, text = make()(row)
    except (Exception, Late, SystemExit) as error:
        return 0.0, f"{type(error).__name__}: {error}"
    return (number, text) if 0 <= number <= 1 else (0.0, f"the score is {number}")


def main() -> None:
    rows, kind, where = sys.argv[1:]
    sys.path.insert(0, os.getcwd())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the program prints is no result
    maker, seconds = (by_calls, CALL_SECONDS) if kind == "calls" else (by_metric, METRIC_SECONDS)
    for number, line in enumerate(Path(rows).read_text().splitlines()):
        score, text = scored(lambda: maker(where), json.loads(line), seconds)
        print(json.dumps({"case": number, "score": score, "text": text[:LONGEST]}), file=out, flush=True)


if __name__ == "__main__":
    main()
