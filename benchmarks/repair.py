"""How many buggy functions `tracec optimize` repairs, through the command line alone. Prints a table and JSON.

    python benchmarks/repair.py DATA.jsonl [--seconds 60] [--with search,random] [--only ID,ID]
        [--extra "ARGS"] [--json FILE]

DATA holds a record a line: id, entry (the function, or `Class.method`), buggy (source), tests [{name, code}] and
optionally judge [[arguments, result, tolerance], ...], inputs that the optimizer never sees, and target: what may
change, "" for all, the entry where it is not said. `random` is the baseline of the same edits drawn without feedback,
run on the same records in the same run. `search-blame`, `search-slice`, `search-synthesis` and `search-ranking` are the
search without a part (--without), for ablations. `--extra` are words for the optimizers that ask a model, as
`--extra "--model openai/NAME --budget-calls 4"` with `--with search,sample,rewrite,auto`.

    plausible   the given tests pass on the file as written, in a fresh plain pytest
    correct     and every judge case gives its result
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import shlex
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

Record = dict[str, Any]
ASK_NOBODY = ("search", "random", "tune")  # optimizers that ask no model


def lay_out(folder: Path, record: Record) -> None:
    """subject.py and test_subject.py."""
    names = f"from subject import *\nfrom subject import {record['entry'].split('.')[0]}\n"
    tests = [f"def test_{t['name']}():\n{textwrap.indent(t['code'].strip(), '    ')}\n" for t in record["tests"]]
    (folder / "subject.py").write_text(record["buggy"])
    (folder / "test_subject.py").write_text("\n\n".join([names, *tests]))


def run(folder: Path, seconds: float, *command: str) -> subprocess.CompletedProcess[str] | None:
    """A finished process, or None where the time was over."""
    try:
        return subprocess.run(
            [sys.executable, *command], cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None


def repair(record: Record, optimizer: str, seconds: float, extra: str) -> Record:
    """One record, one optimizer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder, record)
        target = record.get("target", record["entry"])
        options = [
            *(["--target", target] if target else []),
            "--with",
            optimizer.partition("-")[0],
            *(["--without", optimizer.partition("-")[2]] if "-" in optimizer else []),
            "--budget-seconds",
            str(seconds),
            "--write",
            "--json",
            *(shlex.split(extra) if optimizer.partition("-")[0] not in ASK_NOBODY else ()),
        ]
        began = time.monotonic()
        done = run(
            folder, 2 * seconds + 30, "-m", "tracec", "optimize", "subject.py", "--tests", "test_subject.py", *options
        )
        took = time.monotonic() - began
        said = json.loads(done.stdout) if done is not None and done.stdout.startswith("{") else {}
        tests = run(folder, 120, "-m", "pytest", "-q", "-x", "test_subject.py")
        plausible = tests is not None and tests.returncode == 0
        return {
            "id": record["id"],
            "optimizer": optimizer,
            "status": said.get("status", "no answer"),
            "candidates": said.get("candidates"),
            "searched": said.get("seconds"),
            "tests_run": said.get("tests_run"),
            "tests_left_out": said.get("tests_left_out"),
            "seconds": round(took, 1),
            "cost": said.get("cost"),
            "plausible": plausible,
            "correct": judged(folder, record) if plausible and record.get("judge") else None,
            "diff": said.get("diff", ""),
        }


def judged(folder: Path, record: Record) -> bool:
    """Every judge case, in a fresh process."""
    calls = json.dumps([arguments for arguments, _, _ in record["judge"]])
    name, _, method = record["entry"].partition(".")
    ask = (
        f"import ast, json\nfrom subject import {name} as f\n"
        + (f"def f(*a, made=f): return made().{method}(*a)\n" if method else "")
        + f"print(json.dumps([repr(f(*ast.literal_eval(a))) for a in json.loads({calls!r})]))"
    )
    done = run(folder, 120, "-c", ask)
    if done is None or done.returncode:
        return False
    answers = json.loads(done.stdout.strip().splitlines()[-1])
    return all(same(a, want, tolerance) for a, (_, want, tolerance) in zip(answers, record["judge"], strict=True))


def same(answer: str, want: str, tolerance: float | None) -> bool:
    """Equal, floats within the tolerance."""
    try:
        return close(ast.literal_eval(answer), ast.literal_eval(want), max(tolerance or 0, 1e-9))
    except (ValueError, SyntaxError):
        return answer == want


def close(a: Any, b: Any, tolerance: float) -> bool:
    """The same with floats at any depth of lists and tuples."""
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(close(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) or isinstance(b, float):
        numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
        return a == b or (numbers and math.isclose(a, b, rel_tol=1e-9, abs_tol=tolerance))
    return bool(a == b)


def totals(rows: list[Record]) -> Record:
    """What one optimizer reached."""
    judged_rows = [row for row in rows if row["correct"] is not None]
    return {
        "records": len(rows),
        "plausible": sum(row["plausible"] for row in rows),
        "judged_plausible": len(judged_rows),
        "correct": sum(row["correct"] for row in judged_rows),
        "median_seconds": statistics.median(row["seconds"] for row in rows) if rows else None,
        "candidates_a_second": rate(rows),
    }


def rate(rows: list[Record]) -> float | None:
    """Candidates tried a second of the whole run, start and proofs included, where more than a thousand were."""
    long = [row for row in rows if (row["candidates"] or 0) > 1_000 and row["searched"]]
    return round(sum(row["candidates"] for row in long) / sum(row["searched"] for row in long), 1) if long else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--with", dest="optimizers", default="search")
    parser.add_argument("--only", default="")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--extra", default="", help="more words where a model is asked")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    records = [json.loads(line) for line in Path(options.data).read_text().splitlines()]
    wanted = set(options.only.split(",")) - {""}
    chosen = [r for r in records if not wanted or r["id"] in wanted or r["entry"] in wanted][: options.limit]
    rows: list[Record] = []
    for record in chosen:
        for optimizer in options.optimizers.split(","):
            row = repair(record, optimizer, options.seconds, options.extra)
            rows.append(row)
            words = f"{row['status']:10} plausible={row['plausible']!s:5} correct={row['correct']!s:5}"
            print(
                f"{row['id']:40} {optimizer:16} {words} {row['seconds']:6} s {row['candidates']} candidates", flush=True
            )
    result = {name: totals([r for r in rows if r["optimizer"] == name]) for name in options.optimizers.split(",")}
    print(json.dumps(result))
    if options.json:
        Path(options.json).write_text(json.dumps({"totals": result, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
