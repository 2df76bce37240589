"""Random programs with closures of every shape and with variables that are set from outside, and what their trace says.

A program prints every variable that it reads, by `print(name, ...)`: the operands of these calls in its trace are held
against what was printed. Numbers are never used twice, so a variable of another frame, or an old value, shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tracec.passes.nouns.trace import Picture, Trace

HEAD = """\
import functools, itertools, sys, threading, types, unittest.mock
here = sys.modules[__name__]
other = types.ModuleType("other")
"""


@dataclass(slots=True)
class Reads:
    """What a trace says of the variables that were printed: `wrong` are texts."""

    right: int = 0
    unknown: int = 0
    wrong: list[str] = field(default_factory=list)


def held_against(trace: Trace, printed: list[str]) -> Reads:
    """Compare the operands of each `print(a, b)` with its line. Threads print one after another."""
    reads, columns, lines = Reads(), trace.columns, iter(printed)
    for node in trace.nodes:
        if node.site.kind != "call" or node.site.attr != "print" or node.value is not None:
            continue
        line = next(lines, "")
        if "*" in node.labels:
            continue
        values = [columns.values[i] for i, label in zip(node.inputs, node.labels) if label == ""]
        for shown, value in zip(line.split(), values, strict=True):
            judge(reads, node.site.text, node.site.span.line, shown, Picture(*value) if type(value) is tuple else value)
    rest = list(lines)
    if rest:
        reads.wrong.append(f"{len(rest)} lines were printed by calls that are not in the trace")
    return reads


def judge(reads: Reads, text: str, line: int, shown: str, value: object) -> None:
    """Count one variable."""
    if isinstance(value, Picture) and value.text == "?":
        reads.unknown += 1
    elif str(value) == shown:
        reads.right += 1
    else:
        reads.wrong.append(f"line {line}: {text} printed {shown}, and its operand is {value}")


class SharedNames:
    """One random program."""

    def __init__(self, seed: int) -> None:
        self.draw, self.number, self.names = random.Random(seed), 100 * seed % 7919 + 2, 0

    def text(self) -> str:
        """The source of the program."""
        variables = [f"V{n}" for n in range(3)]
        lines = [HEAD, *(f"{name} = {self.value()}" for name in variables), f"other.V0 = {self.value()}"]
        lines += readers(variables)
        shapes = [self.draw.choice(SHAPES)(self) for _ in range(self.draw.randint(3, 6))]
        for shape in shapes:
            lines += shape
        for _ in range(self.draw.randint(4, 10)):
            lines += self.change(self.draw.choice(variables))
        return "\n".join(lines) + "\n"

    def value(self) -> int:
        """A number that no other place has."""
        self.number += self.draw.randint(1, 9)
        return self.number

    def name(self, start: str) -> str:
        """A name that nothing else has."""
        self.names += 1
        return f"{start}{self.names}"

    def change(self, name: str) -> list[str]:
        """Set a variable of the module in some way, and read it."""
        reading = self.draw.choice([f"read_{name}()", "read_all()", f"print({name})", f"print({name} + 1)"])
        way = self.draw.choice(WAYS)
        lines = [line.format(name=name, value=self.value(), more=self.value()) for line in way]
        return [line.replace("READ", reading) for line in lines] + [reading]


def readers(variables: list[str]) -> list[str]:
    """Functions that read the variables of the module, by all kinds of expressions."""
    lines = ["def real(x):", "    print(x)", "    return x * 2"]
    for name in variables:
        lines += [f"def read_{name}():", f"    print({name})", f"    return {name} + 1"]
        lines += [f"def set_{name}(x):", f"    global {name}", f"    {name} = x", f"    print({name})"]
        lines += [f"def add_{name}(x):", f"    global {name}", f"    {name} += x", f"    print({name})"]
    return [
        *lines,
        "def read_all():",
        *(f"    print({name}, {name} * 3)" for name in variables),
        f"    print([{variables[0]} for _ in range(2)][0], (lambda: {variables[1]})())",
        f"    local = {variables[2]}",
        "    print(local)",
        f"    print({variables[0]} and {variables[1]}, {variables[2]} if {variables[0]} else 0)",
        "    return real(local)",
    ]


WAYS = (
    ["{name} = {value}"],
    ["globals()['{name}'] = {value}"],
    ["setattr(here, '{name}', {value})"],
    ["here.{name} = {value}"],
    ["vars(here).update({name}={value})"],
    ["exec('{name} = {value}', globals())"],
    ["set_{name}({value})"],
    ["add_{name}({value})"],
    ["{name} += {value}", "READ"],
    ["del {name}", "{name} = {value}"],
    ["del {name}", "here.{name} = {value}"],
    ["with unittest.mock.patch.object(here, '{name}', {value}):", "    READ"],
    ["with unittest.mock.patch.dict(vars(here), {name}={value}):", "    READ", "    set_{name}({more})", "    READ"],
    ["with unittest.mock.patch(__name__ + '.{name}', {value}):", "    READ", "    {name} = {more}", "    READ"],
    ["with unittest.mock.patch.object(here, 'real', lambda x: {value}):", "    print(real({more}))"],
    ["with unittest.mock.patch.object(here, 'real', return_value={value}):", "    print(real({more}))"],
    ["other.V0 = {value}", "print(other.V0)", "setattr(other, 'V0', {more})", "print(other.V0)"],
    ["for {name} in ({value}, {more}):", "    READ"],
    ["print([{name} := i for i in ({value}, {more})][0])"],
    ["globals().pop('{name}')", "globals().setdefault('{name}', {value})"],
)

Shape = Callable[[SharedNames], list[str]]


def inner(p: SharedNames, kind: str) -> tuple[str, list[str]]:
    """A function that makes functions: (its name, its lines). What it makes prints all that it sees, and takes `x`."""
    name, more = p.name("make"), p.value()
    body = {
        "def": ["def f(x):", "    print(k, c, x)", "    return x * k + c", "return f"],
        "lambda": ["return lambda x: print(k, c, x) or x * k + c"],
        "deep": ["def g(y):", "    m = y + k", "    def f(x):", "        print(k, c, y, m, x)", "        return x * m",
                 "    return f", "return g(c)"],
        "counter": ["def f(x):", "    nonlocal k", "    k += x", "    print(k, c, x)", "    return k", "return f"],
        "late": ["def f(x):", "    print(k, c, x)", "    return x - k", f"k += {more}", "return f"],
        "method": ["class Made:", "    factor = k", "    def f(self, x):", "        print(k, c, x)",
                   "        return x * k", "return Made().f"],
        "super": ["class Base:", "    def f(self, x):", "        print(k, x)", "        return x + k",
                  "class Made(Base):", "    def f(self, x):", "        print(c, x)", "        return super().f(x) * c",
                  "return Made().f"],
        "generator": ["def g(x):", "    for i in range(2):", "        print(k, c, x, i)", "        yield x * k + i",
                      "return lambda x: sum(g(x))"],
        "recursive": ["def f(x, n=2):", "    print(k, c, x, n)", "    return f(x + k, n - 1) if n else x", "return f"],
        "comprehension": ["return lambda x: sum([print(k, c, i) or i * k for i in (x, x + 1)])"],
        "lambdas": ["fs = [lambda x, i=i: print(k, i, x) or x + i for i in range(3)]", "return fs[1]"],
        "expression": ["return lambda x: sum(i * k + x for i in range(3)) + c"],
        "call": ["class Made:", "    def __call__(self, x):", "        print(k, c, x)", "        return x + c",
                 "return Made()"],
    }[kind]  # fmt: skip
    return name, [f"def {name}(k):", f"    c = k + {p.value()}", *(f"    {line}" for line in body)]


KINDS = (
    "def", "lambda", "deep", "counter", "late", "method", "super", "generator", "recursive", "comprehension", "lambdas",
    "expression", "call",
)  # fmt: skip


def made(p: SharedNames) -> tuple[str, str, list[str]]:
    """Two closures of one function: their names, and the lines that make them."""
    make, lines = inner(p, p.draw.choice(KINDS))
    one, two = p.name("one"), p.name("two")
    return one, two, [*lines, f"{one}, {two} = {make}({p.value()}), {make}({p.value()})"]


def called(p: SharedNames) -> list[str]:
    """Both are called, in turns."""
    one, two, lines = made(p)
    return [*lines, *(f"print({f}({p.value()}))" for f in (one, two, one))]


def tabled(p: SharedNames) -> list[str]:
    """Both are called out of a table, a list and a `partial`."""
    one, two, lines = made(p)
    table = p.name("table")
    return [
        *lines,
        f"{table} = {{'a': {one}, 'b': {two}}}",
        f"print({table}['a']({p.value()}), {table}['b']({p.value()}))",
        f"print(*[f({p.value()}) for f in {table}.values()])",
        f"print(functools.partial({one}, {p.value()})(), functools.partial({two}, {p.value()})())",
    ]


def given(p: SharedNames) -> list[str]:
    """Both are given to functions in C."""
    one, two, lines = made(p)
    values = f"({p.value()}, {p.value()}, {p.value()})"
    return [
        *lines,
        f"print(*map({one}, {values}), *map({two}, {values}))",
        f"print(*sorted({values}, key={two}), max({values}, key={one}))",
        f"print(*filter({one}, {values}), *itertools.accumulate({values}, lambda a, b: {two}(a)))",
    ]


def decorated(p: SharedNames) -> list[str]:
    """A decorator with an argument, on two functions and on methods of a class."""
    deco, cls = p.name("deco"), p.name("Class")
    first, second = p.name("f"), p.name("f")
    return [
        f"def {deco}(k):",
        "    def wrap(f):",
        "        @functools.wraps(f)",
        "        def inner(*args):",
        "            print(k)",
        "            return f(*args) * k",
        "        return inner",
        "    return wrap",
        f"@{deco}({p.value()})",
        f"def {first}(x): return x + 1",
        f"@{deco}({p.value()})",
        f"def {second}(x): return {first}(x) + 2",
        f"class {cls}:",
        f"    @{deco}({p.value()})",
        "    def a(self, x): return x",
        f"    @{deco}({p.value()})",
        f"    @{deco}({p.value()})",
        "    def b(self, x): return self.a(x)",
        f"print({second}({p.value()}), {first}({p.value()}), {cls}().b({p.value()}), {cls}().a({p.value()}))",
    ]


def interleaved(p: SharedNames) -> list[str]:
    """Two generators of one function go on in turns."""
    gen = p.name("gen")
    return [
        f"def {gen}(k):",
        "    for i in range(3):",
        "        print(k, i)",
        "        got = yield k * i",
        "        print(k, i)",
        f"print(*itertools.chain(*zip({gen}({p.value()}), {gen}({p.value()}))))",
    ]


def threaded(p: SharedNames) -> list[str]:
    """Each is called in a thread of its own, one after the other."""
    one, two, lines = made(p)
    for f in (one, two, one):
        thread = p.name("thread")
        lines += [
            f"{thread} = threading.Thread(target={f}, args=({p.value()},))",
            f"{thread}.start()",
            f"{thread}.join()",
        ]
    return lines


def of_class(p: SharedNames) -> list[str]:
    """Classes made by a function, and attributes of classes that are set from outside."""
    make, one, two = p.name("make"), p.name("One"), p.name("Two")
    return [
        f"def {make}(k):",
        "    class Made:",
        "        n = k * 2",
        "        def twice(self): return self.n * 2 + k",
        "        @property",
        "        def p(self): return self.n + k",
        "        def __getattr__(self, name): return k",
        "        def __init_subclass__(cls): cls.m = k",
        "    class Child(Made): pass",
        "    return Child",
        f"{one}, {two} = {make}({p.value()}), {make}({p.value()})",
        f"print({one}().twice(), {two}().twice(), {one}().p, {two}().p, {one}().other, {one}.n, {two}.n, {one}.m)",
        f"{one}.n = {p.value()}",
        f"setattr({two}, 'n', {p.value()})",
        f"print({one}.n, {two}.n, {one}().n, {two}().n, {one}().twice(), {two}().p)",
    ]


SHAPES: tuple[Shape, ...] = (called, tabled, given, decorated, interleaved, threaded, of_class)


def programs(seeds: range) -> Iterator[tuple[int, str]]:
    """(seed, text) of each."""
    for seed in seeds:
        yield seed, SharedNames(seed).text()
