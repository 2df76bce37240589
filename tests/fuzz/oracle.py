"""Slices against an oracle: what changes the result of a program when its value is forced must be in the slice.

A small program is recorded. Then it is run again with the value of one expression, at one moment, replaced by another:
where the result changes, without an exception or a runaway loop, the node of that moment must be in the relevant slice.
"""

from __future__ import annotations

import ast
import os
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tracec.passes.graph.relevant_slice import Relevance
from tracec.passes.graph.slice import backward
from tracec.passes.nouns.trace import Node, Trace
from tracec.passes.verify.verification import verify

FORCED = frozenset(["op", "compare", "bool", "choose", "call", "attr", "item", "const", "display", "comp", "text"])
MOST_STEPS = 5_000
Span = tuple[int, int, int, int]


HEAD = """\
K = 3
G = [1, 2]
class Box:
    step = 2
    def __init__(self, n):
        self.n = n
        self.items = [n, 2]
    def bump(self, by=1):
        self.n = self.n + by * self.step
        return self.n
def grow(zs, v):
    zs.append(v)
    return len(zs)
"""


class Program:
    """Text of a random program: `main(a, b)` answers a number that hangs on nearly all that it does."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.budget = self.random.randint(4, 16)
        self.helpers = self.random.randint(0, 2)
        self.loops = 0

    def text(self) -> str:
        self.lines += HEAD.splitlines()
        for number in range(self.helpers):
            self.function(f"h{number}", ["p", "q"], number)
        self.function("main", ["a", "b"], self.helpers)
        args = f"{self.random.randint(-3, 6)}, {self.random.randint(-3, 6)}"
        return "\n".join([*self.lines, f"RESULT = main({args})", ""])

    def function(self, name: str, params: list[str], helpers: int) -> None:
        self.callable, self.names = helpers, [*params]
        self.line(0, f"def {name}({', '.join(params)}):")
        self.line(1, "xs = [1, 2, 3]")
        self.line(1, "box = Box(2)")
        self.line(1, "ys = xs")
        self.block(1, self.budget if name == "main" else 6, in_loop=False)
        whole = " + ".join(self.names)
        self.line(1, f"return {whole} + sum(xs) + box.n + len(G) + sum(box.items)")

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def block(self, depth: int, size: int, in_loop: bool) -> None:
        for _ in range(max(1, size)):
            self.statement(depth, size, in_loop)

    def statement(self, depth: int, size: int, in_loop: bool) -> None:
        kind = self.random.random()
        before = list(self.names)
        if kind < 0.42 or depth > 3 or size < 2:
            self.simple(depth, in_loop)
        elif kind < 0.66:
            self.line(depth, f"if {self.test()}:")
            self.block(depth + 1, size // 3, in_loop)
            self.names = list(before)
            if self.random.random() < 0.4:
                self.line(depth, f"elif {self.test()}:" if self.random.random() < 0.3 else "else:")
                self.block(depth + 1, size // 3, in_loop)
        elif kind < 0.8:
            self.loops += 1
            name = f"i{self.loops}"
            where = self.random.choice([f"range({self.random.randint(0, 4)})", "range(abs(a) % 4)", "xs[:3]", "G[:2]"])
            self.line(depth, f"for {name} in {where.replace('abs(a)', f'abs({self.number()})')}:")
            self.names.append(name)
            self.block(depth + 1, size // 3, True)
        elif kind < 0.88:
            self.loops += 1
            name = f"w{self.loops}"
            self.line(depth, f"{name} = {self.random.randint(0, 3)}")
            self.line(depth, f"while {name} > 0:")
            self.line(depth + 1, f"{name} = {name} - 1")
            self.block(depth + 1, size // 3, True)
        else:
            self.simple(depth, in_loop)
        self.names = before

    def simple(self, depth: int, in_loop: bool) -> None:
        roll = self.random.random()
        if roll < 0.34:
            self.line(depth, f"{self.random.choice(self.variables())} = {self.number()}")
        elif roll < 0.44:
            self.line(depth, f"{self.random.choice(self.variables())} += {self.number()}")
        elif roll < 0.52:
            whole = self.random.choice(["xs.append({})", "ys.append({})", "grow(xs, {})", "box.items.append({})"])
            self.line(depth, whole.format(self.number()))
        elif roll < 0.6:
            self.line(depth, f"xs[{self.number()} % len(xs)] = {self.number()}")
        elif roll < 0.68:
            self.line(
                depth, self.random.choice([f"box.n = {self.number()}", f"box.bump({self.number()})", "box.bump()"])
            )
        elif roll < 0.72:
            self.line(depth, f"G.append({self.number()}) if len(G) < 9 else G.pop()")
        elif roll < 0.78:
            first, second = self.random.choice(self.variables()), self.random.choice(self.variables())
            self.line(depth, f"{first}, {second} = {self.number()}, {self.number()}")
        elif roll < 0.84 and in_loop:
            self.line(depth, f"if {self.test()}:")
            self.line(depth + 1, self.random.choice(["break", "continue"]))
        elif roll < 0.88:
            self.line(depth, f"if {self.test()}:")
            self.line(depth + 1, f"return {self.number()}")
        else:
            self.line(depth, f"{self.random.choice(self.variables())} = {self.number()}")

    def variables(self) -> list[str]:
        return [name for name in self.names if name[0] not in "iw"]

    def number(self, depth: int = 0) -> str:
        roll = self.random.random()
        if roll < 0.3 or depth > 2:
            return self.random.choice(self.names)
        if roll < 0.45:
            return str(self.random.randint(-3, 9))
        if roll < 0.7:
            sign = self.random.choice("+-*")
            product = f"({self.number(depth + 1)} {sign} {self.number(depth + 1)})"
            return f"({product} % 101)" if sign == "*" else product  # or numbers grow without bound
        choices = [
            f"xs[{self.number(depth + 1)} % len(xs)]",
            "box.n",
            "K",
            "len(ys)",
            "box.items[-1]",
            f"grow(box.items, {self.number(depth + 1)})",
            f"max({self.number(depth + 1)}, {self.number(depth + 1)})",
            f"({self.number(depth + 1)} if {self.test(depth + 1)} else {self.number(depth + 1)})",
            f"({self.number(depth + 1)} % 5)",
            f"sum(y * 2 for y in xs if y > {self.number(depth + 1)})",
            f"[y + 1 for y in xs][{self.random.randint(0, 2)}]",
            f"{{'k': {self.number(depth + 1)}, 'l': 4}}['{self.random.choice('kl')}']",
            f"(lambda z: z + {self.number(depth + 1)})({self.number(depth + 1)})",
        ]
        choices += [f"h{n}({self.number(depth + 1)}, {self.number(depth + 1)})" for n in range(self.callable)]
        return self.random.choice(choices)

    def test(self, depth: int = 0) -> str:
        roll = self.random.random()
        if roll < 0.7 or depth > 1:
            return (
                f"{self.number(depth + 1)} {self.random.choice(['<', '>', '==', '<=', '!='])} {self.number(depth + 1)}"
            )
        if roll < 0.9:
            return f"({self.test(depth + 1)}) {self.random.choice(['and', 'or'])} ({self.test(depth + 1)})"
        return f"not ({self.test(depth + 1)})"


class Forcing(ast.NodeTransformer):
    """Every expression goes through `__forced__(line, column, end_line, end_column, value)`."""

    def visit(self, node: ast.AST) -> Any:
        self.generic_visit(node)
        if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return node
        if isinstance(node, (ast.Name, ast.Slice, ast.Starred, ast.Lambda)):
            return node
        place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        args = [ast.Constant(number) for number in place]
        call = ast.Call(ast.Name("__forced__", ast.Load()), [*args, node], [])
        return ast.copy_location(call, node)


def forcible(text: str) -> Any:
    """A program as code for `run`."""
    return compile(ast.fix_missing_locations(Forcing().visit(ast.parse(text))), "forced", "exec")


class Runaway(Exception):
    """Too many steps."""


FAILING = (Runaway, ArithmeticError, LookupError, TypeError, AttributeError, ValueError, RecursionError)


def run(code: Any, span: Span | None = None, turn: int = 0, value: object = None) -> object:
    """RESULT of a program; the value of the expression at `span` is another one, the `turn`-th time."""
    steps, turns = 0, 0

    def forced(line: int, column: int, end_line: int, end_column: int, real: object) -> object:
        nonlocal steps, turns
        steps += 1
        if steps > MOST_STEPS:
            raise Runaway
        if (line, column, end_line, end_column) == span:
            turns += 1
            if turns == turn:
                return value
        return real

    space: dict[str, Any] = {"__name__": "__main__", "__forced__": forced}
    exec(code, space)
    return space["RESULT"]


@dataclass(slots=True)
class Verdict:
    """What one program showed, or several."""

    programs: int = 0
    nodes: int = 0
    relevant: int = 0  # of the nodes, those in the relevant slice
    plain: int = 0  # and those in the plain one
    runs: int = 0
    mattered: int = 0  # forced nodes that changed the result
    absent: list[str] = field(default_factory=list)  # those that are not in the relevant slice
    plain_absent: int = 0
    forced: int = 0  # nodes of the relevant slice that were forced
    needless: int = 0  # those that no value changed anything through
    plain_forced: int = 0
    plain_needless: int = 0
    verified: int = 0  # nodes that agree when they are computed again
    unjudged: int = 0  # and those that cannot be

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(*(getattr(self, name) + getattr(other, name) for name in Verdict.__slots__))


def verdicts(seeds: Sequence[int], folder: Path, jobs: int) -> Iterator[Verdict]:
    """One for each program, in processes of their own: recording is switched on there."""
    with get_context("fork").Pool(jobs, started, maxtasksperchild=50) as pool:
        yield from pool.imap_unordered(partial(verdict_of, folder), seeds, chunksize=1)


def started() -> None:
    from tracec.runtime import record

    record.start()


def verdict_of(folder: Path, seed: int) -> Verdict:
    """Generate, run, record, force. A program that fails on its own says nothing."""
    text = Program(seed).text()
    try:
        run(forcible(text))
    except FAILING:
        return Verdict()
    trace = recorded(text, folder / f"oracle_{seed}.py")
    found = judged(text, trace, seed)
    said = verify(trace)
    wrong = [f"{w.kind} {w.text} at line {w.line} was {w.recorded}, and is {w.computed}" for w in said.wrong]
    found.verified, found.unjudged = sum(said.agree.values()), sum(said.unjudged.values())
    found.absent = [f"seed {seed}: {what}" for what in [*trace.check(), *wrong, *found.absent]]
    return found


def judged(text: str, trace: Trace, seed: int, most: int = 12) -> Verdict:
    """Force some nodes of a recorded program, and hold the slices of its result against what happened."""
    code = forcible(text)
    verdict, draw = Verdict(programs=1, nodes=len(trace)), random.Random(seed)
    before = run(code)
    goal = result_of(trace)
    plain, whole = backward(trace, [goal]), Relevance(trace).slice([goal])
    verdict.relevant, verdict.plain = len(whole), len(plain)
    places = list(moments(trace))
    for node, span, turn in draw.sample(places, min(most, len(places))):
        changed = False
        for value in others(node.value, draw):
            verdict.runs += 1
            try:
                changed = changed or run(code, span, turn, value) != before
            except FAILING:
                continue
        verdict.mattered += changed
        verdict.forced += node.id in whole
        verdict.plain_forced += node.id in plain
        verdict.needless += node.id in whole and not changed
        verdict.plain_needless += node.id in plain and not changed
        if changed and node.id not in whole:
            verdict.absent.append(f"%{node.id} {node.site.kind} {node.site.text} at line {node.site.span.line}")
        verdict.plain_absent += changed and node.id not in plain
    return verdict


def result_of(trace: Trace) -> int:
    """The node that RESULT is."""
    return next(node.id for node in reversed(trace.nodes) if "RESULT" in node.site.binds)


def moments(trace: Trace) -> Iterator[tuple[Node, Span, int]]:
    """Nodes that can be forced: the span of their expression, and how many times it ran so far."""
    turns: dict[Span, int] = defaultdict(int)
    for node in trace.nodes:
        at = node.site.span
        span = (at.line, at.column, at.end_line, at.end_column)
        if node.site.kind in FORCED and (not node.site.silent or node.site.kind == "const"):
            turns[span] += 1
            if type(node.value) in (int, bool):
                yield node, span, turns[span]


def others(value: object, draw: random.Random) -> list[object]:
    """Values to force in place of one."""
    if isinstance(value, bool):
        return [not value]
    assert isinstance(value, int)
    return [value + 1, value - 1, value + draw.randint(2, 50), -value if value else 7]


def recorded(text: str, path: Path) -> Trace:
    """The trace of a program that runs here and now. Recording must be on."""
    from tracec.recording.artifacts import build
    from tracec.recording.trace_store import load
    from tracec.runtime import record

    path.write_text(text)
    built = build(path.parent, [str(path)], "values")
    record.clear()
    exec(record.code(built.artifacts[os.path.realpath(path)], str(path)), {"__name__": "__main__"})
    log = path.with_suffix(".trace")
    log.unlink(missing_ok=True)
    record.save(str(log), "oracle")
    (trace,) = load(log)
    return trace
