"""Packages from PyPI with one bug put in -> what `tracec optimize` makes of them, from their own tests. Needs network.

    python benchmarks/real_packages.py [--only NAME] [--ways file,target,folder] [--seconds 120] [--json FILE]

For each package: download its sdist, unpack it, make an environment with what its tests need and this checkout, check
that the suite passes, put the bug in (an exact replacement of text) and check that the suite fails. Then run tracec by
its command line alone, and the whole suite once more, plainly. The exit code is 0 when all could be measured.
docs/real-packages.md says what came out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WAYS = ("file", "target", "folder")


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned sdist, how its tests are run, and the bug: `old` stands once in `file` and becomes `new`."""

    name: str
    version: str
    file: str
    target: str  # the function that holds the bug
    kind: str
    old: str
    new: str
    folder: str  # the package's own code
    tests: str = "tests"
    needs: tuple[str, ...] = ()  # besides pytest
    install: bool = False  # src layout: its tests import the installed package


PACKAGES = (
    Package(
        "more-itertools", "10.5.0", "more_itertools/more.py", "windowed", "off by one, in a generator",
        "in islice(filler, step - 1, None, step):\n        yield tuple(window)\n\n\ndef substrings",
        "in islice(filler, step, None, step):\n        yield tuple(window)\n\n\ndef substrings",
        "more_itertools",
    ),
    Package(
        "parse", "1.20.2", "parse.py", "Parser.evaluate_result", "dropped `+ 1`",
        "(i, m.span(n + 1)) for i, n", "(i, m.span(n)) for i, n", ".",
    ),
    Package(
        "simpy", "4.1.1", "src/simpy/resources/container.py", "Container._do_put", "`>=` became `>`",
        "if self._capacity - self._level >= event.amount:", "if self._capacity - self._level > event.amount:",
        "src/simpy", install=True,
    ),
    Package(
        "toolz", "0.12.1", "toolz/itertoolz.py", "partition_all", "dropped `+ 1`: loops for ever",
        "                    lo = mid + 1\n            yield prev[:lo]",
        "                    lo = mid\n            yield prev[:lo]",
        "toolz", "toolz",
    ),
    Package(
        "tomlkit", "0.13.2", "tomlkit/parser.py", "Parser._parse_comment_trail", "a missing condition",
        "if code == CHR_DEL or code <= CTRL_CHAR_LIMIT and code != CTRL_I:",
        "if code == CHR_DEL or code <= CTRL_CHAR_LIMIT:",
        "tomlkit", needs=("pyyaml",),
    ),
    Package(
        "boltons", "25.0.0", "boltons/iterutils.py", "chunk_ranges", "a missing branch",
        "        if i + chunk_size >= input_stop:\n            return\n", "", "boltons", needs=("pytest<9",),
    ),
    Package(
        "humanize", "4.10.0", "src/humanize/time.py", "naturaldelta", "the wrong variable",
        "\"%d months\", num_months) % num_months\n", "\"%d months\", num_months) % days\n",
        "src/humanize", needs=("freezegun", "pytest-cov"), install=True,
    ),
    Package(
        "tabulate", "0.9.0", "tabulate/__init__.py", "_more_generic", "`max` became `min`",
        "moregeneric = max(types", "moregeneric = min(types", "tabulate", "test",
    ),
)  # fmt: skip


class Unmeasured(Exception):
    """Something before tracec went wrong."""


