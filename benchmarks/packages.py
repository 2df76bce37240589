"""Packages from PyPI, instrumented as a whole -> whether their own tests end as they do plain. Needs a network.

    python benchmarks/packages.py [--only NAME] [--grains values,calls] [--row JSON] [--folder F] [--json FILE]

For each package: download its sdist, or clone its repository where the sdist has no tests; make an environment with
what its tests need; run its suite plainly and once for each grain under `tracec run`, and compare how each test ended
and what it warned of. What differs is compared to a second plain run, which tells unstable tests apart. Loaded modules
are looked at: those whose live functions do not record are named. The trace of one more run, of its first 16 MB, is
computed again as by `tracec show --verify`. Exit code 0 when nothing differs. `--row` adds a package: the fields of
`Package` as JSON. docs/packages.md says what came out.
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
import tomllib
import venv
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VERIFIED = 16  # MB of the log that are verified: some four million values; chosen
WATCH = Path(__file__).resolve().parent / "packages"


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned package, how its tests are run, and which of its files are instrumented."""

    name: str
    version: str
    scope: str  # folders or files of the package's own code; test folders in them are left out
    tests: str = "tests"  # arguments for pytest
    needs: tuple[str, ...] = ()  # besides pytest and the package
    repository: str = ""  # where the sdist has no tests
    tag: str = ""


def table(file: Path) -> list[Package]:
    """The packages of a table."""
    return [package(row) for row in tomllib.loads(file.read_text("utf-8"))["package"]]


def package(row: dict[str, Any]) -> Package:
    """One row, as TOML or JSON give it."""
    return Package(**row | {"needs": tuple(row.get("needs", ()))})


class Unmeasured(Exception):
    """Something before tracec went wrong."""


@dataclass(slots=True)
class Run:
    """What one run of a suite left behind."""

    tests: dict[str, list[str]] = field(default_factory=dict)  # id -> how its phases and subtests ended, in order
    messages: dict[str, str] = field(default_factory=dict)
    warnings: Counter[tuple[str, ...]] = field(default_factory=Counter)
    modules: dict[str, str] = field(default_factory=dict)
    seconds: float = 0  # CPU time of the process that ran the tests
    testing: float = 0  # of it, of the tests: without starting and collecting
    wall: float = 0
    events: int = 0
    fault: str = ""  # where the run did not come to its end

    def summary(self) -> str:
        kinds = Counter(verdict(phases) for phases in self.tests.values())
        return ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds)) + (f"; {self.fault}" if self.fault else "")


def verdict(phases: list[str]) -> str:
    """How a test ended as a whole."""
    ends = {phase.rpartition(" ")[2] for phase in phases}
    return next((end for end in ("failed", "xfailed", "skipped") if end in ends), "passed")


def started(command: list[str], cwd: Path, seconds: float, **more: str) -> subprocess.CompletedProcess[str]:
    """One process with nothing of ours in its environment but what is named."""
    ours = ("TRACEC_", "PYTEST_", "VIRTUAL_ENV", "PYTHON")
    env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", **more}
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, errors="replace", timeout=seconds,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def must(command: list[str], cwd: Path) -> None:
    """The same, where nothing else makes sense once it fails."""
    done = started(command, cwd, 900)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unmeasured(f"{' '.join(command[:8])}: {said[-1] if said else done.returncode}")


def source(package: Package, folder: Path, clone: str) -> Path:
    """The package's source with its tests, and a pytest.ini where it has no settings of its own."""
    place = folder / f"{package.name}-{package.version}"
    if place.exists():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    if package.repository:
        cloned(package, clone or package.repository, place)
    else:
        unpacked(package, folder, place)
    settings = {"pyproject.toml": "[tool.pytest", "setup.cfg": "[tool:pytest]", "tox.ini": "[pytest]", "pytest.ini": ""}
    if not any((place / f).exists() and mark in (place / f).read_text("utf-8") for f, mark in settings.items()):
        (place / "pytest.ini").write_text("[pytest]\n")  # else pytest looks for settings in the folders above
    return place


def cloned(package: Package, origin: str, place: Path) -> None:
    """The repository at the version's tag, without its history."""
    must(["git", "-c", "advice.detachedHead=false", "clone", "-q", "--branch", package.tag, origin, str(place)], ROOT)
    shutil.rmtree(place / ".git")


def unpacked(package: Package, folder: Path, place: Path) -> None:
    """The sdist, whatever its file calls the package."""
    sdists = folder / "sdists" / place.name
    sdists.mkdir(parents=True, exist_ok=True)
    if not list(sdists.glob("*.tar.gz")):
        pin = f"{package.name}=={package.version}"
        only = ("--no-deps", "--no-binary", package.name)
        must([sys.executable, "-m", "pip", "download", *only, "-d", ".", pin], sdists)
    with tarfile.open(next(sdists.glob("*.tar.gz"))) as archive:
        archive.extractall(sdists, filter="data")
    next(path for path in sdists.iterdir() if path.is_dir()).rename(place)


