"""DebugBench's Python faults as records for `repair.py`: the file changed is a whole solution, nothing says where.

    python benchmarks/debugbench.py FOLDER [--count 70] [--seed 1] > records.jsonl

FOLDER holds `python3_*.json` of DebugBench (R. Tian et al., "DebugBench: evaluating debugging capability of large
language models", 2024; github.com/thunlp/DebugBench): accepted solutions of programming exercises, and the same with
one or two faults that a model put in. Their judge is not public. So the inputs of the examples, and others like them,
are given to the solution that was accepted: ten become tests, the rest judge. Left out are faults of syntax, exercises
with linked lists or trees, and faults that no test sees.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import io
import json
import random
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KINDS = (
    "condition error", "faulty indexing", "operation error", "variable error", "misused == or =", "undefined methods",
    "undefined objects", "other error", "double",
)  # fmt: skip
# What the exercises' own site imports for every solution.
PRELUDE = """\
from typing import *
from collections import *
from functools import *
from itertools import *
from heapq import *
from bisect import *
from math import *
import collections, functools, itertools, heapq, bisect, math, string, re, sys, operator
"""
TESTS, INPUTS, LEAST, TRIES = 10, 48, 15, 200
LONGEST = 400  # characters of an input or a result
EXAMPLE = re.compile(r"Input:?\s*(.*?)\s*Output:?\s", re.S)
LETTERS = "abc"
Input = list[Any]


class Late(BaseException):
    """The second is over; no Exception, as a solution may handle those."""


def record(kind: str, found: dict[str, Any]) -> dict[str, Any] | None:
    """One fault as a record; None where it is left out."""
    good, bad = (PRELUDE + found[key] for key in ("oracle_code", "buggy_code"))
    given = [*inputs(found["examples"])]
    if not given or "Node" in good or not parses(bad):
        return None
    method = called(good, len(given[0]))
    if not method:
        return None
    cases = answered(good, method, given, random.Random(found["slug"]))
    tests, judge = cases[:TESTS], cases[TESTS:]
    if len(cases) < LEAST or all(answer(bad, method, each) == (True, result) for each, result in tests):
        return None
    calls = [f"assert Solution().{method}({', '.join(map(repr, each))}) == {result!r}" for each, result in tests]
    return {
        "id": f"{kind}/{found['slug']}",
        "entry": f"Solution.{method}",
        "target": "",
        "buggy": bad,
        "reference": good,
        "tests": [{"name": f"t{number}", "code": code} for number, code in enumerate(calls, 1)],
        "judge": [[repr(each), repr(result), None] for each, result in judge],
    }


def inputs(examples: list[str] | str) -> Iterator[Input]:
    """The arguments that the examples show as `nums = [1, 2], k = 3`."""
    for example in [examples] if isinstance(examples, str) else examples:
        shown = EXAMPLE.search(example.replace("\xa0", " "))
        text = shown[1].replace("null", "None").replace("true", "True").replace("false", "False") if shown else ""
        with contextlib.suppress(SyntaxError, ValueError):
            call = ast.parse(f"f({text})", mode="eval").body
            keywords = call.keywords if isinstance(call, ast.Call) else []
            if keywords:
                yield [ast.literal_eval(keyword.value) for keyword in keywords]


def parses(source: str) -> bool:
    """True for a program."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def called(source: str, count: int) -> str:
    """The last method of `Solution` that takes so many arguments; "" where there is none."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == "Solution"]
    methods = [part for part in (found[-1].body if found else ()) if isinstance(part, ast.FunctionDef)]
    fitting = [m.name for m in methods if len(m.args.args) == count + 1 and not m.name.startswith("_")]
    return fitting[-1] if fitting else ""


def answered(source: str, method: str, given: list[Input], draw: random.Random) -> list[tuple[Input, Any]]:
    """Inputs, the given ones first, with what the solution makes of them."""
    letters = "".join(sorted({c for each in given for c in "".join(map(str, texts(each)))})) or LETTERS
    pool, todo, seen, cases, tries = [*given], [*given], set[str](), list[tuple[Input, Any]](), 0
    while (todo or tries < TRIES) and len(cases) < INPUTS:
        if todo:
            each = todo.pop(0)
        else:
            tries += 1
            each = copy.deepcopy(draw.choice(pool))
            place = draw.randrange(len(each))
            each[place] = varied(each[place], draw, letters)
        if repr(each) in seen or len(repr(each)) > LONGEST:
            continue
        seen.add(repr(each))
        fine, result = answer(source, method, each)
        if fine and plain(result) and len(repr(result)) <= LONGEST:
            cases.append((each, result))
            pool.append(each)
    return cases


def answer(source: str, method: str, arguments: Input) -> tuple[bool, Any]:
    """Whether a solution comes to a result within a second, and which."""
    space: dict[str, Any] = {"__name__": "solution"}
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, "solution", "exec"), space)
            return True, getattr(space["Solution"](), method)(*copy.deepcopy(arguments))
    except (Exception, Late, SystemExit):
        return False, None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def plain(value: object) -> bool:
    """True for what `repr` writes in full and in one order."""
    if isinstance(value, (list, tuple)):
        return all(map(plain, value))
    return isinstance(value, (bool, int, float, str))


def texts(value: object) -> Iterator[str]:
    """The texts in an input."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def varied(value: Any, draw: random.Random, letters: str) -> Any:
    """A value like another: numbers near by, one to three elements more, fewer, elsewhere or otherwise."""
    if isinstance(value, bool):
        return draw.choice((True, False))
    if isinstance(value, int):
        return max(0 if value >= 0 else -(10**9), draw.choice((value + 1, value - 1, value * 2, value // 2)))
    if isinstance(value, float):
        return round(value * draw.choice((0.5, 1.5, 2)), 3)
    if isinstance(value, str):
        return "".join(varied(list(value), draw, letters)) if value else value
    parts = copy.deepcopy(value)
    for _ in range(draw.randint(1, 3)):
        if not parts:
            break
        one, other = draw.randrange(len(parts)), draw.randrange(len(parts))
        letter = isinstance(parts[one], str) and len(parts[one]) == 1
        new = draw.choice(letters) if letter else varied(parts[one], draw, letters)
        way = draw.randrange(4)
        if way == 0 and len(parts) > 1:
            parts.pop(one)
        elif way == 1:
            parts.insert(other, new)
        elif way == 2:
            parts[one], parts[other] = parts[other], parts[one]
        else:
            parts[one] = new
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=70)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    def late(*_: object) -> None:
        raise Late

    signal.signal(signal.SIGALRM, late)
    files = {kind: options.folder / f"python3_{kind}.json" for kind in KINDS}
    faults = [(kind, found) for kind, path in files.items() for found in json.loads(path.read_text())]
    random.Random(options.seed).shuffle(faults)
    made = 0
    for kind, found in faults:
        each = record(kind, found) if made < options.count else None
        if each is not None:
            made += 1
            print(json.dumps(each))
    print(f"{made} records of {len(faults)} faults", file=sys.stderr)


if __name__ == "__main__":
    main()