def run(command: list[str], cwd: Path, seconds: float = 900) -> subprocess.CompletedProcess[str]:
    """One process with nothing of ours in its environment; what it printed."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TRACEC_", "PYTEST_", "VIRTUAL_ENV"))}
    return subprocess.run(
        command, cwd=cwd, env={**env, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, timeout=seconds
    )


def must(command: list[str], cwd: Path) -> None:
    """The same, where nothing else makes sense once it fails."""
    done = run(command, cwd)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unmeasured(f"{' '.join(command[:6])}: {said[-1] if said else done.returncode}")


def unpacked(package: Package, folder: Path) -> Path:
    """The sdist, downloaded once, unpacked anew; a pytest.ini where it has no settings of its own."""
    sdists = folder / "sdists"
    sdists.mkdir(parents=True, exist_ok=True)
    name = f"{package.name}-{package.version}"
    if not (sdists / f"{name}.tar.gz").exists():
        pin = f"{package.name}=={package.version}"
        must([sys.executable, "-m", "pip", "download", "--no-binary", ":all:", "--no-deps", "-d", ".", pin], sdists)
    shutil.rmtree(folder / name, ignore_errors=True)
    with tarfile.open(sdists / f"{name}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    place = folder / name
    settings = {"pyproject.toml": "[tool.pytest", "setup.cfg": "[tool:pytest]", "tox.ini": "[pytest]", "pytest.ini": ""}
    if not any((place / f).exists() and mark in (place / f).read_text("utf-8") for f, mark in settings.items()):
        (place / "pytest.ini").write_text("[pytest]\n")  # else pytest looks for settings in the folders above
    return place


def environment(package: Package, folder: Path, place: Path) -> Path:
    """The folder of programs of an environment for one package."""
    home = folder / "environments" / package.name
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    if not (home / "complete").exists():
        venv.create(home, clear=True, with_pip=True)
        own = ["-e", str(place)] if package.install else []
        must([str(programs / "python"), "-m", "pip", "install", "-e", str(ROOT), "pytest", *package.needs, *own], place)
        (home / "complete").touch()
    return programs


def suite(programs: Path, package: Package, place: Path, seconds: float = 900) -> tuple[int, str]:
    """The package's whole suite, plainly: pytest's exit code and last line; 1 where it does not end in time."""
    options = ["-q", "-p", "no:cacheprovider", "--color=no"]
    try:
        done = run([str(programs / "python"), "-m", "pytest", *options, *package.tests.split()], place, seconds)
    except subprocess.TimeoutExpired:
        return 1, "does not end"
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or [""]
    return done.returncode, lines[-1]


def attempt(programs: Path, package: Package, place: Path, way: str, seconds: float) -> dict[str, object]:
    """One run of tracec on the file with the bug, which is as before afterwards."""
    file = place / package.file
    original, wrong = file.read_text("utf-8"), broken(package, file)
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file() and p != file and "__pycache__" not in p.parts}
    file.write_text(wrong, "utf-8")
    what = [package.folder if way == "folder" else package.file]
    what += ["--target", package.target] if way == "target" else []
    command = ["optimize", *what, "--tests", package.tests, "--budget-seconds", f"{seconds:g}", "--json", "--write"]
    said, log = asked([str(programs / "tracec"), *command], place, seconds)
    repaired = file.read_text("utf-8")
    others = sorted(p for p, data in before.items() if not p.exists() or p.read_bytes() != data)
    code, line = suite(programs, package, place) if others or repaired != wrong else (1, "")
    file.write_text(original, "utf-8")
    for path in others:
        path.write_bytes(before[path])
    touched = [str(p.relative_to(place)) for p in others]
    outcome = judged(repaired == original, bool(others), bool(line), code == 0)
    return {"way": way, "command": " ".join(["tracec", *command]), "outcome": outcome, "suite_after": line,
            "other_files_changed": touched, "tracec": said, "log": log[-2000:]}  # fmt: skip


def judged(restored: bool, others: bool, changed: bool, green: bool) -> str:
    """What came out, in a word. A change in another file is named first: the bug is not there."""
    if others:
        return "wrong file, suite passes" if green else "wrong file"
    if restored:
        return "restored"
    return "none" if not changed else "other repair" if green else "partial"


def asked(command: list[str], place: Path, seconds: float) -> tuple[dict[str, object], str]:
    """What tracec says as JSON, and its progress."""
    try:
        done = run(command, place, 10 * seconds + 600)
    except subprocess.TimeoutExpired:
        return {"status": "hang", "error": "did not end within ten times its budget"}, ""
    try:
        said = json.loads(done.stdout)
    except ValueError:
        said = {"status": "crash", "error": (done.stdout + done.stderr)[-500:]}
    return {**said, "exit": done.returncode}, done.stderr


def broken(package: Package, file: Path) -> str:
    """The text with the bug in it."""
    text = file.read_text("utf-8")
    if text.count(package.old) != 1:
        raise Unmeasured(f"the text to replace stands {text.count(package.old)} times in {package.file}")
    return text.replace(package.old, package.new)


def measure(package: Package, folder: Path, ways: list[str], seconds: float) -> dict[str, object]:
    """All that is known of one package."""
    place = unpacked(package, folder)
    programs = environment(package, folder, place)
    file = place / package.file
    original = file.read_text("utf-8")
    began = time.monotonic()
    code, green = suite(programs, package, place)
    seconds_plain = time.monotonic() - began
    if code:
        raise Unmeasured(f"the suite is not green: {green}")
    wrong = broken(package, file)
    file.write_text(wrong, "utf-8")
    code, red = suite(programs, package, place, 20 + 5 * seconds_plain)
    file.write_text(original, "utf-8")
    if code != 1:
        raise Unmeasured(f"the tests do not see the bug: {red}")
    code_lines = sum(len(p.read_bytes().splitlines()) for p in (place / package.folder).rglob("*.py")
                     if "test" not in str(p.relative_to(place)))  # fmt: skip
    found = {"name": package.name, "version": package.version, "lines": code_lines, "file": package.file,
             "target": package.target, "kind": package.kind, "green": green, "red": red,
             "seconds_plain": round(seconds_plain, 2)}  # fmt: skip
    runs = []
    for way in ways:
        runs.append(attempt(programs, package, place, way, seconds))
        print(row(found, runs[-1]), flush=True)
    return {**found, "runs": runs}


def row(found: dict[str, object], one: dict[str, object]) -> str:
    """One line of the table."""
    said = one["tracec"]
    assert isinstance(said, dict)
    cells = [f"{found['name']} {found['version']}", one["way"], one["outcome"], said.get("status"),
             said.get("candidates", "-"), said.get("seconds", "-")]  # fmt: skip
    return "| " + " | ".join(str(cell) for cell in cells) + " |" + (f" {said['error']}" if "error" in said else "")


def main() -> int:
    """Measure and print; 1 where a package could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME", action="append", choices=[p.name for p in PACKAGES])
    parser.add_argument("--ways", default=",".join(WAYS), help="of file, target, folder")
    parser.add_argument("--seconds", type=float, default=120, help="budget of each run")
    parser.add_argument("--folder", type=Path, default=Path(".tracec/real_packages"))
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    results, bad = [], 0
    print("| package | way | outcome | status | candidates | seconds |\n|---|---|---|---|---|---|")
    for package in PACKAGES:
        if args.only and package.name not in args.only:
            continue
        try:
            results.append(measure(package, args.folder.resolve(), args.ways.split(","), args.seconds))
        except (Unmeasured, subprocess.TimeoutExpired, OSError) as error:
            bad += 1
            print(f"{package.name}: {error}", file=sys.stderr)
    text = json.dumps(results, indent=1)
    if args.json:
        args.json.write_text(text + "\n")
    else:
        print(text)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