def environment(package: Package, folder: Path, place: Path) -> Path:
    """The Python of an environment with the package, what its tests need, and what tracec needs, but not tracec."""
    home = folder / "environments" / place.name
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (home / "complete").exists():
        venv.create(home, clear=True, with_pip=True)
        needs = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
        must([str(python), "-m", "pip", "install", *needs, *package.needs, "-e", str(place)], place)
        (home / "complete").touch()
    return python


def scope(package: Package, place: Path) -> list[Path]:
    """The package's own files, without the tests that lie among them."""
    named = [place / one for one in package.scope.split()]
    found = [f for one in named for f in ([one] if one.is_file() else sorted(one.rglob("*.py")))]
    return [f for f in found if "tests" not in f.relative_to(place).parts and not f.name.startswith(("test_", "conf"))]


def alone(folder: Path, checkout: Path) -> Path:
    """A folder to import tracec from, with nothing else of a checkout in it."""
    paths = folder / "paths" / checkout.as_posix().replace("/", "_")
    paths.mkdir(parents=True, exist_ok=True)
    for own in (checkout / "tracec", *checkout.glob("*__mypyc*")):
        (paths / own.name).unlink(missing_ok=True)
        (paths / own.name).symlink_to(own)
    return paths


def suite(
    python: Path, package: Package, place: Path, checkout: Path, grain: str, seconds: float,
    first: Sequence[str] = (), plugins: Sequence[str] = (), verified: Counter[str] | None = None,
) -> Run:  # fmt: skip
    """One run of the suite: plain where no grain is named. `first` are folders to import from before all others."""
    files = scope(package, place)
    report = place.parent / f"{place.name}.{grain or 'plain'}.jsonl"
    report.unlink(missing_ok=True)
    paths = alone(place.parent, checkout)
    log = report.with_suffix(".trace")
    recorded = ["tracec", "run", "--grain", grain, "--record", str(log)]
    recorded += [part for file in files for part in ("--scope", str(file))]
    tests = ["pytest", "-q", "-p", "no:cacheprovider", "-p", "suite_watch", "--color=no", *package.tests.split()]
    tests += [part for plugin in plugins for part in ("-p", plugin)]
    command = [str(python), "-m", *((*recorded, "-m") if grain else ()), *tests]
    more = {"PYTHONPATH": os.pathsep.join([*first, str(paths), str(WATCH)]), "SUITE_REPORT": str(report)}
    if verified is not None:
        more |= {"SUITE_KEEP": "1", "TRACEC_TRACE_MB": str(VERIFIED)}
    more["SUITE_FILES"] = json.dumps([os.path.realpath(file) for file in files])
    began = time.monotonic()
    try:
        done = started(command, place, seconds, **more)
        fault = (
            "" if done.returncode in (0, 1) else f"exit code {done.returncode}: {(done.stderr or done.stdout)[-600:]}"
        )
        report.with_suffix(".out").write_text(done.stdout + done.stderr)
    except subprocess.TimeoutExpired:
        fault = f"does not end within {seconds:g} s"
    if verified is not None and log.exists():
        verified.update(verification(log))
    log.unlink(missing_ok=True)
    found = heard(report)
    found.wall, found.fault = time.monotonic() - began, fault or found.fault
    return found


def verification(log: Path) -> Counter[str]:
    """What verifying each chapter of a log said."""
    from tracec.passes.verify.verification import verify
    from tracec.recording.trace_store import load

    found: Counter[str] = Counter()
    for trace in load(log, quiet=True):
        said = verify(trace)
        found.update(agree=sum(said.agree.values()), disagree=sum(said.disagree.values()))
        found.update(unjudged=sum(said.unjudged.values()), lost=said.lost, nodes=len(trace))
        for wrong in said.wrong[:5]:
            print(f"  %{wrong.node} {wrong.kind}: {wrong.text[:60]} was {wrong.recorded}, and is {wrong.computed[:60]}"
                  f"   {wrong.path}:{wrong.line}")  # fmt: skip
    return found


def heard(report: Path) -> Run:
    """What the plugin wrote."""
    found = Run(fault="the run broke off")
    for line in report.read_text("utf-8").splitlines() if report.exists() else ():
        match json.loads(line):
            case ["test", str(name), str(phase), str(message)]:
                found.tests.setdefault(name, []).append(phase)
                if message:
                    found.messages[name] = message
            case ["warning", *what]:
                found.warnings[tuple(map(str, what))] += 1
            case ["module", str(file), str(state)]:
                found.modules[file] = state
            case ["end", float(seconds), float(testing), int(events)]:
                found.seconds, found.testing, found.events, found.fault = seconds, testing, events, ""
    return found


def differing(one: Run, other: Run) -> list[str]:
    """Tests that ended differently, or ran in one of the two only."""
    names = one.tests.keys() | other.tests.keys()
    return sorted(name for name in names if one.tests.get(name) != other.tests.get(name))


