"""What `tracec instrument` prints, run in the place of its original -> whether everything ends as it does plain.

    python benchmarks/printed.py [--count N] [--only NAME]... [--packages NAME,...] [--json FILE]

Files of the standard library: of the modules that CPython tests by a file of their own name, and that no recorder has
imported before, `count` are taken from the smallest to the largest, at equal distances. CPython's own tests of each are
run in three processes: with a copy of the module, with the printed one while nothing is recorded, and while it records.
Packages: the whole package is printed into a copy of its sources, and its own tests are run there, off and on; see
packages.py for how they are had. Exit code 0 when nothing differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import packages

from tracec.commands.instrument import printed
from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import read

ROOT = Path(__file__).resolve().parent.parent
UNIT = Path(__file__).resolve().parent / "stdlib" / "unit.py"
FIVE = "attrs,cachetools,click,jinja2,toolz"
MODES = ("plain", "off", "on")
SEEN = {  # tests of what a program can see of its own text
    "dis": ("on: test.test_dis.CodeInfoTests", "on: test.test_dis.BytecodeTests.test_info"),  # its own code object
    "doctest": (
        "off: test.test_doctest.test_unicode",
        "on: test.test_doctest.test_unicode",
    ),  # a line of its own source
}
SECONDS = 300.0  # limit of one run of a module's tests


@dataclass(frozen=True, slots=True)
class Row:
    """What came out for one module or package. `differing` names tests, or says what else went wrong."""

    name: str
    lines: int
    tests: int
    plain: str
    events: int
    differing: tuple[str, ...] = ()


def modules(count: int) -> list[Path]:
    """Files of the standard library, by the rule above."""
    root = Path(sysconfig.get_path("stdlib"))
    named = {path.stem.removeprefix("test_") for path in (root / "test").glob("test_*.py")}
    code = f"import runpy, sys; sys.argv = ['', 'plain', '', '', '']; print(*runpy.run_path({str(UNIT)!r})['LOADED'])"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    found = [path for path in root.glob("*.py") if path.stem in named - loaded]
    found.sort(key=lambda path: (path.stat().st_size, path.name))
    step = max(1.0, len(found) / max(count, 1))
    return [found[int(step * n)] for n in range(min(count, len(found)))]


def unit(mode: str, folder: Path, test: str) -> dict[str, Any]:
    """One run of a module's tests; `fault` where it did not come to its end."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    (work := folder / "work").mkdir(exist_ok=True)
    command = [sys.executable, str(UNIT), mode, str(folder / "mirror"), test, str(report)]
    try:
        done = packages.started(command, work, SECONDS, PYTHONPATH=str(ROOT))
    except subprocess.TimeoutExpired:
        return {"ends": {}, "fault": f"does not end within {SECONDS:g} s"}
    if not report.exists():
        return {"ends": {}, "fault": f"exit code {done.returncode}: {done.stderr[-300:]}"}
    return {"fault": ""} | json.loads(report.read_text("utf-8"))


def module(path: Path, folder: Path) -> Row:
    """One file, three runs."""
    lines = path.read_bytes().count(b"\n")
    (mirror := folder / "mirror").mkdir(exist_ok=True)
    copy = mirror / path.name
    source = read(str(path))
    try:
        text = source.encode(printed(source, "values"))
    except TracecError as error:
        return Row(path.stem, lines, 0, "", 0, (str(error),))
    runs = {}
    for mode in MODES:  # the plain one is a copy too, in the same place
        copy.write_bytes(path.read_bytes() if mode == "plain" else text)
        runs[mode] = unit(mode, folder, f"test_{path.stem}")
    names = [f"{mode}: {name}" for mode in MODES[1:] for name in unlike(runs["plain"], runs[mode])]
    names = [name for name in names if not name.startswith(SEEN.get(path.stem, "none"))]
    plain = runs["plain"]["ends"]
    kinds = Counter(end for ends in plain.values() for end in ends)
    said = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds)) or runs["plain"]["fault"]
    return Row(path.stem, lines, len(plain), said, runs["on"].get("events", 0), tuple(names))


def unlike(plain: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Tests that ended differently, or why there is nothing to compare."""
    fault = plain["fault"] or other["fault"] or ("" if other["printed"] else "its printed text was not imported")
    if fault:
        return [fault]
    names = plain["ends"].keys() | other["ends"].keys()
    return sorted(name for name in names if plain["ends"].get(name) != other["ends"].get(name))


def package(one: packages.Package, folder: Path) -> Row:
    """A whole package: plain, and from a copy whose files are the printed ones, off and on."""
    place = packages.source(one, folder, "")
    python = packages.environment(one, folder, place)
    copy = folder / "printed" / place.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(place, copy)
    lines, unprinted = 0, []
    for path in packages.scope(one, copy):
        source = read(str(path))
        lines += source.text.count("\n")
        try:
            path.write_bytes(source.encode(printed(source, "values")))
        except TracecError as error:
            unprinted.append(str(error))
    first = sorted({str((copy / part).parent) for part in one.scope.split()})
    plain = packages.suite(python, one, place, ROOT, "", 300)
    if not plain.tests or plain.fault:
        raise packages.Unmeasured(f"the plain suite does not run: {plain.fault}")
    names = list(unprinted)
    for mode in MODES[1:]:
        found = packages.suite(python, one, copy, ROOT, "", 3000, first, ["recording"] if mode == "on" else [])
        names += [f"{mode}: {name}" for name in packages.differing(plain, found)]
        names += [f"{mode}: {found.fault}"] if found.fault else []
    names += [] if found.events else ["on: nothing was recorded"]
    return Row(f"{one.name} {one.version}", lines, len(plain.tests), plain.summary(), found.events, tuple(names))


def told(row: Row) -> None:
    """One line of the table, and what differs."""
    cells = (row.name, f"{row.lines:,}", row.tests, row.plain, f"{row.events:,}", len(row.differing))
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    for name in row.differing[:20]:
        print(f"    {name}", file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print; 1 where something differs or could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=30, help="files of the standard library")
    parser.add_argument("--only", metavar="NAME", action="append", default=[], help="of these files")
    parser.add_argument("--packages", default=FIVE, metavar="NAME,...", help="'' for none")
    parser.add_argument("--folder", type=Path, default=Path(".tracec/packages"))
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    rows, bad = [], 0
    print("| name | lines | tests | plain | events | differing |\n|" + "---|" * 6)
    for path in modules(args.count):
        if not args.only or path.stem in args.only:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(module(path, Path(os.path.realpath(folder))))
            told(rows[-1])
    known = {one.name: one for file in ("table", "others") for one in packages.table(packages.WATCH / f"{file}.toml")}
    for name in filter(None, args.packages.split(",")):
        try:
            rows.append(package(known[name], args.folder.resolve()))
            told(rows[-1])
        except (packages.Unmeasured, subprocess.TimeoutExpired, OSError) as error:
            bad += 1
            print(f"{name}: {error}", file=sys.stderr)
    if args.json:
        args.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return 1 if bad or any(row.differing for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
