"""Real bugs with real fixes -> what `tracec optimize` makes of them, and how soon the true fix would be tried.

    python benchmarks/real_fixes.py run RECORDS.jsonl --git DIR [--seconds 120] [--ids a,b] [--without PART]
        [--extra "ARGS"] [--json F]
    python benchmarks/real_fixes.py rank RECORDS.jsonl --git DIR [--most 30000] [--seconds 60] [--ids a,b] [--json F]

A record is a line of JSON: `id`, `kind`, `project` (owner/name), the `commit` of the fix and its `parent`, the `files`
and `tests` that it changed. DIR holds bare clones as `owner+name`; what the projects need is to be installed beside
tracec. A project's code goes into temporary folders and nowhere else.

`run`: the fixed tree with the parent's files; the tests that the fix changed judge. A change is `found` where they end
as they do with the fix, and `same` where the files are the fix's, syntax tree by syntax tree; else its diff wants a
reader. `rank`: the place of the function of the fix among those blamed, and of the fix among all candidates.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from mined_fixes import functions, normal

SUITE_SECONDS = 300  # wall seconds of one run of a record's tests
SAID = ("status", "candidates", "diff", "doubts", "message", "warnings", "cost", "guard", "alternatives")
COLUMNS = (
    "id",
    "kind",
    "status",
    "seconds",
    "candidates",
    "found",
    "same",
    "blame",
    "blamed",
    "rank",
    "bits",
    "operator",
)


@dataclass(frozen=True)
class Record:
    id: str
    kind: str
    commit: str
    parent: str
    files: list[str]
    tests: list[str]
    git: Path

    def text(self, revision: str, path: str) -> bytes:
        shown = ["git", f"--git-dir={self.git}", "show", f"{revision}:{path}"]
        return subprocess.run(shown, stdout=subprocess.PIPE, check=True).stdout

    @contextmanager
    def fixed(self) -> Iterator[Path]:
        """A folder with the project as it was after the fix."""
        with tempfile.TemporaryDirectory() as name:
            packed = ["git", f"--git-dir={self.git}", "archive", self.commit]
            archive = subprocess.run(packed, stdout=subprocess.PIPE, check=True).stdout
            tree = Path(name, "tree")
            tree.mkdir()
            subprocess.run(["tar", "x", "-C", str(tree)], input=archive, check=True)
            yield tree

    def break_again(self, tree: Path) -> None:
        """Put the files that were fixed back to what they were."""
        for path in self.files:
            (tree / path).write_bytes(self.text(self.parent, path))


def environment(tree: Path) -> dict[str, str]:
    sources = [tree / name for name in ("src", "lib") if (tree / name).is_dir()]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*sources, tree])), "PYTHONDONTWRITEBYTECODE": "1"}


def outcomes(tree: Path, tests: list[str]) -> dict[str, str]:
    """Test -> pass, fail or skip, as pytest says; nothing where it does not come to its end."""
    report = tree.parent / "report.xml"
    report.unlink(missing_ok=True)
    words = ["-p", "no:cacheprovider", "-q", "-o", "junit_family=xunit1", f"--junitxml={report}", *tests]
    try:
        subprocess.run(
            [sys.executable, "-m", "pytest", *words],
            cwd=tree,
            env=environment(tree),
            timeout=SUITE_SECONDS,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {}
    found: dict[str, str] = {}
    for case in ET.parse(report).getroot().iter("testcase") if report.exists() else ():
        key = re.sub("0x[0-9a-f]+", "0x", f"{case.get('file')}::{case.get('classname')}::{case.get('name')}")
        bad = any(child.tag in ("failure", "error") for child in case)
        found[key] = (
            "fail" if bad or found.get(key) == "fail" else "skip" if case.find("skipped") is not None else "pass"
        )
    return found


def node_id(key: str) -> str:
    """pytest's id of a test in a report."""
    file, owner, name = key.split("::", 2)
    module = file.removesuffix(".py").replace("/", ".")
    rest = owner[len(module) + 1 :].replace(".", "::") if owner.startswith(module) else ""
    return "::".join(part for part in (file, rest, name) if part)


def asked(record: Record, tree: Path) -> tuple[str, dict[str, str]] | None:
    """pytest's arguments, and how the tests end with the fix; leaves the tree broken. None where nothing fails then."""
    want = outcomes(tree, record.tests)
    record.break_again(tree)
    before = outcomes(tree, record.tests)
    if not any(before.get(key) == "fail" and end == "pass" for key, end in want.items()):
        return None
    left_out = [f'--deselect "{node_id(key)}"' for key, end in want.items() if end == "fail"]
    return " ".join([*record.tests, *left_out]), want


def run(record: Record, o: argparse.Namespace) -> dict[str, Any]:
    with record.fixed() as tree:
        known = asked(record, tree)
        if known is None:
            return {"status": "cannot be measured here"}
        words = [
            "optimize",
            *record.files,
            "--tests",
            known[0],
            "--budget-seconds",
            str(o.seconds),
            "--write",
            "--json",
            *shlex.split(o.extra),
        ]
        began = time.monotonic()
        command = [sys.executable, "-m", "tracec", *words]
        more = {"TRACEC_WITHOUT": o.without} if o.without else {}
        try:
            done = subprocess.run(
                command,
                cwd=tree,
                env=environment(tree) | more,
                timeout=2 * o.seconds + 120,
                capture_output=True,
                text=True,
                check=False,
            )
            said = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            said = {"status": "timeout"}
        except ValueError:
            said = {"status": "error", "message": (done.stderr or done.stdout)[-300:]}
        row = {key: said.get(key) for key in SAID}
        row["seconds"] = round(time.monotonic() - began, 1)
        if any((tree / path).read_bytes() != record.text(record.parent, path) for path in record.files):
            after = outcomes(tree, record.tests)
            row["found"] = all(
                key in after and (end != "pass" or after[key] != "fail") for key, end in known[1].items()
            )
            texts = {path: (tree / path).read_text("utf-8") for path in record.files}
            row["same"] = all(
                normal(ast.parse(text)) == normal(ast.parse(record.text(record.commit, path)))
                for path, text in texts.items()
            )
        return row


