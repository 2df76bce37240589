"""What coverage's contexts are worth on a large suite: wall and CPU time of blame and optimize, with and without.

    python benchmarks/large_suite.py [--modules 60] [--tests 50] [--slow 0.05] [--rounds 1] [--json FILE]

A project of so many modules with so many tests each is generated; each fifth test waits, one function is broken.
Each row is a whole process, in a fresh copy of the project:

    off         `coverage = "off"`: all tests run under step counting at the start
    first run   no data: one run of all tests under coverage.py is recorded and kept
    second run  the same again: the run that was kept is used
    .coverage   the user's own data, made by pytest-cov (that run is not counted: the user's own suite made it)
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tracec.runtime.guest import process_tree

EVERY = 5  # each so many-th test waits
BROKEN = 17  # the module with a fault
MODULE = '''\
"""Module {n}."""

from package.common import clip


def price(amount, count):
    """The price of some pieces; from ten on each is cheaper."""
    total = amount * count
    if count {sign} 10:
        total -= total // 10
    return clip(total, 0, 1_000_000)


def spread(values):
    """The largest less the smallest."""
    low = high = values[0]
    for value in values:
        low = value if value < low else low
        high = value if value > high else high
    return high - low


def label(number):
    """A name for a number."""
    return f"item-{{number:0{width}}}"
'''
COMMON = '''\
"""What all modules use."""


def clip(value, low, high):
    """A value within bounds."""
    return min(max(value, low), high)
'''
TESTS = """\
import time

import pytest

from package.module_{n:02} import label, price, spread


@pytest.mark.parametrize("count", range({counts}))
def test_price(count):
    want = 7 * count - (7 * count // 10 if count >= 10 else 0)
    assert price(7, count) == want


@pytest.mark.parametrize("number", range({spreads}))
def test_spread(number):
    values = [(number * k) % 101 for k in range(1, 400)]
    assert spread(values) == max(values) - min(values)


@pytest.mark.parametrize("number", range({labels}))
def test_label(number):
    if number % 2 == 0:
        time.sleep({slow})
    assert label(number).endswith(str(number))
"""


def generate(root: Path, modules: int, tests: int, slow: float) -> None:
    """The project: `modules` modules, `tests` tests of each, the BROKENth with a fault."""
    (root / "package").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "package" / "__init__.py").write_text("")
    (root / "package" / "common.py").write_text(COMMON)
    labels = 2 * tests // EVERY
    counts = min(20, (tests - labels) // 2)
    spreads = tests - labels - counts
    for n in range(modules):
        sign = ">" if n == BROKEN % modules else ">="
        (root / "package" / f"module_{n:02}.py").write_text(MODULE.format(n=n, sign=sign, width=4 + n % 3))
        text = TESTS.format(n=n, counts=counts, spreads=spreads, labels=labels, slow=slow)
        (root / "tests" / f"test_module_{n:02}.py").write_text(text)
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["."]\n')


def run(root: Path, command: str, file: str, coverage: str) -> dict[str, object]:
    """One process: what it took and what it said."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    arguments = [
        command,
        file,
        "--tests",
        "tests",
        *(["--json", "--budget-seconds", "900"] if command == "optimize" else []),
    ]
    env = {**os.environ, "TRACEC_COVERAGE": coverage, "TRACEC_BUDGET_SECONDS": "900"}
    done = subprocess.run(
        [sys.executable, "-m", "tracec", *arguments], cwd=root, env=env, capture_output=True, text=True
    )
    wall = time.perf_counter() - began
    reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = json.loads(done.stdout) if command == "optimize" and done.stdout else {}
    status = (
        said.get("status", "")
        if command == "optimize"
        else done.stdout.splitlines()[0].split()[2]
        if done.stdout
        else ""
    )
    return {"wall": wall, "cpu": cpu, "status": status, "code": done.returncode}


def reap() -> None:
    """Take in the processes that were left to us, so that their time counts."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def rows(args: argparse.Namespace, home: Path) -> list[dict[str, object]]:
    """Every command in every setting, in turn, so that what else the machine does hits all alike."""
    pattern = home / "pattern"
    generate(pattern, args.modules, args.tests, args.slow)
    file = f"package/module_{BROKEN % args.modules:02}.py"
    own = home / "own"
    shutil.copytree(pattern, own)
    for path in own.rglob("*.py"):
        os.utime(path, (time.time() - 3600,) * 2)
    command = [sys.executable, "-m", "pytest", "-q", "--cov=package", "--cov-context=test", "-p", "no:cacheprovider"]
    subprocess.run(command, cwd=own, capture_output=True, check=False)
    found = []
    for number in range(args.rounds):
        for command_name in ("blame", "optimize"):
            fresh = home / f"fresh-{number}-{command_name}"
            shutil.copytree(pattern, fresh)
            for setting, root, coverage in (
                ("off", fresh, "off"),
                ("first run", fresh, "auto"),
                ("second run", fresh, "auto"),
                (".coverage", own, "auto"),
            ):
                shutil.rmtree(root / ".tracec" / "patches", ignore_errors=True)
                found.append({"command": command_name, "setting": setting, **run(root, command_name, file, coverage)})
                print(found[-1], file=sys.stderr)
    return found


def table(found: list[dict[str, object]]) -> str:
    """Medians, and as a share of what `off` takes."""
    lines = [f"{'command':10} {'coverage':12} {'wall s':>8} {'cpu s':>8} {'of off':>7}  status"]
    for command in ("blame", "optimize"):
        base = 0.0
        for setting in ("off", "first run", "second run", ".coverage"):
            some = [row for row in found if (row["command"], row["setting"]) == (command, setting)]
            wall, cpu = (statistics.median(float(str(row[key])) for row in some) for key in ("wall", "cpu"))
            base = base or wall
            status = "/".join(sorted({str(row["status"]) for row in some}))
            lines.append(f"{command:10} {setting:12} {wall:8.1f} {cpu:8.1f} {wall / base:7.2f}  {status}")
    return "\n".join(lines)


def main() -> None:
    """Generate, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", type=int, default=60)
    parser.add_argument("--tests", type=int, default=50, help="of each module")
    parser.add_argument("--slow", type=float, default=0.05, help="seconds that each fifth test waits")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    process_tree.adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        found = rows(args, Path(folder))
    print(f"{args.modules * args.tests} tests of {args.modules} modules, each {EVERY}th waits {args.slow} s")
    print(table(found))
    if args.json:
        args.json.write_text(
            json.dumps({"tests": args.modules * args.tests, "slow": args.slow, "rows": found}, indent=1)
        )


if __name__ == "__main__":
    main()
