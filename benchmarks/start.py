"""How long `tracec run` takes to start a script that lies beside many files. Prints a table, writes JSON.

    python benchmarks/start.py [--files 10000] [--rounds 9] [--python PYTHON] [--json FILE]

A script of 50 lines, and a package of ten modules that another script imports, lie above as many Python files that
nobody imports. Each is run by plain `python`, by `tracec run` with all in the cache, and with an empty cache, in turns.
"first" is the wall time from the start of the command to the first statement of the script, "whole" that to the end of
the command, "cpu" the CPU time of all its processes; of the rounds the least counts, as others use the machine too.
The parts are what any `tracec run` consists of: a start of the interpreter for the command, and one for the program.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER_SIZE = 100  # files in one folder; chosen
IMPORTS = "import time\nbegan = time.time()\nimport argparse, collections, json, random, re\n"
LINES = "".join(f"def f{n}(a, b):\n    return a * {n} + b\n\n" for n in range(13))
SCRIPT = f"{IMPORTS}{LINES}total = 0\nfor i in range(50):\n    total += f3(i, total % 7)\nprint(began, total)\n"
MODULES = 10  # of the package, each as long as the script; chosen
PARTS = {
    "python -c pass": ["-c", "pass"],
    "import of the command": ["-c", "import tracec.commands.run"],
    "import of the recorder": ["-c", "import tracec.runtime.launch.program"],
    "import of the instrumenter": ["-c", "import tracec.launch.scripts"],
}


@dataclass(frozen=True)
class Took:
    """Seconds: to the first statement, to the end, and of CPU."""

    first: float
    whole: float
    cpu: float


def laid_out(folder: Path, files: int) -> None:
    """Write the scripts, the package and the files that nobody imports."""
    (folder / "script.py").write_text(SCRIPT)
    (folder / "package").mkdir()
    for n in range(MODULES):
        (folder / "package" / f"m{n}.py").write_text(LINES)
    wanted = "".join(f"import package.m{n}\n" for n in range(MODULES))
    (folder / "imports.py").write_text(SCRIPT.replace("total = 0", f"{wanted}total = 0"))
    for n in range(files):
        place = folder / "other" / f"p{n // FOLDER_SIZE}"
        if n % FOLDER_SIZE == 0:
            place.mkdir(parents=True)
        (place / f"m{n}.py").write_text(LINES if n % 10 else "def f(:\n")


def took(command: list[str], folder: Path, cache: Path) -> Took:
    """Run one command."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("TRACEC_")}
    env |= {"XDG_CACHE_HOME": str(cache), "PYTHONDONTWRITEBYTECODE": ""}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    end, after = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    first = float(done.stdout.split()[0]) - start if done.stdout else 0.0
    return Took(first, end - start, cpu)


def ways(python: str, script: str, cache: Path, number: int) -> Iterator[tuple[str, list[str], Path]]:
    """(name, command, cache) of each way to run a script."""
    run = [python, "-m", "tracec", "run", "--record", "x.trace", script]
    yield "plain", [python, script], cache
    yield "cached", run, cache / "warm"
    yield "cold", run, cache / f"cold{number}-{script}"


def measured(python: str, folder: Path, cache: Path, rounds: int) -> dict[str, dict[str, Took]]:
    """The least of all rounds, for each script, part and way."""
    found: dict[str, dict[str, list[Took]]] = {}
    (cache / "warm").mkdir()
    for script in ("script.py", "imports.py"):
        took([python, "-m", "tracec", "run", "--record", "x.trace", script], folder, cache / "warm")
    for number in range(rounds):
        for script in ("script.py", "imports.py"):
            for name, command, where in ways(python, script, cache, number):
                where.mkdir(exist_ok=True)
                found.setdefault(script, {}).setdefault(name, []).append(took(command, folder, where))
        for name, words in PARTS.items():
            found.setdefault("parts", {}).setdefault(name, []).append(took([python, *words], folder, cache))
    return {key: {name: least(rows) for name, rows in each.items()} for key, each in found.items()}


def least(rows: list[Took]) -> Took:
    """The least of each column."""
    return Took(*(min(getattr(row, name) for row in rows) for name in ("first", "whole", "cpu")))


def table(found: dict[str, dict[str, Took]]) -> str:
    """For people: milliseconds, and how many times those of plain Python."""
    lines = ["| | first ms | whole ms | cpu ms |", "|---|---|---|---|"]
    for script, ways_of in found.items():
        plain = ways_of.get("plain")
        for name, row in ways_of.items():
            shown = [
                f"{value * 1e3:.0f}" + (f" ({value / base:.2f})" if plain and name != "plain" else "")
                for value, base in zip(asdict(row).values(), asdict(plain or row).values())
            ]
            lines.append(f"| {script} {name} | {' | '.join(shown)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--python", default=sys.executable, help="an interpreter that tracec is installed for")
    parser.add_argument("--json", help="write the figures here as well")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name, "project"), Path(name, "cache")
        folder.mkdir()
        cache.mkdir()
        laid_out(folder, args.files)
        found = measured(args.python, folder, cache, args.rounds)
    print(table(found))
    if args.json:
        figures = {key: {each: asdict(row) for each, row in rows.items()} for key, rows in found.items()}
        Path(args.json).write_text(json.dumps({"files": args.files, "rounds": args.rounds, **figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
