"""What recording costs: eight kinds of program, plain and recorded in pairs. Prints tables, writes JSON.

    python benchmarks/overhead.py [--peers] [--pure] [--quick] [--workload NAME]... [--grain G]... [--repeat N]
        [--json FILE]

A factor is the CPU time of `main` recorded, over that of the plain run just beside it, each in a fresh process: the
median over the pairs. How it is measured, and what came of it: docs/overhead.md.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import overhead_peers
from overhead_runs import Bench, Cost, Whole
from overhead_tables import accounts, factors, wholes

HERE = Path(__file__).resolve().parent
WORKLOADS = ("recursion", "floats", "strings", "containers", "simulation", "generators", "exceptions", "parser")
GRAINS = ("calls", "values")
SMALLEST = 0.05  # one turn of a workload's loop, about 0.02 s plain


@dataclass(slots=True)
class Results:
    """All that was measured, by workload and then by tool or grain."""

    about: dict[str, object]
    ours: dict[str, dict[str, Cost]] = field(default_factory=dict)
    peers: dict[str, dict[str, Cost]] = field(default_factory=dict)
    accounts: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    wholes: dict[str, dict[str, Whole]] = field(default_factory=dict)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="measure other tools as well (installs them from PyPI)")
    parser.add_argument("--pure", action="store_true", help="record in Python, as where the C code was not compiled")
    parser.add_argument("--no-ours", action="store_true", help="leave tracec out")
    parser.add_argument("--workload", action="append", choices=WORKLOADS, help="may be repeated; all unless given")
    parser.add_argument("--grain", action="append", choices=GRAINS, help="may be repeated; both unless given")
    parser.add_argument("--repeat", type=int, default=5, help="pairs for each factor (default 5)")
    parser.add_argument("--whole-scale", type=float, default=4, help="size of whole-process runs; 0 leaves them out")
    parser.add_argument("--limit", type=float, default=300, help="CPU seconds after which one run is given up")
    parser.add_argument("--quick", action="store_true", help="one pair at a quarter of the size, no whole processes")
    parser.add_argument("--cache", type=Path, default=cache(), help="where the other tools are installed")
    parser.add_argument("--json", type=Path, help="write every figure here")
    return parser.parse_args()


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tracec-overhead"


def main() -> None:
    options = parsed()
    if options.pure:
        os.environ["TRACEC_PURE"] = "1"
    options.workload, options.grain = options.workload or list(WORKLOADS), options.grain or list(GRAINS)
    results = Results(about(options))
    scale, repeat = (0.25, 1) if options.quick else (1.0, options.repeat)
    with tempfile.TemporaryDirectory(prefix="overhead-") as folder:
        bench = Bench(Path(folder), HERE, options.limit)
        if not options.no_ours:
            ours(bench, options, scale, repeat, results)
        if options.peers:
            peers(bench, options, scale, 1 if options.quick else min(repeat, 3), results)
    print(report(results))
    if options.json:
        options.json.write_text(json.dumps(asdict(results), indent=1) + "\n")


def about(options: argparse.Namespace) -> dict[str, object]:
    found = {name: importlib.metadata.version(name) for name in ("tracec",) if not options.no_ours}
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    return {"python": sys.version.split()[0], "machine": machine, "versions": found, "missing": {}}


def ours(bench: Bench, options: argparse.Namespace, scale: float, repeat: int, results: Results) -> None:
    """tracec at each grain, switched on and off, with the account of memory and whole processes."""
    ways = ("off", "printed") if not options.pure else ("printed",)
    tools = [*options.grain, *(f"{grain} {way}" for way in ways for grain in options.grain), "setprofile"]
    for name in options.workload:
        path = HERE / "workloads" / f"{name}.py"
        built = {grain: bench.instrumented(path, grain) for grain in options.grain}
        artifacts = {tool: built.get(tool.removesuffix(" off"), "") for tool in tools}
        artifacts |= {f"{grain} printed": bench.printed(path, grain) for grain in options.grain}
        results.ours[name] = bench.costs(tools, path, scale, repeat, sys.executable, artifacts)
        told(name, results.ours[name])
        results.accounts[name] = {grain: bench.account(grain, path, scale, built[grain]) for grain in options.grain}
        if options.whole_scale and not options.quick:
            runs = (repeat + 1) // 2
            results.wholes[name] = {g: bench.whole(path, options.whole_scale, g, runs) for g in options.grain}
            told(f"{name}, whole processes", results.wholes[name])


def peers(bench: Bench, options: argparse.Namespace, scale: float, repeat: int, results: Results) -> None:
    """Tools by others, in an environment of their own; plain runs use the same Python."""
    say(f"installing into {options.cache}")
    python, missing = overhead_peers.environment(options.cache)
    installed = overhead_peers.versions(python)
    results.about["missing"] = missing
    results.about["versions"] |= {name: installed[name] for name in overhead_peers.PACKAGES if name in installed}  # type: ignore[operator]
    quick = [name for name in overhead_peers.TOOLS if name not in overhead_peers.SLOW]
    for name in options.workload:
        path = HERE / "workloads" / f"{name}.py"
        found: dict[str, Cost] = {}
        for tools, size in ((quick, scale), (overhead_peers.SLOW, SMALLEST)):
            present = [tool for tool in tools if overhead_peers.PACKAGE_OF[tool] not in missing]
            found |= bench.costs(present, path, size, repeat, python, {})
        told(name, found)
        absent = {t: Cost(error="not installed") for t, p in overhead_peers.PACKAGE_OF.items() if p in missing}
        results.peers[name] = found | absent


def told(name: str, found: Mapping[str, Cost | Whole]) -> None:
    """Progress: what was just measured."""
    say(f"{name}: " + ", ".join(f"{tool} {cost.error or f'{cost.factor:.2f}'}" for tool, cost in found.items()))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def report(results: Results) -> str:
    """Everything as Markdown."""
    about = results.about
    lines = [f"Python {about['python']}, {about['machine']}; versions: {about['versions']}"]
    if results.ours:
        lines += ["", "Factor over the plain run, `main` alone:", *factors(results.ours)]
        lines += ["", "What was recorded in one run of `main`:", *accounts(results.accounts)]
    if results.wholes:
        lines += ["", "Whole processes, the log written at exit:", *wholes(results.wholes)]
    if results.peers:
        lines += ["", "Other tools, factor over the plain run, `main` alone:", *factors(results.peers)]
        lines += [f"Not installed: {name}: {reason}" for name, reason in dict(about["missing"]).items()]  # type: ignore[call-overload]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
