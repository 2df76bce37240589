"""What instrumenting costs: lines a second cold, from the cache, and in several processes. Prints a table, writes JSON.

    python benchmarks/instrument.py [PATH]... [--repeat N] [--json FILE]

Without paths it takes the standard library's modules. Times are CPU times of one core, each beside
`libcst.parse_module` and `ast.parse` over the same files in the same turn; of the turns the median ratio counts. "cold"
is source to artifact: parsing, rewriting, compiling, packing. "printed" is source to text, as `tracec instrument` does
it: parsing, rewriting, libcst's parse and pass, the proof. "cached" is what a run pays when nothing changed: reading
and hashing the source, loading the artifact and filling in the hooks.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import marshal
import os
import statistics
import sys
import sysconfig
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import libcst

from tracec.passes.instrument import instrument
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project.paths import read
from tracec.recording.artifacts import artifact, build, compiled
from tracec.runtime import record
from tracec.runtime.launch import import_hook


def sources(paths: list[str]) -> list[Source]:
    """What can be read and parsed of the files named, or of the standard library's top folder."""
    named = [Path(path) for path in paths] or [Path(sysconfig.get_path("stdlib"))]
    files = [f for p in named for f in ([p] if p.is_file() else sorted(p.rglob("*.py") if paths else p.glob("*.py")))]
    found = []
    for file in files:
        try:
            source = read(str(file))
            _ = instrument(source).text
            found.append(source)
        except (TracecError, RecursionError) as error:
            print(f"left out: {error}", file=sys.stderr)
    return found


def seconds(work: Callable[[Source], object], over: list[Source]) -> float:
    """CPU seconds for all files."""
    gc.collect()
    start = time.process_time()
    for source in over:
        work(source)
    return time.process_time() - start


def hook_cost() -> float:
    """Microseconds for which the import hook looks at a module that is not in scope."""
    finder = import_hook.Finder()
    finder.add({os.path.realpath(__file__): import_hook.plain}, {})
    start = time.process_time()
    for _ in range(100_000):
        finder.find_spec("json.decoder")
    return (time.process_time() - start) * 10


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    over = sources(args.paths)
    lines = sum(source.text.count("\n") for source in over)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        made = {source.path: artifact(root, source, "values") for source in over}
        ways: dict[str, Callable[[Source], object]] = {
            "libcst.parse_module": lambda s: libcst.parse_module(s.text),
            "ast.parse": lambda s: ast.parse(s.text),
            "compile": lambda s: compile(s.text, s.path, "exec"),
            "rewrite only, values": lambda s: instrument(s, "values", "0" * 24, careful=True),
            "cold, values": lambda s: compiled(s, "values", "0" * 24),
            "printed, values": lambda s: instrument(s, "values", "0" * 24, careful=True).text,
            "printed, calls": lambda s: instrument(s, "calls", "0" * 24, careful=True).text,
            "cold, calls": lambda s: compiled(s, "calls", "0" * 24),
            "cached": lambda s: (artifact(root, read(s.path), "values"), record.code(str(made[s.path]), s.path)),
            "plain .pyc": lambda s: marshal.loads(plain[s.path]),
        }
        plain = {s.path: marshal.dumps(compile(s.text, s.path, "exec")) for s in over}
        record.start()
        turns = [{name: seconds(work, over) for name, work in ways.items()} for _ in range(args.repeat)]
    rows = []
    for name in ways:
        rate = statistics.median(lines / turn[name] for turn in turns)
        ratio = statistics.median(turn[name] / turn["libcst.parse_module"] for turn in turns)
        rows.append({"what": name, "lines_per_second": round(rate), "of_libcst_parse": round(ratio, 3)})
    print(f"{len(over)} files, {lines:,} lines, Python {sys.version.split()[0]}, {args.repeat} turns")
    print(f"{'':24}{'lines/s':>12}{'of libcst.parse':>18}")
    for row in rows:
        print(f"{row['what']:24}{row['lines_per_second']:>12,}{row['of_libcst_parse']:>18.2f}")
    print(f"{'declined by the hook':24}{hook_cost():>12.2f} µs a module")
    parallel = wall(over)
    print(f"{'all files, build()':24}{lines / parallel:>12,.0f} lines a second of wall time, {os.cpu_count()} cores")
    if args.json:
        args.json.write_text(json.dumps({"lines": lines, "python": sys.version, "rows": rows, "hook_us": hook_cost()}))


def wall(over: list[Source]) -> float:
    """Seconds in which `build` makes all artifacts, in as many processes as there are cores."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        build(Path(folder), [source.path for source in over])
        return time.perf_counter() - start


if __name__ == "__main__":
    main()
