"""What the road costs: start-up, imports, candidates per second, the wheel's size. Prints a table and JSON.

    python benchmarks/road.py [--rounds 5] [--json FILE]

Times are medians of whole processes, and as ratios to bare `python -c pass` of the same round.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEAVY = ("libcst", "litellm", "pytest", "rich", "msgspec", "astor")
HARD = "def f(x):\n    y = x + 1\n    if y > 2:\n        y = y * 3\n    return y - x\n"
TESTS = "from subject import f\ndef test_a():\n    assert f(3) == 'never'\ndef test_b():\n    assert f(0) == 1\n"


def seconds(*command: str) -> float:
    """Wall time of one process."""
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - began


def start_up(rounds: int) -> list[dict[str, object]]:
    """Commands against bare Python, in turn."""
    commands = {
        "import tracec": ["-c", "import tracec"],
        "tracec --help": ["-m", "tracec", "--help"],
        "import tracec.runtime.record": ["-c", "import tracec.runtime.record"],
        "import libcst": ["-c", "import libcst"],
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            taken[name].append((seconds(sys.executable, *arguments), seconds(sys.executable, "-c", "pass")))
    return [
        {
            "what": name,
            "milliseconds": round(1000 * statistics.median(a for a, _ in pairs), 1),
            "ratio_to_python": round(statistics.median(a / b for a, b in pairs), 2),
        }
        for name, pairs in taken.items()
    ]


def imported() -> dict[str, list[str]]:
    """Which heavy packages `import tracec` and `tracec --help` load."""
    ask = "import sys; {}; print([m for m in {!r} if m in sys.modules], file=sys.stderr)"
    found = {}
    for name, code in (
        ("import tracec", "import tracec"),
        ("tracec --help", "from tracec.cli import main; main(['--help'])"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", ask.format(code, HEAVY)], capture_output=True, text=True, check=False
        )
        found[name] = eval(done.stderr.strip().splitlines()[-1])
    return found


def candidates(jobs: int, evaluations: int) -> dict[str, object]:
    """Candidates per second where none is right, through the command line: a lower bound, as it includes the start."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "subject.py").write_text(HARD)
        Path(folder, "test_subject.py").write_text(TESTS)
        command = [sys.executable, "-m", "tracec", "optimize", "subject.py", "--tests", "test_subject.py", "--json"]
        limits = ["--jobs", str(jobs), "--budget-evals", str(evaluations)]
        began = time.perf_counter()
        done = subprocess.run([*command, *limits], capture_output=True, text=True, cwd=folder, check=False)
        took = time.perf_counter() - began
    said = json.loads(done.stdout)
    rate = round(said["candidates"] / took, 1)
    return {"jobs": jobs, "candidates": said["candidates"], "seconds": round(took, 1), "per_second": rate}


def wheel() -> int:
    """Bytes of the wheel."""
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(root)]
        subprocess.run(command, check=True, capture_output=True)
        return next(Path(folder).glob("*.whl")).stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=600)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    result = {
        "start_up": start_up(options.rounds),
        "heavy_imports": imported(),
        "candidates": [candidates(jobs, options.evaluations) for jobs in (1, 2)],
        "wheel_bytes": wheel(),
    }
    for row in result["start_up"]:
        print(f"{row['what']:32} {row['milliseconds']:8} ms  {row['ratio_to_python']:6} x python")
    for name, found in result["heavy_imports"].items():
        print(f"{name:32} loads {', '.join(found) or 'none'} of {', '.join(HEAVY)}")
    for row in result["candidates"]:
        rate = f"{row['per_second']} candidates a second"
        print(f"{row['jobs']} at once: {rate} ({row['candidates']} in {row['seconds']} s)")
    print(f"wheel: {result['wheel_bytes'] / 1024:.0f} KiB")
    text = json.dumps(result)
    Path(options.json).write_text(text) if options.json else print(text)


if __name__ == "__main__":
    main()
