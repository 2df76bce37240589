"""What it takes to open large traces: seconds and memory by size, for the first time and again.

    python benchmarks/large_traces.py [--nodes 1e6,1e7,5.5e7] [--program chain|simulation|parser]

A program is recorded with `tracec run`. Then each step is a process of its own, with an empty cache first: the trace is
opened to its last node; opened again, from its index; and the slice of the last node is made. Seconds are CPU time;
memory is the most that a process had: of its own, and with the pages of files that are mapped, which the system takes
back where it needs them. Large chapters alone have an index: smaller ones are linked each time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from overhead_tables import table

HERE = Path(__file__).resolve().parent
NODES = {"chain": 2.0, "simulation": 25.2e6, "parser": 28.3e6}  # of a program, for each unit of its argument; measured
STEP = """
import json, sys, time
from tracec.passes.graph.slice import backward
from tracec.passes.nouns.trace import line_of
from tracec.recording.trace_store import load

def memory(name):
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return int(lines[name].split()[0]) * 1024

before, began = memory("VmHWM"), time.process_time()
(trace,) = load(sys.argv[1], quiet=True)
last = len(trace) - 1
line_of(trace.nodes[last], trace.may_have_changed(last))
if sys.argv[2] == "slice":
    for node in backward(trace, [last]).last(50):
        line_of(trace.nodes[node], trace.may_have_changed(node))
seconds = time.process_time() - began
told = {"nodes": last + 1, "s": seconds, "most": memory("VmHWM"), "own": memory("RssAnon"), "before": before}
print(json.dumps(told))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", default="1e6,1e7", help="about so many nodes each")
    parser.add_argument("--program", choices=NODES, default="simulation")
    options = parser.parse_args()
    rows = [measured(options.program, float(nodes)) for nodes in options.nodes.split(",")]
    print("\n".join(table([*rows[0]], [[*row.values()] for row in rows])))


def measured(name: str, nodes: float) -> dict[str, str]:
    """The row of one size."""
    with tempfile.TemporaryDirectory(prefix="large-") as folder:
        log = recorded(Path(folder), name, nodes)
        first, again, sliced = (step(log, what, folder) for what in ("first", "again", "slice"))
        count = first["nodes"]
        return {
            "program": name,
            "log, MB": f"{log.stat().st_size / 1e6:.0f}",
            "nodes": f"{count:,}",
            "first s": f"{first['s']:.1f}",
            "nodes/s": f"{count / first['s']:,.0f}",
            "peak, MB": f"{first['most'] / 1e6:.0f}",
            "bytes/node": f"{(first['most'] - first['before']) / count:.1f}",
            "index, MB": f"{size(Path(folder) / 'cache') / 1e6:.0f}",
            "again s": f"{again['s']:.1f}",
            "again peak, MB": f"{again['most'] / 1e6:.0f}",
            "with the slice s": f"{sliced['s']:.1f}",
            "its own MB": f"{sliced['own'] / 1e6:.0f}",
        }


def recorded(folder: Path, name: str, nodes: float) -> Path:
    """The log of a program that makes about so many nodes."""
    argument = nodes / NODES[name]
    argument = round(argument) if name == "chain" else argument
    text = (HERE / "workloads" / f"{name}.py").read_text().partition("if __name__")[0] + f"\nmain({argument})\n"
    program, log = folder / f"{name}.py", folder / f"{name}.trace"
    program.write_text(text)
    command = ["tracec", "run", "--scope", str(program), "--record", str(log), str(program)]
    subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True, capture_output=True)
    return log


def step(log: Path, what: str, folder: str) -> dict[str, int]:
    """What one process says of itself."""
    cache = {**os.environ, "XDG_CACHE_HOME": f"{folder}/cache"}
    done = subprocess.run(
        [sys.executable, "-c", STEP, str(log), what], check=True, capture_output=True, text=True, env=cache
    )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
