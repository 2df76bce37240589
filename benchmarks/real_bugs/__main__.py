"""Faults put into real packages -> where `tracec blame` looks for them, and whether `tracec optimize` repairs them.

    python benchmarks/real_bugs ranks [--count 100] [--seed 1] [--only NAME] [--json FILE]
    python benchmarks/real_bugs repair [--count 60] [--seconds 120] [--seed 2] [--only NAME] [--json FILE]

A seeded mutator breaks one expression or statement in a function that tests run; what the tests do not see is thrown
away. `ranks` breaks expressions only and tells at which place among all statements the broken one comes, by `tracec
blame` and by Ochiai over the lines that coverage.py measured in the same state, ties by their mean; and whether it is
in the slice of the failure.
`repair` gives tracec the package's own code and its whole suite, writes what it finds, and runs the suite again. Needs
a network the first time.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from project import HERE, Bug, Project, Suite, Unmeasured, statements  # it adds a folder to the path

from packages import table  # isort: skip

TOPS = (1, 3, 5, 10)
Row = dict[str, Any]


def ranks(project: Project, bug: Bug, args: argparse.Namespace) -> Row:
    """Where the fault is among the statements, for both."""
    with project.broken(bug):
        measured = project.suite(coverage=True)
        folders = project.package.scope.split()
        code, said, seconds = project.tracec(["blame", *folders, "--top", "1000000"], args.seconds)
        texts = {path: (project.place / path).read_text("utf-8") for path in project.files}
    heads = {path: statements(text) for path, text in texts.items()}
    place = bug.path, heads[bug.path][bug.fault.line]
    row = {**described(bug), "ochiai": ochiai(project, measured, heads).get(place), "seconds": round(seconds, 1)}
    if not isinstance(said, list):
        return {**row, "blame": None, "error": str(said)[-300:] or f"exit code {code}"}
    order: dict[tuple[str, int], int] = {}
    for found in said:
        path = found["path"]
        order.setdefault((path, heads[path].get(found["line"], found["line"])), len(order) + 1)
    inside = [(n, found) for n, found in enumerate(said, 1) if touches(found, bug)]
    return {
        **row,
        "blame": order.get(place),
        "expression": inside[0][0] if inside else None,
        "in_slice": any(found["in_slice"] for _, found in inside),
        "relevant": any(found["relevant"] for _, found in inside),
        "statements": len(order),
    }


def touches(found: Row, bug: Bug) -> bool:
    """True where a row's expression and the fault have source in common."""
    fault = bug.fault
    new_end = fault.end_column + (len(fault.new) - len(fault.old) if fault.line == fault.end_line else 0)
    begin, end = (fault.line, fault.column), (fault.end_line, max(new_end, fault.column + 1))
    first, last = (found["line"], found["column"]), (found["end_line"], found["end_column"])
    return found["path"] == bug.path and first < end and begin < last


def ochiai(project: Project, measured: Suite, heads: dict[str, dict[int, int]]) -> dict[tuple[str, int], float]:
    """Statement -> its rank: ef / sqrt(F * (ef + ep)), the highest first, the mean of all that are equal."""
    failing = set(measured.failing())
    ran: dict[tuple[str, int], set[str]] = {}
    for path, head in heads.items():
        for line, who in measured.lines.get(str(project.place / path), {}).items():
            ran.setdefault((path, head.get(int(line), int(line))), set()).update(who)
    score = {
        place: len(who & failing) / math.sqrt(len(failing) * len(who)) for place, who in ran.items() if who & failing
    }
    equal = Counter(score.values())
    above = {value: sum(n for other, n in equal.items() if other > value) for value in equal}
    return {place: above[value] + (equal[value] + 1) / 2 for place, value in score.items()}


