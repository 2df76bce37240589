"""What a trace costs to open, to slice and to look at, and whether its slices are right. Prints tables, writes JSON.

python benchmarks/trace.py [--oracle 5000] [--seed 0] [--jobs 2] [--peer] [--only link,chains,gradient,page,oracle]
    [--largest] [--json FILE]
python benchmarks/trace.py --log FILE

link     four workloads: events decoded and nodes linked a second of CPU time, bytes a node beyond its value
chains   backward over chains of 10^4 to 10^6 operations and a wide graph; with --peer beside trace-opt's, which is
         installed from PyPI, on the same chains where it finishes within a minute
gradient derivatives along 10^6 operations, held against a chain that is differentiated by hand
page     milliseconds until a page of about 2,000 nodes is drawn, by Chromium, where there is one
--log    for each chapter of any trace: events that could not be placed, inputs that are not earlier than their node
oracle   random programs run again with values forced: what changes the result must be in the relevant slice
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from overhead_tables import table

HERE = Path(__file__).resolve().parent
WORKLOADS = {"simulation": 0.05, "parser": 0.05, "floats": 0.06, "containers": 0.05}  # parts of their usual size
CHAIN = (HERE / "workloads" / "chain.py").read_text()
WIDE = """\
def main(n):
    parts = [i * 2.0 for i in range(n)]
    return sum(parts)
"""
CURVE = """\
import math
def main(n):
    x = 0.7
    for _ in range(n):
        x = x * 0.999999 + math.sin(x) * 1e-6
    return x
"""
PEER = """\
import sys, time
from opto.trace import node
n = int(sys.argv[1])
began = time.process_time()
x = node(1.0, trainable=True)
y = x
for _ in range(n):
    y = y + 0.5
built = time.process_time()
y.backward("feedback")
print(built - began, time.process_time() - built)
"""


def main() -> None:
    options = arguments()
    if options.log:
        print(
            "\n".join(
                table(
                    ["chapter", "nodes", "lost", "inputs not earlier", "agree", "disagree", "not judged"],
                    checked(options.log),
                )
            )
        )
        return
    found: dict[str, Any] = {"python": sys.version.split()[0]}
    wanted = options.only.split(",")
    with tempfile.TemporaryDirectory(prefix="trace-") as name:
        folder = Path(name)
        if "link" in wanted:
            found["link"] = [linked(folder, workload, part) for workload, part in WORKLOADS.items()]
        if "chains" in wanted:
            found["chains"] = [sliced(folder, "chain", CHAIN, n) for n in (10**4, 10**5, 10**6)]
            found["chains"].append(sliced(folder, "wide", WIDE, 10**5))
            if options.largest:
                found["chains"].append(sliced(folder, "chain", CHAIN, 5 * 10**6))
            if options.peer:
                found["trace-opt"] = peer()
        if "gradient" in wanted:
            found["gradient"] = [differentiated(folder, n) for n in (10**4, 10**6)]
        if "page" in wanted:
            found["page"] = [page(folder)]
        if "oracle" in wanted and options.oracle:
            found["oracle"] = oracle(options.oracle, options.seed, options.jobs, folder)
    print(report(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    if found.get("oracle", {}).get("absent"):
        sys.exit(1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", type=int, default=200, help="programs; 0 leaves them out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--peer", action="store_true", help="measure trace-opt as well (installs it)")
    parser.add_argument("--largest", action="store_true", help="a chain of 10^7 nodes as well: minutes, and 4 GiB")
    parser.add_argument("--log", type=Path, metavar="FILE", help="only: what is wrong with the graphs of this trace")
    parser.add_argument("--only", default="link,chains,gradient,page,oracle")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def recorded(folder: Path, program: Path) -> Path:
    """The log of a program, run by `tracec run`."""
    log = folder / f"{program.stem}.trace"
    log.unlink(missing_ok=True)
    command = ["tracec", "run", "--scope", str(program), "--record", str(log), str(program)]
    subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True, capture_output=True)
    return log


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of a piece of work, without the collector, and its answer."""
    gc.collect()
    gc.disable()
    began = time.process_time()
    made = work()
    seconds = time.process_time() - began
    gc.enable()
    return seconds, made


