"""Small fixes from the histories of projects -> which operators write them, and what each operator should cost.

    python benchmarks/mined_fixes.py GIT_DIR... [--count 400] [--seconds 20] [--json FILE] [--not OWNER+NAME,...]

A fix is a commit whose subject says so, that changes at most five lines of code outside tests, in one function. The
operators are asked, without any trace, for what they make at the lines that were changed; the cheapest one that writes
the function as the fix did has its name counted. Of the projects nothing is kept but these counts.

The table: how often each operator wrote a fix, how often it was asked (places of the changed lines where it applies),
the bits of its own that such a fix cost besides the operator's price, and the price that the counts speak for:
-log2((hits + 0.5) / fixes), against the one in the table of operators.
"""

from __future__ import annotations

import argparse
import ast
import copy
import difflib
import itertools
import json
import math
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propose.repair.definition import CodeTarget, Known
from tracec.passes.propose.repair.search import _sites
from tracec.passes.syntax.tree import FunctionNode

FIX = re.compile(r"\b(fix(e[sd])?|bug|issue|crash|wrong|incorrect|handle|error|regression|#\d+)\b", re.IGNORECASE)
NO_FIX = re.compile(
    r"\b(typo|deprecat|typing|type hints?|mypy|docs?|doc(string|umentation)?|lint|flake8|ci|release|bump|merge|revert|"
    r"style|black|format(ting)?|rename|refactor|clean ?up|tests?)\b",
    re.IGNORECASE,
)
MOST_LINES = 5  # changed lines of code; as in the issue that this was made for
LONGEST = 120  # lines of the function: writing larger ones takes too long; chosen
DEAREST = 18.0  # bits beyond which no change is looked at; chosen


@dataclass(frozen=True)
class Fix:
    project: str
    commit: str
    path: str
    old: str
    new: str


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", f"--git-dir={folder}", *words], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


def fixes(folder: Path, seed: int) -> Iterator[Fix]:
    """Commits that look like small fixes, in an order drawn at random."""
    project = next((part for part in folder.parts if "+" in part), folder.name)
    rows = [row.split(" ", 1) for row in git(folder, "log", "--no-merges", "--format=%H %s", "HEAD").splitlines()]
    rows = [row for row in rows if len(row) == 2 and FIX.search(row[1]) and not NO_FIX.search(row[1])]
    random.Random(seed).shuffle(rows)
    for commit, _ in rows:
        changed = [line.split("\t") for line in git(folder, "show", "--numstat", "--format=", commit).splitlines()]
        code = [
            c for c in changed if len(c) == 3 and c[2].endswith(".py") and "test" not in c[2] and "setup.py" not in c[2]
        ]
        if (
            len(code) != 1
            or not all(part.isdigit() for part in code[0][:2])
            or sum(map(int, code[0][:2])) > 3 * MOST_LINES
        ):
            continue
        path = code[0][2]
        old, new = (git(folder, "show", f"{commit}{up}:{path}") for up in ("^", ""))
        if old and new:
            yield Fix(project, commit[:10], path, old, new)


def functions(text: str) -> dict[str, FunctionNode]:
    found: dict[str, FunctionNode] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    found[name] = child
                visit(child, f"{name}.")
            else:
                visit(child, prefix)

    visit(ast.parse(text), "")
    return found


def normal(node: ast.AST) -> str:
    """The code of a definition without docstrings."""
    node = copy.deepcopy(node)
    for part in ast.walk(node):
        body = getattr(part, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and len(body) > 1:
                del body[0]
    return ast.unparse(node)


def one_function(fix: Fix) -> tuple[str, str, str, set[int]] | None:
    """(name, old code, new code, changed lines of the old file); None where it is no change of one function."""
    try:
        old, new = functions(fix.old), functions(fix.new)
    except (SyntaxError, ValueError, RecursionError):
        return None
    if old.keys() != new.keys():
        return None
    changed = [name for name in old if normal(old[name]) != normal(new[name])]
    inner = [name for name in changed if not any(o != name and o.startswith(f"{name}.") for o in changed)]
    if len(inner) != 1:
        return None
    node = old[inner[0]]
    if (node.end_lineno or 0) - node.lineno > LONGEST:
        return None
    before, after = normal(node), normal(new[inner[0]])
    lines: set[int] = set()
    a, b = fix.old.splitlines(), fix.new.splitlines()
    count = 0
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            lines |= set(range(i, max(j, i + 1) + 1)) | {i + 1}
            count += max(j - i, m - k)
    return (inner[0], before, after, lines) if count <= 3 * MOST_LINES else None


def written_by(fix: Fix, seconds: float) -> tuple[str, float, float, int] | None:
    """(operator, its price, bits besides, number at its place) of the cheapest change that writes the fix."""
    found = one_function(fix)
    if found is None:
        return None
    name, _, after, lines = found
    node = functions(fix.old)[name]
    span = Span(fix.path, node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)
    targets = [Target(f"{fix.path}:{name}", "code", name, span, "")]
    known = Known.of(targets, {targets[0].id: Credit(targets[0].id, 0.0)}, {fix.path: fix.old})
    target = CodeTarget.of(targets[0], known)
    if target is None:
        return None
    best: tuple[str, float, float, int] | None = None
    end = time.monotonic() + seconds
    places = [
        s for s in _sites(targets[0], known, {}) if getattr(s.node, "lineno", 0) in lines or s.node is target.tree.root
    ]
    for site in sorted(places, key=lambda s: s.operator.cost if s.operator else 99):
        if site.operator is None or (best and site.operator.cost >= best[1] + best[2]):
            continue
        for number, (extra, change) in enumerate(site.operator.make(site.node, site.context)):
            price = site.operator.cost
            if time.monotonic() > end or price + extra > DEAREST or (best and price + extra >= best[1] + best[2]):
                break
            text = site.edits.written(site.node, change)
            if text is not None and normal(ast.parse(text).body[0]) == after:
                best = site.operator.name, price, extra, number
                break
    return best or ("none", 0.0, 0.0, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("git", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=60, help="fixes of one function, of each project")
    parser.add_argument("--seconds", type=float, default=20, help="for one fix")
    parser.add_argument("--json", type=Path)
    o = parser.parse_args()
    hits: Counter[tuple[str, float]] = Counter()
    extras: dict[tuple[str, float], list[float]] = defaultdict(list)
    rows = []
    for folder in o.git:
        some = (fix for fix in fixes(folder, 0) if one_function(fix))
        for fix in itertools.islice(some, o.count):
            said = written_by(fix, o.seconds)
            if said is None:
                continue
            rows.append(
                {
                    "project": fix.project,
                    "commit": fix.commit,
                    "operator": said[0],
                    "price": said[1],
                    "extra": round(said[2], 2),
                    "number": said[3],
                }
            )
            hits[said[:2]] += 1
            extras[said[:2]].append(said[2])
            print(*rows[-1].values(), file=sys.stderr, flush=True)
    whole = sum(hits.values())
    print(f"{'operator':24} {'fixes':>5} {'price':>5} {'counts say':>10} {'bits besides':>12}   of {whole} fixes")
    for (name, price), count in hits.most_common():
        said = -math.log2((count + 0.5) / whole)
        print(f"{name:24} {count:5} {price:5.1f} {said:10.1f} {sum(extras[name, price]) / count:12.1f}")
    if o.json:
        o.json.write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
