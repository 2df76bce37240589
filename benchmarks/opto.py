"""What `tracec.opto` costs beside `trace-opt`: CPU time, by pairs in one run.

    python benchmarks/opto.py --peer PYTHON [--pairs 5] [--json FILE]

PYTHON is an interpreter with trace-opt installed; without it ours is measured alone. Printed are the medians of both,
and the median of the ratios of pairs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import tracec.opto

CHILD = Path(__file__).with_name("opto_child.py")
NAMES = Path(tracec.opto.__file__).parent / "names"
DEEP, DEEP_PEER = 100_000, 3_000  # nodes of the longest chain; a longer one takes the peer minutes


def measured(python: str, path: list[str], deep: int) -> dict[str, float]:
    """What a child says."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    words = [python, "-P", str(CHILD), str(deep)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, cwd="/")
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Measure pairs, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", help="an interpreter with trace-opt")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    root = str(Path(tracec.opto.__file__).parents[2])
    ours, theirs = [], []
    for _ in range(args.pairs):
        ours.append(measured(sys.executable, [str(NAMES), root], DEEP))
        if args.peer:
            theirs.append(measured(args.peer, [], DEEP_PEER))
    print(f"{'':40} {'tracec.opto':>12} {'trace-opt':>12} {'ratio':>8}")
    table = {}
    for name in ours[0]:
        own = statistics.median(one[name] for one in ours)
        other = [one[name] for one in theirs if name in one]
        ratio = statistics.median(b / a[name] for a, b in zip(ours, other)) if other else None
        table[name] = {"tracec.opto": own, "trace-opt": statistics.median(other) if other else None, "ratio": ratio}
        shown = f"{statistics.median(other):12.4g} {ratio:8.3g}" if other and ratio else ""
        print(f"{name:40} {own:12.4g} {shown}")
    if args.json:
        args.json.write_text(json.dumps(table, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
