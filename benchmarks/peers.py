"""Our optimizers against Trace's OptoPrime, textgrad and gepa: same service, same tasks, same number of calls.

    python benchmarks/peers.py run --base-url http://127.0.0.1:8000/v1 --model NAME [--calls 4] [--tasks a,b]
                   [--arms a,b] [--seeds 1] [--seconds 1800] [--peers PYTHON] [--keep FOLDER] [--json FILE]
    python benchmarks/peers.py table FILE
    python benchmarks/peers.py rehearse [--tasks a,b] [--arms a,b] [--peers PYTHON]

The peers need an interpreter of their own:

    python3.11 -m venv peers && peers/bin/pip install trace-opt==0.1.3.8 textgrad==0.1.8 gepa==0.1.4 litellm

and `--peers peers/bin/python`; without it their arms say that they are not installed, and the rest runs. tracec needs
its extra `llm`. `--base-url` is any service that speaks OpenAI's protocol; its key is read from OPENAI_API_KEY.

Each arm runs in a process and folder of its own and asks through a proxy that counts calls, tokens and seconds, and
answers 401 once the budget of calls is used: so it is equal for all. A call that the service turns down does not
count. Calls that the program under optimisation makes itself are counted apart; the same one is asked once. What an
arm leaves, its own choice by what it can see, is judged on cases that it cannot see; a case that raises or has no
answer counts as 0. `table` shows, for each task and arm, the score, calls, tokens and seconds, and the paired
differences with a bootstrap interval over tasks and seeds. With `--json FILE` rows are kept as they come, and those
that are there are not run again. `rehearse` runs the arms with a scripted service that knows the solutions: each must
win.

Programs that a model wrote run here with no more protection than a process of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

from arms import ARMS, START, Setting, installed, row
from paired import Pair, difference
from proxy import counting
from scripted import scripted
from tasks import Task, tasks

CALLS, SECONDS, CALL_SECONDS = 4, 1_800.0, 600.0  # an arm's calls and wall time, a call's wall time at most
AGAINST = ("rewrite", "auto")  # the arms that the others are compared with
GOOD = 0.9  # what a rehearsal must score at least
Row = dict[str, Any]
COLUMNS = ("task", "arm", "score", "calls", "in", "out", "seconds", "waited", "own calls", "refused", "note")


def listed(text: str) -> list[str]:
    """a,b -> [a, b]."""
    return [word for word in text.split(",") if word]


def run(words: argparse.Namespace) -> None:
    """All rows that are missing, and the table."""
    setting = Setting(words.model, words.calls, words.seconds, words.call_seconds, words.peers, words.keep)
    chosen = tasks(listed(words.tasks))
    rows: list[Row] = []
    path = Path(words.json) if words.json else None
    if path and path.exists():
        rows = json.loads(path.read_text())["rows"]
    for made in missing(words.base_url, setting, chosen, arms(words), words.seeds, rows):
        rows.append(made)
        if path:
            path.write_text(json.dumps({"settings": vars(words), "rows": rows}, indent=1))
    table(rows)


def arms(words: argparse.Namespace) -> list[str]:
    """Those that were named, or all; those that are not installed are told and left out."""
    named = listed(words.arms) or list(ARMS)
    if unknown := {*named} - {*ARMS}:
        raise SystemExit(f"no such arm: {', '.join(sorted(unknown))}; there are {', '.join(ARMS)}")
    found = {arm: installed(arm, words.peers) for arm in named}
    for arm in (arm for arm, there in found.items() if not there):
        print(f"{arm}: not installed in {words.peers}", file=sys.stderr)
    return [arm for arm, there in found.items() if there]


def missing(
    base: str, setting: Setting, chosen: Sequence[Task], named: Sequence[str], seeds: int, rows: Sequence[Row]
) -> Iterator[Row]:
    """One row after the other; within a task the arms follow each other, so that they meet the same machine."""
    done = {(each["task"], each["arm"], each["seed"]) for each in rows}
    with counting(base, os.environ.get("OPENAI_API_KEY", ""), setting.call_seconds) as proxy:
        for seed in range(seeds):
            for task in chosen:
                for arm in named:
                    if (task.name, arm, seed) not in done:
                        made = row(proxy, task, arm, seed, setting)
                        print(*line(made).values(), sep="  ", file=sys.stderr, flush=True)
                        yield made


def line(made: Row) -> Row:
    """A row as the table shows it."""
    values = (
        made["task"], made["arm"], f"{made['score']:.3f}", made["calls"], made["read"], made["written"],
        f"{made['wall']:.1f}", f"{made['seconds'] + made['program_seconds']:.1f}",
        f"{made['program_calls']}/{made['program_fresh']}", made["refused"], made["note"][:40],
    )  # fmt: skip
    return dict(zip(COLUMNS, values))


def table(rows: Sequence[Row]) -> None:
    """Print all rows, the means of each arm, and the paired differences."""
    printed(
        [line(made) for made in sorted(rows, key=lambda made: (made["task"], ARMS.index(made["arm"]), made["seed"]))]
    )
    print()
    printed([mean(arm, [made for made in rows if made["arm"] == arm]) for arm in ARMS if scores(rows, arm)])
    for first in AGAINST:
        print(f"\n{first} less each other arm, on the same tasks and seeds; 95 % interval of 10,000 draws")
        printed([*differences(rows, first)])


def mean(arm: str, rows: Sequence[Row]) -> Row:
    """The means of an arm."""
    keys = {"score": "score", "calls": "calls", "in": "read", "out": "written", "seconds": "wall"}
    means = {name: statistics.fmean(made[key] for made in rows) for name, key in keys.items()}
    return {"arm": arm, "rows": len(rows), **{name: f"{value:.3f}" for name, value in means.items()}}


def scores(rows: Sequence[Row], arm: str) -> dict[Pair, float]:
    """What an arm came to."""
    return {(made["task"], made["seed"]): made["score"] for made in rows if made["arm"] == arm}


def differences(rows: Sequence[Row], first: str) -> Iterator[Row]:
    """A line for each other arm."""
    for arm in ARMS:
        found = difference(scores(rows, first), scores(rows, arm)) if arm != first else None
        if found:
            span = f"[{found.low:+.3f}, {found.high:+.3f}]"
            told = {"mean": f"{found.mean:+.3f}", "interval": span, "pairs": found.pairs}
            yield {"against": arm, **told, "better": found.wins, "worse": found.losses}


def printed(rows: Sequence[Row]) -> None:
    """Rows as columns of equal width."""
    if not rows:
        return
    lines = [tuple(rows[0]), *(tuple(map(str, each.values())) for each in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for each in lines:
        print("  ".join(text.ljust(width) for text, width in zip(each, widths)).rstrip())


def rehearse(words: argparse.Namespace) -> int:
    """Every arm against a service that knows the solution; 1 where one does not win, or a task begins well."""
    chosen, named = tasks(listed(words.tasks)), arms(words)
    setting = Setting("scripted", words.calls, words.seconds, words.call_seconds, words.peers, words.keep)
    rows: list[Row] = []
    for task in chosen:
        for arm in named:
            with scripted(task) as base:
                rows += missing(base, setting, [task], [arm], 1, [])
    table(rows)
    wrong = [made for made in rows if (made["arm"] == START) == (made["score"] >= GOOD)]
    wrong += [made for made in rows if made["calls"] > words.calls]
    for made in wrong:
        print(f"{made['task']} {made['arm']}: {made['score']:.3f} with {made['calls']} calls", file=sys.stderr)
    return int(bool(wrong))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = whole.add_subparsers(dest="verb", required=True)
    for verb in (verbs.add_parser("run"), verbs.add_parser("rehearse")):
        verb.add_argument("--calls", type=int, default=CALLS)
        verb.add_argument("--tasks", default="")
        verb.add_argument("--arms", default="")
        verb.add_argument("--seconds", type=float, default=SECONDS)
        verb.add_argument("--call-seconds", type=float, default=CALL_SECONDS)
        verb.add_argument("--peers", default=sys.executable, metavar="PYTHON")
        verb.add_argument("--keep", default="", metavar="FOLDER")
    verbs.choices["run"].add_argument("--base-url", required=True)
    verbs.choices["run"].add_argument("--model", required=True)
    verbs.choices["run"].add_argument("--seeds", type=int, default=1)
    verbs.choices["run"].add_argument("--json", default="", metavar="FILE")
    verbs.add_parser("table").add_argument("file")
    return whole


def main() -> int:
    words = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the arm that runs is ended as well
    if words.verb == "table":
        table(json.loads(Path(words.file).read_text())["rows"])
    elif words.verb == "rehearse":
        return rehearse(words)
    else:
        run(words)
    return 0


if __name__ == "__main__":
    sys.exit(main())