def opened(log: Path) -> tuple[float, float, int, Any]:
    """Seconds of decoding and of linking, events, and the trace."""
    from tracec.passes.link import link
    from tracec.recording.trace_store import structure
    from tracec.runtime.record.log import read

    decoding, records = timed(lambda: list(read(str(log))))
    modules = [structure(key, text) for key, text in next(data for kind, data in records if kind == "modules")]
    name, streams, cut = next(data for kind, data in records if kind == "chapter")
    linking, trace = timed(lambda: link(name, modules, streams, cut=cut))
    return decoding, linking, sum(len(events) for _, events in streams), trace


def checked(log: Path) -> list[list[str]]:
    """For each chapter of a log: nodes, events that could not be placed, inputs that are no earlier nodes, and what
    comes out when values are computed again.
    """
    from tracec.passes.verify.verification import verify
    from tracec.recording.trace_store import load

    rows = []
    for trace in load(log):
        first, inputs = trace.columns.first, trace.columns.inputs
        wrong = sum(i >= node for node in range(len(trace)) for i in inputs[first[node] : first[node + 1]])
        said = verify(trace)
        judged = [str(sum(counts.values())) for counts in (said.agree, said.disagree, said.unjudged)]
        rows.append([trace.name, f"{len(trace):,}", str(trace.lost), str(wrong), *judged])
    return rows


def size(trace: Any) -> float:
    """Bytes a node, its value apart: eight of them lead to it."""
    columns = trace.columns
    arrays = (columns.site, columns.frame, columns.control, columns.first, columns.inputs, columns.labels)
    return 8 + sum(len(column) * column.itemsize for column in arrays) / len(trace)


def linked(folder: Path, name: str, part: float) -> dict[str, Any]:
    program = folder / f"{name}.py"
    text = (HERE / "workloads" / f"{name}.py").read_text()
    program.write_text(f"{text.partition('if __name__')[0]}\nmain({part})\n")
    decoding, linking, events, trace = opened(recorded(folder, program))
    return {
        "workload": name, "nodes": len(trace), "lost": trace.lost,
        "decoded events/s": round(events / decoding), "linked nodes/s": round(len(trace) / linking),
        "both, nodes/s": round(len(trace) / (linking + decoding)), "bytes/node": round(size(trace)),
    }  # fmt: skip


def sliced(folder: Path, kind: str, text: str, n: int) -> dict[str, Any]:
    from tracec.passes.graph.gradient import gradient
    from tracec.passes.graph.relevant_slice import relevant
    from tracec.passes.graph.slice import backward

    program = folder / f"{kind}.py"
    program.write_text(f"{text}\nmain({n})\n")
    decoding, linking, _, trace = opened(recorded(folder, program))
    last = len(trace) - 1
    plain, marks = timed(lambda: backward(trace, [last]))
    whole, _ = timed(lambda: relevant(trace, [last]))
    slopes, found = timed(lambda: gradient(trace, last))
    return {
        "graph": f"{kind} {n}", "nodes": len(trace), "opened s": round(decoding + linking, 3),
        "backward s": round(plain, 3), "in the slice": len(marks), "relevant s": round(whole, 3),
        "gradient s": round(slopes, 3), "derivatives": len(found.by_node),
        "bytes/node": round(size(trace)),
    }  # fmt: skip


