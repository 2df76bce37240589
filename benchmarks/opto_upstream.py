"""A checkout of AgentOpt/OpenTrace -> how many of its own tests pass here, and which do not.

    python benchmarks/opto_upstream.py CHECKOUT [--recorded] [--json FILE]

The tests are run unchanged by `tracec opto -m pytest`, a process for each file. A function counts once, whatever its
parameters. `test_llm.py` is left out, as it asks a service.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

TRAINERS = (
    "async_run", "batch_run", "dataloader", "evaluators_vector", "objectives", "priority_search", "sampler",
    "saving_loading", "trainers_multiobjective",
)  # fmt: skip
LEFT_OUT = ("test_llm.py",)  # files that ask a service
SECONDS = 600  # of wall time a file may take; chosen


def run(checkout: Path, file: Path, recorded: bool) -> dict[str, str]:
    """Function -> passed, skipped or why it did not pass."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = [sys.executable, "-m", "tracec", "opto", *([] if recorded else ["--plain"])]
        words += ["--record", f"{folder}/t.trace"] * recorded
        words += ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--junitxml={report}"]
        words += [f"--rootdir={checkout}", str(file)]
        subprocess.run(words, cwd=folder, capture_output=True, timeout=SECONDS)
        if not report.exists():
            return {file.stem: "the file could not be run"}
        return outcomes(report)


def outcomes(report: Path) -> dict[str, str]:
    """What a report of pytest says of each function: the worst of its parameters."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = case.get("name", "").partition("[")[0]
        fault = next((one for one in case if one.tag in ("failure", "error")), None)
        skipped = any(one.tag == "skipped" for one in case)
        said = (fault.get("message") or "failed").split("\n")[0] if fault is not None else ""
        if said or name not in found:
            found[name] = said or ("skipped" if skipped else "passed")
    return found


def main() -> int:
    """Run all files; 1 where one is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--recorded", action="store_true", help="instrument and record, as `tracec opto` does usually")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    checkout = args.checkout.resolve()
    files = sorted(f for f in (checkout / "tests" / "unit_tests").glob("test_*.py") if f.name not in LEFT_OUT)
    if not files:
        print(f"{checkout}: no tests/unit_tests here", file=sys.stderr)
        return 1
    counts: dict[str, Counter[str]] = {"front end": Counter(), "trainers": Counter()}
    faults: list[str] = []
    for file in files:
        kind = "trainers" if file.stem.removeprefix("test_") in TRAINERS else "front end"
        for name, said in run(checkout, file, args.recorded).items():
            counts[kind][said if said in ("passed", "skipped") else "not passed"] += 1
            if said not in ("passed", "skipped"):
                faults.append(f"{file.name}::{name}: {said}")
    for kind, found in counts.items():
        total = sum(found.values())
        print(f"{kind:10} {found['passed']:4} of {total} functions pass, {found['skipped']} are skipped")
    print("\n".join(faults))
    if args.json:
        args.json.write_text(json.dumps({"counts": counts, "faults": faults}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