def repair(project: Project, bug: Bug, args: argparse.Namespace) -> Row:
    """What tracec writes, judged by the whole suite and the text that was there before."""
    file = project.place / bug.path
    others = {path: text for path, text in project.files.items() if path != bug.path}
    with project.broken(bug):
        words = ["optimize", *project.package.scope.split(), "--budget-seconds", f"{args.seconds:g}", "--write"]
        code, said, seconds = project.tracec(words, 3 * args.seconds + 120)
        after = project.suite(seconds=30 + 5 * project.before.seconds)
        restored = file.read_text("utf-8") == project.files[bug.path]
        elsewhere = [path for path, text in others.items() if (project.place / path).read_text("utf-8") != text]
        for path in elsewhere:
            (project.place / path).write_text(others[path], "utf-8")
    green = project.same(after) and not after.failing()
    row = {**described(bug), "seconds": round(seconds, 1), "repaired": green, "restored": restored}
    if not isinstance(said, dict):
        return {**row, "status": "crash", "error": str(said)[-300:] or f"exit code {code}"}
    counted = ("candidates", "evaluations", "tests_run", "tests_left_out", "audited")
    kept = {key: said.get(key) for key in ("status", *counted, "diff", "warnings", "error")}
    return {**row, **kept, "elsewhere": elsewhere}


def described(bug: Bug) -> Row:
    """What was broken."""
    fault = bug.fault
    return {
        "package": bug.package,
        "path": bug.path,
        "line": fault.line,
        "function": fault.function,
        "kind": fault.kind,
        "old": fault.old,
        "new": fault.new,
        "failing": len(bug.failing),
    }


def shown(row: Row) -> str:
    """One line of the table."""
    change = f"{row['old']} -> {row['new']}".replace("\n", " ").replace("|", "\\|")
    place = f"{row['package']} {row['path'].rpartition('/')[2]}:{row['line']}"
    found = ("ochiai", "blame", "expression", "in_slice", "relevant")
    keys = ("failing", *(found if "ochiai" in row else ("status", "repaired", "restored", "candidates")))
    cells = [place, row["kind"], change[:60], *(row.get(key, "-") for key in keys), row["seconds"]]
    return "| " + " | ".join(str(cell) for cell in cells) + " |" + (f" {row['error']}" if row.get("error") else "")


def summary(rows: list[Row]) -> Row:
    """The figures of a whole run."""
    if "ochiai" not in rows[0]:
        done = {key: sum(bool(row.get(key)) for row in rows) for key in ("repaired", "restored")}
        run, left = (sum(row.get(key) or 0 for row in rows) for key in ("tests_run", "tests_left_out"))
        audits = [row["audited"] for row in rows if row.get("audited")]
        saved = {"tests run": run, "left out": left, "share left out": round(left / max(1, run + left), 3)}
        saved |= {"audited": sum(a["tests"] for a in audits), "wrong": sum(a["wrong"] for a in audits)}
        return {"bugs": len(rows), **done, **saved, "median seconds": statistics.median(row["seconds"] for row in rows)}
    found: Row = {"bugs": len(rows), "in slice": sum(bool(row.get("in_slice")) for row in rows)}
    found["in relevant slice"] = sum(bool(row.get("relevant")) for row in rows)
    for tool in ("ochiai", "blame", "expression"):
        places = [row.get(tool) or math.inf for row in rows]
        found[tool] = {f"top {n}": sum(place <= n for place in places) for n in TOPS}
        found[tool]["median"] = statistics.median(places)
    return found


def main() -> int:
    """Measure and print; 1 where a package could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ranks", "repair"])
    parser.add_argument("--count", type=int, default=0, help="bugs in all; 100 for ranks, 60 for repair")
    parser.add_argument("--seconds", type=float, default=120, help="tracec's budget for each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="NAME", action="append", default=[])
    parser.add_argument("--table", type=Path, default=HERE / "packages.toml", metavar="FILE")
    parser.add_argument("--folder", type=Path, default=Path(".tracec/real_bugs"))
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    measure = ranks if args.what == "ranks" else repair
    packages = [one for one in table(args.table) if not args.only or one.name in args.only]
    count = -(-(args.count or (100 if args.what == "ranks" else 60)) // len(packages))
    rows: list[Row] = []
    bad = 0
    for package in packages:
        try:
            project = Project(package, args.folder.resolve())
            began = time.monotonic()
            bugs = project.bugs(args.seed, count, statements=measure is repair)
            print(f"{package.name}: {len(bugs)} bugs in {time.monotonic() - began:.0f} s", file=sys.stderr)
            for bug in bugs:
                rows.append(measure(project, bug, args))
                print(shown(rows[-1]), flush=True)
        except (Unmeasured, OSError) as error:
            bad += 1
            print(f"{package.name}: {error}", file=sys.stderr)
        if args.json and rows:
            args.json.write_text(json.dumps({"summary": summary(rows), "rows": rows}, indent=1) + "\n")
    print(json.dumps(summary(rows) if rows else {}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