def differentiated(folder: Path, operations: int) -> dict[str, Any]:
    """Derivatives of the last value of a curve by every earlier one, and by hand."""
    from tracec.passes.graph.gradient import gradient

    turns = operations // 4
    program = folder / "curve.py"
    program.write_text(f"{CURVE}\nmain({turns})\n")
    trace = opened(recorded(folder, program))[-1]
    points = [n for n, site in enumerate(trace.columns.site) if "x" in trace.columns.table[site].binds]
    seconds, found = timed(lambda: gradient(trace, len(trace) - 1))
    xs = [0.7]
    for _ in range(turns):
        xs.append(xs[-1] * 0.999999 + math.sin(xs[-1]) * 1e-6)
    slopes = [1.0]  # by the last point, by the one before it, ...
    for x in reversed(xs[:-1]):
        slopes.append(slopes[-1] * (0.999999 + math.cos(x) * 1e-6))
    worst = max(abs(found.by_node[n] / slope - 1) for n, slope in zip(reversed(points), slopes, strict=True))
    return {
        "operations": operations, "nodes": len(trace), "seconds": round(seconds, 3),
        "compared with the hand-written chain": len(points), "largest relative difference": f"{worst:.1e}",
    }  # fmt: skip


def peer() -> list[dict[str, Any]]:
    """trace-opt: the same chain, built and gone backward over."""
    import overhead_peers
    from overhead import cache

    python, missing = overhead_peers.environment(cache())
    if "trace-opt" in missing:
        return [{"graph": missing["trace-opt"]}]
    rows = []
    for n in (10**3, 10**4, 10**5):
        try:
            done = subprocess.run([python, "-c", PEER, str(n)], capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            rows.append({"graph": f"chain {n}", "built s": "over a minute", "backward s": ""})
            break
        lines = done.stdout.split()
        said = done.stderr.strip().splitlines()[-1:] or ["nothing"]
        built, back = lines if len(lines) == 2 else (said[0][:60], "")
        rows.append({"graph": f"chain {n}", "built s": built[:60], "backward s": back})
    return rows


def page(folder: Path) -> dict[str, Any]:
    """The page of a trace of which nearly 2,000 nodes are shown."""
    from tests.test_page import BROWSER, FLAGS

    if not BROWSER:
        return {"page": "no Chromium here"}
    program = folder / "calls.py"
    program.write_text("def f(n):\n    return n * 2 + 1\nt = 0\n" + "t = f(t) % 7\n" * 330)
    shown = [sys.executable, "-m", "tracec", "show", str(recorded(folder, program)), "--format", "html"]
    html = folder / "page.html"
    html.write_text(subprocess.run(shown, cwd=folder, check=True, capture_output=True, text=True).stdout)
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", html.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=300).stdout
    told = {name: int(value) for name, value in re.findall(r'data-(drawn|ms)="(\d+)"', dom)}
    return {"nodes drawn": told.get("drawn"), "ms": told.get("ms"), "page, MB": round(html.stat().st_size / 1e6, 1)}


def oracle(count: int, seed: int, jobs: int, folder: Path) -> dict[str, Any]:
    """Verdicts added up."""
    from dataclasses import asdict

    from tests.fuzz.oracle import Verdict, verdicts

    whole = reduce(add, verdicts(range(seed, seed + count), folder, jobs), Verdict())
    return {**asdict(whole), "generated": count}


def report(found: dict[str, Any]) -> str:
    lines = [f"Python {found['python']}, {os.cpu_count()} cores"]
    for name in ("link", "chains", "trace-opt", "gradient", "page"):
        rows = found.get(name)
        if rows:
            cells = [[str(value) for value in row.values()] for row in rows]
            lines += ["", f"{name}:", *table([*map(str, rows[0])], cells)]
    told = found.get("oracle")
    if told:
        lines += ["", "oracle:", f"programs that ran                  {told['programs']} of {told['generated']}"]
        lines.append(f"values forced, runs                 {told['runs']}")
        lines.append(f"nodes that changed the result       {told['mattered']}")
        lines.append(f"absent from the relevant slice      {len(told['absent'])}")
        lines.append(f"absent from the plain slice         {told['plain_absent']}")
        for name, of, wrong in (("relevant", "forced", "needless"), ("plain", "plain_forced", "plain_needless")):
            share = told[wrong] / max(1, told[of])
            part = told[name] / max(1, told["nodes"])
            lines.append(
                f"{name} slice: {part:.0%} of all nodes; of its nodes that were forced {share:.0%} changed nothing"
            )
        lines.append(f"computed again: {told['verified']} agree, {told['unjudged']} not judged")
        lines += told["absent"][:20]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
