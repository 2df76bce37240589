"""Random programs, plain against instrumented, in the long form. Prints what differed, a table, and JSON.

    python benchmarks/fuzz.py [--count 10000] [--seed 0] [--jobs 2] [--minutes 60] [--out FOLDER] [--json FILE]

Besides the programs of our own grammar it instruments sources that hypothesmith makes (`pip install hypothesmith`) and
files of the standard library. What differs is reduced and kept in FOLDER. Ends with 1 where anything differed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.fuzz.checking import Checked, checks, clean, ready, smallest
from tests.fuzz.corpus import faults_of_file, from_hypothesmith, library_files
from tests.fuzz.program import program
from tests.fuzz.running import differences
from tests.fuzz.switching import switching

REDUCED_OF_A_KIND = 3  # that many of each kind of difference are reduced, the others only counted


@dataclass
class Tally:
    """What came of it all."""

    programs: int = 0
    statements: list[int] = field(default_factory=list)
    raised: int = 0
    unfit: int = 0
    agree: int = 0
    unjudged: int = 0
    differing: list[int] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    sources: int = 0
    files: int = 0
    refused: list[str] = field(default_factory=list)


def main() -> int:
    args = arguments()
    if os.environ.get("PYTHONHASHSEED") != "0":  # the same order of sets in every run
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    out = Path(args.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    began, tally = time.monotonic(), Tally()
    until = began + 60 * args.minutes
    fuzz(args, out, until, tally)
    switches(args, out, until, tally)
    sources(args, out, until, tally)
    report(args, tally, time.monotonic() - began)
    return 1 if tally.differing or tally.refused else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="programs of the grammar")
    parser.add_argument("--switching", type=int, default=500, help="programs whose frames sleep and wake everywhere")
    parser.add_argument("--sources", type=int, default=1_000, help="sources by hypothesmith")
    parser.add_argument("--files", type=int, default=200, help="files of the standard library")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=240, help="stop after that long")
    parser.add_argument("--reduce", type=float, default=120, help="seconds for reducing one program")
    parser.add_argument("--out", default=".tracec/fuzz", help="where programs that differ are kept")
    parser.add_argument("--json", help="write the summary here as well")
    return parser.parse_args()


def fuzz(args: argparse.Namespace, out: Path, until: float, tally: Tally) -> None:
    """The grammar's programs, until all are done or the time is up."""
    differing: list[Checked] = []
    for checked in checks(range(args.seed, args.seed + args.count), out, args.jobs):
        tally.programs += 1
        tally.raised += checked.raised
        tally.unfit += checked.unfit
        tally.agree += checked.agree
        tally.unjudged += checked.unjudged
        if checked.statements >= 0:
            tally.statements.append(checked.statements)
        if checked.found:
            differing.append(checked)
            print(
                f"seed {checked.seed}: {', '.join(sorted({f'{d.grain} {d.what}' for d in checked.found}))}", flush=True
            )
        if time.monotonic() > until:
            break
    for checked in differing:
        keep(checked, out, args.reduce, tally)


def keep(checked: Checked, out: Path, seconds: float, tally: Tally) -> None:
    """Write a differing program, and its smallest form where its kind is new."""
    tally.differing.append(checked.seed)
    text = program(checked.seed)
    (out / f"seed_{checked.seed}.py").write_text(text, encoding="utf-8")
    for found in checked.found:
        kind = f"{found.grain} {found.what}"
        tally.kinds[kind] += 1
        if tally.kinds[kind] > REDUCED_OF_A_KIND or "command" in found.what:
            continue
        ready()
        small = smallest(text, found, out, seconds)
        name = f"seed_{checked.seed}_{kind.replace(' ', '_')}"
        (out / f"{name}.py").write_text(small, encoding="utf-8")
        (out / f"{name}.txt").write_text(
            f"plain\n{found.plain}\n\ninstrumented\n{found.instrumented}\n", encoding="utf-8"
        )
        print(
            f"--- {name}: {(found.instrumented or found.plain)[:300] if found.what == 'fault' else ''}\n{small}",
            flush=True,
        )


def switches(args: argparse.Namespace, out: Path, until: float, tally: Tally) -> None:
    """Programs whose frames sleep and wake everywhere: those that differ are kept as they are."""
    ready()
    for seed in range(args.seed, args.seed + args.switching):
        if time.monotonic() > until:
            return
        path, judged = out / f"switching_{seed}.py", Counter[str]()
        path.write_text(switching(seed), encoding="utf-8")
        found = differences(path, judged=judged)
        tally.programs += 1
        tally.agree += judged["agree"]
        tally.unjudged += judged["unjudged"]
        if not found:
            clean(path)
            continue
        tally.differing.append(seed)
        tally.kinds.update(f"{difference.grain} {difference.what}" for difference in found)
        print(f"switching {seed}: {found[0].grain} {found[0].what} {found[0].instrumented[:200]}", flush=True)


def sources(args: argparse.Namespace, out: Path, until: float, tally: Tally) -> None:
    """Valid sources that need not run."""
    for path in library_files(args.seed, args.files):
        if time.monotonic() > until:
            return
        tally.files += 1
        tally.refused += [f"{path}: {fault}" for fault in faults_of_file(path)]
    for start in range(0, args.sources, 100):
        if time.monotonic() > until:
            return
        try:
            found = from_hypothesmith(args.seed + start, min(100, args.sources - start))
        except ImportError:
            print("hypothesmith is not installed: its sources are left out")
            return
        tally.sources += min(100, args.sources - start)
        tally.refused += [f"{text!r}: {fault}" for text, wrong in found for fault in wrong]


def report(args: argparse.Namespace, tally: Tally, seconds: float) -> None:
    """The table, and the same as JSON."""
    counted = sorted(tally.statements) or [0]
    rows: dict[str, object] = {
        "python": sys.version.split()[0],
        "programs run plain and at both grains": tally.programs,
        "of these plain Python refuses or does not finish": tally.unfit,
        "statements executed, median": statistics.median(counted),
        "share with more than 50": round(sum(n > 50 for n in counted) / len(counted), 3),
        "share that end in an exception": round(tally.raised / max(1, len(tally.statements)), 3),
        "nodes computed again that agree": tally.agree,
        "nodes that cannot be computed again": tally.unjudged,
        "programs that differ": len(tally.differing),
        "differences by kind": dict(tally.kinds),
        "library files instrumented": tally.files,
        "sources by hypothesmith instrumented": tally.sources,
        "refused, crashed or not compiling": len(tally.refused),
        "seconds": round(seconds),
    }
    for name, value in rows.items():
        print(f"{name:50} {value}")
    for line in tally.refused:
        print(line[:400])
    text = json.dumps({**rows, "seed": args.seed, "seeds that differ": tally.differing, "refused": tally.refused})
    print(text)
    if args.json:
        Path(args.json).write_text(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