def measure(package: Package, args: argparse.Namespace) -> dict[str, Any]:
    """All that is known of one package."""
    folder = args.folder.resolve()
    place = source(package, folder, dict(pair.split("=", 1) for pair in args.clone).get(package.name, ""))
    python = environment(package, folder, place)
    files = scope(package, place)
    plain = suite(python, package, place, args.tracec.resolve(), "", args.seconds)
    if not plain.tests or plain.fault:
        raise Unmeasured(f"the plain suite does not run: {plain.fault}")
    lines = sum(len(file.read_bytes().splitlines()) for file in files)
    runs = []
    for grain in args.grains.split(","):
        runs.append(compared(plain, python, package, place, grain, args))
        print(row(package, len(files), lines, plain, runs[-1]), flush=True)
    verified: Counter[str] = Counter()
    suite(python, package, place, args.tracec.resolve(), "values", args.seconds * 10, verified=verified)
    print(f"  {package.name} verified: {dict(verified)}", flush=True)
    return {**asdict(package), "verified": dict(verified), "files": len(files), "lines": lines,
            "tests_run": len(plain.tests), "plain": plain.summary(), "seconds": plain.seconds,
            "testing": plain.testing, "runs": runs}  # fmt: skip


def compared(
    plain: Run, python: Path, package: Package, place: Path, grain: str, args: argparse.Namespace
) -> dict[str, Any]:
    """One recorded run beside the plain one."""
    found = suite(python, package, place, args.tracec.resolve(), grain, args.seconds * 10)
    names, unstable = differing(plain, found), []
    if names:
        unstable = differing(plain, suite(python, package, place, args.tracec.resolve(), "", args.seconds))
    detail = {name: {"plain": plain.tests.get(name), "recorded": found.tests.get(name),
                     "message": found.messages.get(name, "")[-1500:]} for name in names}  # fmt: skip
    states = Counter(found.modules.values())
    warned = [list(warning) for warning in (plain.warnings - found.warnings) + (found.warnings - plain.warnings)]
    return {"grain": grain, "result": found.summary(), "differing": [n for n in names if n not in unstable],
            "unstable": [n for n in names if n in unstable], "detail": detail, "warnings_differing": sorted(warned),
            "modules_loaded": len(found.modules), "modules_recording": states["hooks"],
            "modules_without_functions": states["empty"],
            "modules_plain": sorted(f for f, state in found.modules.items() if state == "plain"),
            "seconds": found.seconds, "factor": round(found.seconds / plain.seconds, 2),
            "testing": found.testing, "factor_testing": round(found.testing / plain.testing, 2),
            "wall": round(found.wall, 1), "events": found.events}  # fmt: skip


def row(package: Package, files: int, lines: int, plain: Run, one: dict[str, Any]) -> str:
    """One line of the table."""
    state = f"{one['modules_recording']} + {one['modules_without_functions']} of {one['modules_loaded']}"
    cells = [f"{package.name} {package.version}", files, f"{lines:,}", len(plain.tests), one["grain"], plain.summary(),
             one["result"], len(one["differing"]), len(one["unstable"]), state, one["factor"],
             one["factor_testing"], f"{one['events']:,}"]  # fmt: skip
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


HEAD = ("package", "files", "lines", "tests", "grain", "plain", "recorded", "differing", "unstable",
        "modules recording", "CPU factor", "of the tests alone", "events")  # fmt: skip


def main() -> int:
    """Measure and print; 1 where something differs or could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME", action="append", default=[])
    parser.add_argument("--grains", default="values,calls")
    parser.add_argument("--table", type=Path, default=WATCH / "table.toml", metavar="FILE", help="other packages")
    parser.add_argument("--row", metavar="JSON", action="append", default=[], help="another package")
    parser.add_argument("--clone", metavar="NAME=PLACE", action="append", default=[], help="a repository at hand")
    parser.add_argument("--tracec", type=Path, default=ROOT, metavar="CHECKOUT", help="the tracec to measure")
    parser.add_argument("--seconds", type=float, default=300, help="limit of a plain run; a recorded one has tenfold")
    parser.add_argument("--folder", type=Path, default=Path(".tracec/packages"))
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    chosen = [*table(args.table), *(package(json.loads(text)) for text in args.row)]
    results, bad = [], 0
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD))
    for one in chosen:
        if args.only and one.name not in args.only:
            continue
        try:
            results.append(measure(one, args))
            bad += (
                any(run["differing"] for run in results[-1]["runs"]) or results[-1]["verified"].get("disagree", 0) > 0
            )
        except (Unmeasured, subprocess.TimeoutExpired, OSError) as error:
            bad += 1
            print(f"{one.name}: {error}", file=sys.stderr)
        if args.json:
            args.json.write_text(json.dumps(results, indent=1) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