def rank(record: Record, o: argparse.Namespace) -> dict[str, Any]:
    """In a process of its own, with the project's folder as the working one."""
    with record.fixed() as tree:
        known = asked(record, tree)
        if known is None:
            return {"status": "cannot be measured here"}
        fixed = tree.parent / "fixed.json"
        fixed.write_text(json.dumps({path: record.text(record.commit, path).decode() for path in record.files}))
        words = [str(fixed), known[0], str(o.most), str(o.seconds), *record.files]
        command = [sys.executable, __file__, "ranked", *words]
        done = subprocess.run(command, cwd=tree, env=environment(tree), capture_output=True, text=True, check=False)
        try:
            return dict(json.loads(done.stdout.splitlines()[-1]))
        except (ValueError, IndexError):
            return {"status": done.stderr.strip()[-200:]}


def ranked(fixed: Mapping[str, str], tests: str, most: int, seconds: float, files: list[str]) -> dict[str, Any]:
    """Blame, and the place of the fix among the candidates for the program in the working directory."""
    from tracec.api import Session
    from tracec.config import Config
    from tracec.passes.propose.repair import search
    from tracec.run.job import budget_of
    from tracec.run.ledger import Ledger
    from tracec.strategy import strategy_of
    from tracec.work.clues import clues_of
    from tracec.work.crediting import credit_of
    from tracec.work.opening import opened
    from tracec.work.ranking import ranking

    job = Session(".", Config(tests=tests, budget_seconds=300.0)).job(files, None, (), optimizer="search")
    with opened(job, Ledger(budget_of(job.config)), screened=True) as work:
        credit = credit_of(work, work.root, strategy_of("search"))
        program, clues = work.root.program, clues_of(work.root.panel)
        order = list(dict.fromkeys(name for name, _ in ranking(program, credit)))
    texts = {path: source.text for path, source in program.sources.items()}
    wanted: dict[str, str] = {}
    for path, text in fixed.items():
        old, new = functions(texts[path]), functions(text)
        changed = [name for name in new if name in old and normal(old[name]) != normal(new[name])]
        wanted |= {f"{path}:{name}": normal(new[name]) for name in changed}
    names = {key.partition(":")[2] for key in wanted}
    row: dict[str, Any] = {
        "blame": next((at for at, name in enumerate(order, 1) if name.replace(".<locals>", "") in names), 0),
        "blamed": len(order),
        "rank": 0,
    }
    targets = {target.id: target for target in program.targets}
    end = time.monotonic() + seconds
    for number, candidate in enumerate(search.propose(program.targets, credit, texts, clues=clues), 1):
        for name, text in candidate.values.items():
            target = targets[name]
            key = f"{target.span.path}:{target.qualname.replace('.<locals>', '')}"
            if key in wanted and normal(ast.parse(text).body[0]) == wanted[key]:
                return {**row, "rank": number, "bits": round(candidate.bits, 1), "operator": candidate.operator}
        row["looked_at"] = number
        if number >= most or time.monotonic() > end:
            break
    return row


def records(o: argparse.Namespace) -> Iterator[Record]:
    for line in o.records.read_text("utf-8").splitlines():
        said = json.loads(line)
        home = o.git / said["project"].replace("/", "+", 1)
        found = next((head.parent for head in sorted(home.glob("**/HEAD")) if (head.parent / "objects").is_dir()), home)
        if not o.ids or said["id"] in o.ids.split(","):
            fields = ("id", "kind", "commit", "parent", "files", "tests")
            yield Record(**{key: said.get(key, "") for key in fields}, git=found)


def main() -> None:
    if sys.argv[1:2] == ["ranked"]:
        fixed = json.loads(Path(sys.argv[2]).read_text())
        print(json.dumps(ranked(fixed, sys.argv[3], int(sys.argv[4]), float(sys.argv[5]), sys.argv[6:])))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("run", "rank"))
    parser.add_argument("records", type=Path)
    parser.add_argument("--git", type=Path, required=True)
    parser.add_argument("--ids", default="")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--most", type=int, default=30_000)
    parser.add_argument("--without", default="", help="a part of the search: blame, slice, synthesis or ranking")
    parser.add_argument("--extra", default="", help='more words for `tracec optimize`: "--model NAME"')
    parser.add_argument("--json", type=Path)
    o = parser.parse_args()
    rows = []
    for record in records(o):
        rows.append({"id": record.id, "kind": record.kind, **(run if o.what == "run" else rank)(record, o)})
        shown = {key: rows[-1][key] for key in COLUMNS if rows[-1].get(key) is not None}
        print("  ".join(f"{key}={value}" for key, value in shown.items()), flush=True)
        if o.json:
            o.json.write_text(json.dumps(rows, indent=1))
    solved = [row for row in rows if row.get("status") == "solved"]
    same = sum(bool(row.get("same")) for row in solved)
    print(f"{len(rows)} records; {len(solved)} solved, {same} of them as the fix, syntax tree by syntax tree")


if __name__ == "__main__":
    main()
