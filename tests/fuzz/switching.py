"""Seed -> the text of a program whose frames sleep and wake everywhere: tasks, `async with` and `async for`, awaits and
yields in every place of an expression, generators driven out of order, callbacks that raise, and stacks that are
switched (greenlet, where it is installed).

Every value is a small int, so that verifying a trace can compute nearly all of it again. Programs end within a second.
"""

from __future__ import annotations

import importlib.util
import random

GREENLETS = importlib.util.find_spec("greenlet") is not None
SMALL, LARGE = 3, 6  # coroutines, generators and functions of a program

PRELUDE = """\
import asyncio, contextlib, functools, gc, sys

class Oops(Exception): pass

class Step:
    def __init__(self, value): self.value = value
    def __await__(self):
        got = yield self.value
        return (self.value + (got or 0) + 1) % 89

class Manager:
    def __init__(self, n, how): self.n, self.how = n, how
    def __enter__(self): return self.n + 1
    def __exit__(self, kind, error, trace): return self.how % 3 == 0 and kind is Oops
    async def __aenter__(self):
        if self.how & 1: await Step(self.n)
        return self.n + 2
    async def __aexit__(self, kind, error, trace):
        if self.how & 2: await Step(self.n + 3)
        if self.how == 7: return await Step(1) > 0 and kind is Oops
        return self.how % 3 == 0 and kind is Oops

class Eager:
    def __init__(self, n): self.n = n
    def __aenter__(self): return self.enter(self.n + 1)
    def __aexit__(self, *what): return Step(self.n + what.count(None))
    async def enter(self, n): return n + await Step(n)

class Count:
    def __init__(self, n, how): self.n, self.how = n, how
    def __aiter__(self): return self
    async def __anext__(self):
        self.n -= 1
        if self.how & 1: await Step(self.n)
        if self.n < 0: raise StopAsyncIteration
        if self.how == 6 and self.n == 1: raise Oops(self.n)
        return self.n + 1

async def stream(n, how):
    try:
        for i in range(n % 4):
            got = yield (i + how if how & 1 else i + await Step(i)) % 50
            if got: yield got + 1
    finally:
        if how & 2: total = n + 1

@contextlib.contextmanager
def held(n):
    m = n + 1
    try: yield m + 1
    finally: m = m + 2

@contextlib.asynccontextmanager
async def kept(n):
    m = n + await Step(n)
    try: yield m + 1
    finally: m = m + await Step(m)

def quietly(call, other):
    try: return call()
    except Exception: return other

quietly_outside = contextlib.suppress(Exception)

class Lazy:
    fails = property(lambda self: self.missing + 1)
    __getattr__ = lambda self, name: {"there": 5}[name] + 1 if name != "missing" else self._none(name)
    def _none(self, name): raise AttributeError(name)

class Noisy:
    def __init__(self, n): self.n = n
    def __del__(self):
        m = self.n + 1
        m = m * 2

def loop(coros, seed):
    done, turn, alive = [], 0, list(coros)
    while alive:
        turn += 1
        coro = alive[(turn * seed + turn // 3) % len(alive)]
        try:
            if turn % 11 == 5 or turn > 300: said = coro.throw(Oops(turn + 1))
            elif turn % 17 == 7: said = coro.throw(asyncio.CancelledError())
            else: said = coro.send(None if turn % 5 else turn)
            done.append(said + turn)
        except StopIteration as end:
            alive.remove(coro)
            done.append((end.value or 0) + 1)
        except TypeError:
            done.append(turn + coro.send(None))
        except BaseException as error:
            alive.remove(coro)
            done.append(len(type(error).__name__) + turn)
    return sum(done) % 997

def drive(gens, seed):
    done, turn, alive = [], 0, list(gens)
    while alive and turn < 60:
        turn += 1
        gen = alive[(turn * seed + turn // 2) % len(alive)]
        try:
            if turn % 13 == 4: done.append(gen.throw(Oops(turn)) + 1)
            elif turn % 7 == 3: gen.close(); done.append(turn + 2)
            elif turn % 3 == 1: done.append((gen.send(turn) if turn > 9 else next(gen)) + 1)
            else: done.append(next(gen) + turn)
        except StopIteration as end:
            alive.remove(gen)
            done.append((end.value or 0) + 2)
        except TypeError: done.append(next(gen) + 3)
        except Exception as error:
            alive.remove(gen)
            done.append(len(type(error).__name__) + turn)
    return sum(done) % 997
"""


class Switching:
    """Writes one program. A scope is `plain`, `gen`, `coro` or `stream`: that says what may sleep in it."""

    def __init__(self, seed: int, size: int = LARGE) -> None:
        self.random, self.size = random.Random(seed), size
        self.lines: list[str] = []
        self.names = ["a", "b"]
        self.known: dict[str, list[str]] = {"plain": [], "gen": [], "coro": [], "stream": []}
        self.scope, self.count, self.loops = "plain", 0, 0

    def text(self) -> str:
        """The whole."""
        for _ in range(self.size):
            self.function(self.random.choice(["coro", "coro", "coro", "gen", "gen", "stream", "plain"]))
        self.scope, self.names = "plain", ["a", "b"]
        self.line(0, "a, b = 3, 4")
        for number in range(4):
            self.line(0, f"r{number} = {self.number(1)}")
            self.line(0, f"print(r{number}, {self.use()})")
            self.statement(0, 1, False)
        if GREENLETS and self.random.random() < 0.4:
            self.greenlets()
        self.line(0, "gc.collect()")
        self.line(0, f"z = {self.number()} + {self.number()}")
        self.line(0, "print(a, b, z)")
        return PRELUDE + "\n".join(self.lines) + "\n"

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    # --- what runs it ---

    def use(self) -> str:
        """Runs some of the functions."""
        coros = [f"{name}({self.simple()}, {self.simple()})" for name in self.several("coro")]
        gens = [f"{name}({self.simple()}, {self.simple()})" for name in self.several("gen")]
        seed = self.random.randint(1, 9)
        choices = [f"loop([{', '.join(coros)}], {seed})"] if coros else ["7"]
        if coros:
            choices.append(f"len(asyncio.run(gathered({', '.join(coros)})))")
        if gens:
            choices.append(f"drive([{', '.join(gens)}], {seed})")
            choices.append(f"sum(x + y for x, y in zip({gens[0]}, {gens[-1]}))")
            choices.append(f"quietly(lambda: len(list({gens[0]})), 3)")
        return f"quietly(lambda: {self.pick(*choices)} + {self.simple()}, 5)"

    def several(self, kind: str) -> list[str]:
        known = self.known[kind]
        return [self.random.choice(known) for _ in range(self.random.randint(1, 3))] if known else []

    def greenlets(self) -> None:
        self.lines[:0] = ["import greenlet"]
        self.line(0, "def worker(n):")
        self.line(1, "total = n + main.switch(n + 1)")
        self.line(1, f"for i in range({self.random.randint(1, 3)}):")
        self.line(2, f"total = (total + main.switch(total + i) * {self.random.randint(1, 4)}) % 97")
        self.line(2, "if total % 5 == 1: raise Oops(total)") if self.random.random() < 0.4 else None
        self.line(1, "return total + 1")
        self.line(0, "main = greenlet.getcurrent()")
        self.line(0, "stacks = [greenlet.greenlet(worker) for _ in range(3)]")
        self.line(0, f"for turn in range({self.random.randint(4, 12)}):")
        self.line(1, f"at = (turn * {self.random.randint(1, 5)}) % 3")
        self.line(1, "if stacks[at].dead: continue")
        self.line(1, "try: a = (a + stacks[at].switch(turn + b)) % 97")
        self.line(1, "except Oops as error: a = a + len(error.args)")
        self.line(1, f"b = (b + {self.number()}) % 97")

    # --- functions ---

    def function(self, kind: str) -> None:
        name = f"{kind[0]}{len(self.known[kind])}"
        self.scope, self.names, self.count, self.loops = kind, ["a", "b"], 0, 0
        keyword = "async def" if kind in ("coro", "stream") else "def"
        self.line(0, f"{keyword} {name}(a, b=2):")
        if kind in ("gen", "stream"):
            self.line(1, "yield a + 1")
        for _ in range(self.random.randint(3, 6)):
            self.statement(1, 2, False)
        if kind != "stream":
            self.line(1, f"return ({self.number()}) % 97")
        self.known[kind].append(name)
        if kind == "coro" and len(self.known[kind]) == 1:
            self.line(0, "async def gathered(*coros):")
            self.line(1, "return await asyncio.gather(*map(settled, coros), return_exceptions=True)")
            self.line(0, "async def settled(coro):")
            self.line(1, "turn = 0")
            self.line(1, "try:")
            self.line(2, "while turn < 80: turn = turn + 1 + 0 * (coro.send(None) if turn % 9 else coro.throw(Oops()) "
                         "if turn else coro.send(None)); await asyncio.sleep(0)")  # fmt: skip
            self.line(1, "except StopIteration as end: return (end.value or 0) + turn")
            self.line(1, "except RuntimeError: return turn")
            self.line(1, "finally: coro.close()")

    # --- statements ---

    def block(self, depth: int, size: int, in_loop: bool) -> None:
        before = list(self.names)
        for _ in range(self.random.randint(1, 2)):
            self.statement(depth, size - 1, in_loop)
        self.names = before

    def statement(self, depth: int, size: int, in_loop: bool) -> None:
        self.count += 1
        sleeping = self.scope in ("coro", "stream")
        forms = ["simple"] * 4
        if size > 0 and self.count < 24:
            forms += ["if", "try", "try", "with", "match", "for", "while"] + ["awith", "awith", "afor"] * sleeping
        getattr(self, f"on_{self.random.choice(forms)}")(depth, size, in_loop)

    def on_simple(self, depth: int, size: int, in_loop: bool) -> None:
        name = f"v{self.random.randint(0, 3)}"
        number = self.number
        forms = [
            f"{name} = {number()}", f"{name}, b = {number()}, {number()}", f"a += {number(1)}", f"b = a = {number()}",
            f"[{name}, a] = [{number()}, {number()}]", f"({name} := {number()})", f"assert {number()} + 99, {number()}",
            f"box = {{'k': {number()}}}; box['k'] += {number()}; {name} = box['k'] + 1; del box[('k', {number(2)})[0]]",
            f"{name}: int = {number()}", f"Noisy({number()}); {name} = {number()}",
            f"{name} = quietly(lambda: {self.still()} // 0, {number()}) + 1",
            f"{name} = {number()} + hasattr(Lazy(), 'fails') + getattr(Lazy(), 'missing', 4)",
            f"def inner(x, y=({number()})): return x + y\n" + "    " * depth + f"{name} = inner({number()})",
        ]  # fmt: skip
        if in_loop and self.random.random() < 0.25:
            forms = [f"if {self.test()}: {self.pick('break', 'continue')}"]
        if self.random.random() < 0.08 and self.scope != "plain":
            value = f" {number()}" if self.scope != "stream" else ""
            forms = [f"if {self.test()}: raise Oops({number(2)})", f"if {self.test()}: return{value}"]
        if self.scope in ("gen", "stream"):
            forms += [f"yield {number()}", f"{name} = (yield {number()}) or {number()}"] * 2
        if self.scope == "gen":
            forms += [f"{name} = (yield from ({number()}, {number()})) or {number()}"]
        text = self.random.choice(forms)
        self.line(depth, text)
        if text.startswith(f"{name} =") and depth <= 1:
            self.names = sorted({*self.names, name})

    def on_if(self, depth: int, size: int, in_loop: bool) -> None:
        self.line(depth, f"if {self.test()}:")
        self.block(depth + 1, size, in_loop)
        if self.random.random() < 0.5:
            self.line(depth, f"elif {self.test()}:")
            self.block(depth + 1, size, in_loop)
            self.line(depth, "else:")
            self.block(depth + 1, size, in_loop)

    def on_try(self, depth: int, size: int, in_loop: bool) -> None:
        self.line(depth, "try:")
        self.block(depth + 1, size, in_loop)
        self.line(depth + 1, f"if {self.test()}: raise Oops({self.number(2)})")
        final = self.random.random()
        if final < 0.7:
            self.line(
                depth,
                self.pick("except Oops as error:", "except Exception as error:", "except (Oops, KeyError) as error:"),
            )
            self.line(depth + 1, f"a = {self.number()} + len(error.args)")
            if final < 0.3:
                self.line(depth, "else:")
                self.block(depth + 1, size, in_loop)
        if final > 0.5:
            self.line(depth, "finally:")
            self.line(depth + 1, f"b = {self.number(1)}")

    def on_with(self, depth: int, size: int, in_loop: bool) -> None:
        made = [
            f"{self.pick('Manager', 'Manager')}({self.number()}, {self.random.randint(0, 7)})",
            f"held({self.number()})",
        ]
        items = [f"{self.random.choice(made)} as w{n}" for n in range(self.random.randint(1, 2))]
        self.line(depth, f"with {', '.join(items)}:")
        self.line(depth + 1, f"a = w0 + {self.number(1)}")
        self.block(depth + 1, size, in_loop)

    def on_awith(self, depth: int, size: int, in_loop: bool) -> None:
        items = []
        for n in range(self.random.randint(1, 3)):
            made = self.pick(
                f"Manager({self.number()}, {self.random.randint(0, 7)})",
                f"kept({self.number()})",
                f"Eager({self.number()})",
            )
            items.append(made + (f" as w{n}" if n == 0 or self.random.random() < 0.5 else ""))
        self.line(depth, f"async with {', '.join(items)}:")
        if self.random.random() < 0.8:
            self.line(depth + 1, f"a = w0 + {self.number(1)}")
        self.block(depth + 1, size, in_loop)

    def on_afor(self, depth: int, size: int, in_loop: bool) -> None:
        known = [f"{name}({self.number(1)})" for name in self.known["stream"]]
        source = self.pick(
            f"Count({self.random.randint(0, 3)}, {self.random.randint(0, 7)})",
            f"stream({self.number()}, {self.random.randint(0, 3)})",
            *known,
        )
        self.line(depth, f"async for q in {source}:")
        self.line(depth + 1, "if (a := a + q) > 500: break")
        self.block(depth + 1, size, True)
        if self.random.random() < 0.4:
            self.line(depth, "else:")
            self.block(depth + 1, size, in_loop)

    def on_for(self, depth: int, size: int, in_loop: bool) -> None:
        self.line(depth, f"for q in ({self.number()}, {self.number()}):")
        self.line(depth + 1, f"a = (q + {self.number(1)}) % 97")
        self.block(depth + 1, size, True)

    def on_while(self, depth: int, size: int, in_loop: bool) -> None:
        self.loops += 1
        self.line(depth, f"l{self.loops} = 2")
        self.line(depth, f"while (l{self.loops} := l{self.loops} - 1) >= 0 and {self.test()}:")
        self.block(depth + 1, size, True)

    def on_match(self, depth: int, size: int, in_loop: bool) -> None:
        self.line(depth, f"match {self.number()}:")
        self.line(depth + 1, f"case int(m) if (m + {self.number(1)}) % 2:")
        self.line(depth + 2, f"a = m + {self.number(1)}")
        self.line(depth + 1, "case other:")
        self.block(depth + 2, size, in_loop)

    # --- expressions ---

    def simple(self) -> str:
        return self.random.choice([*self.names, str(self.random.randint(0, 9))])

    def still(self) -> str:
        """A number that nothing sleeps for."""
        before, self.scope = self.scope, "plain"
        made = self.number(1)
        self.scope = before
        return made

    def test(self) -> str:
        one, other = self.number(1), self.number(1)
        return self.pick(
            f"{one} < {other}",
            f"not {one} % 3",
            f"{one} % 3 and {other} % 2",
            f"{one} < {other} < 50",
            f"({one} or {other}) > 3",
        )

    def number(self, depth: int = 0) -> str:
        roll = self.random.random()
        if depth > 2 or roll < 0.2:
            return self.simple()
        if roll < 0.45:
            return f"(({self.number(depth + 1)} {self.pick('+', '-', '*')} {self.number(depth + 1)}) % 97)"
        if roll < 0.7 and self.scope in ("coro", "stream"):
            return self.awaited(depth)
        if roll < 0.6 and self.scope == "gen":
            return (
                self.pick(
                    f"((yield {self.number(depth + 1)}) or {self.simple()})",
                    f"((yield from held_back({self.number(depth + 1)})) or 2)",
                )
                if depth
                else f"((yield {self.simple()}) or 1)"
            )
        return self.plain(depth)

    def awaited(self, depth: int) -> str:
        number = self.number
        known = (
            [f"(await {name}({number(depth + 1)}, {self.simple()}))" for name in self.known["coro"][-2:]]
            if depth < 2 and self.random.random() < 0.3
            else []
        )
        return self.pick(
            f"(await Step({number(depth + 1)}))", f"(await Step({number(depth + 1)}))",
            f"sum([q + 1 async for q in stream({number(depth + 1)}, {self.random.randint(0, 3)})])",
            f"sum([await Step(q) for q in ({self.simple()}, {number(depth + 1)})])",
            f"sum([q for q in [await Step({self.simple()}), {self.simple()}]])",
            f"len(f'{{await Step({self.simple()}):>3}}{{{self.simple()}}}')",
            f"len(f'{{await Step({self.simple()})=}}')", *known,
        )  # fmt: skip

    def plain(self, depth: int) -> str:
        number, simple = self.number, self.simple
        return self.pick(
            f"[{number(depth + 1)}, {number(depth + 1)}][{self.random.randint(0, 1)}]",
            f"{{'k': {number(depth + 1)}, 'l': {number(depth + 1)}}}['k']",
            f"max({number(depth + 1)}, {number(depth + 1)})",
            f"({number(depth + 1)} if {simple()} > {simple()} else {number(depth + 1)})",
            f"({number(depth + 1)} and {number(depth + 1)} or {number(depth + 1)})",
            f"int({simple()} < {number(depth + 1)} < {number(depth + 1)})",
            f"(lambda z: z + {simple()})({number(depth + 1)})",
            f"sum(z + {simple()} for z in ({number(depth + 1)}, {simple()}))",
            f"sorted([{number(depth + 1)}, {simple()}], key=lambda v: -v)[0]",
            f"next((z for z in (1, {simple()}) if z > {simple()}), {number(depth + 1)})",
            f"quietly(lambda: {simple()} % 0, {number(depth + 1)})",
            f"functools.reduce(lambda x, y: (x + y) % 50, ({simple()}, {number(depth + 1)}))",
            f"len([*map(lambda z: z + 1, ({number(depth + 1)}, {simple()}))])",
            f"sum(iter(lambda it=iter((1, {simple()})): next(it), 77)) + {number(depth + 1)}",
            f"dict(k={number(depth + 1)}, **{{'l': {number(depth + 1)}}})['l']",
        )  # fmt: skip


def switching(seed: int, size: int = LARGE) -> str:
    """The program of a seed."""
    made = Switching(seed, size).text()
    back = "def held_back(n):\n    m = yield n + 1\n    return (m or 0) + n\n"
    return made.replace("\ndef loop(", f"\n{back}\ndef loop(", 1)
