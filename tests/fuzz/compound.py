"""Random compound statements: branches, loops, handlers, context managers, and generators driven by hand."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.source import Variable
from tests.fuzz.statements import Statements

CAUGHT = (
    "ValueError",
    "(KeyError, TypeError)",
    "ZeroDivisionError",
    "Mishap",
    "LookupError",
    "ArithmeticError",
    "OSError",
)


class Compound(Statements):
    """Every loop has an end, and its turns count for what the block may cost."""

    def branch(self, depth: int) -> None:
        self.block(f"if {self.truth(3)}", lambda: self.body(self.number(1, 3), depth))
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.block(f"elif {self.truth(2)}", lambda: self.body(self.number(1, 2), depth))
        if self.chance(0.5):
            self.block("else", lambda: self.body(self.number(1, 2), depth))

    def turns(self, body: Callable[[], None], times: int = 3) -> Callable[[], None]:
        """A body that runs a few times, and may break off."""

        def run() -> None:
            scope = self.scope
            before = (scope.times, scope.loops, scope.final)
            scope.times, scope.loops, scope.final = scope.times * times, scope.loops + 1, 0
            body()
            scope.times, scope.loops, scope.final = before

        return run

    def loop(self, depth: int) -> None:
        if self.scope.times > 9:
            return self.branch(depth)
        with self.passing():
            known = self.assignable("int")
            name = self.random.choice(known).name if known and self.chance(0.15) else self.fresh("i")
            target, over = name, self.iterable(2)
            if self.chance(0.2):
                target, over = f"{self.fresh('p')}, {name}", f"enumerate({over})"
            elif self.name("loud") and self.chance(0.15):
                target = f"{self.name('loud')}.value"
            stream = self.called("stream", 1) if self.scope.kind in ("coroutine", "stream") else ""
            head = f"async for {name} in {stream}" if stream else f"for {target} in {over}"
            bound = "." not in name and (stream or name in target)

            def body() -> None:
                with self.passing():
                    if bound:
                        self.scope.variables.append(Variable(name, "int"))
                    self.body(self.number(1, 3), depth)

            self.block(head, self.turns(body))
        self.otherwise(depth)

    def otherwise(self, depth: int) -> None:
        if self.chance(0.3):
            self.block("else", lambda: self.body(1, depth))

    def repeat(self, depth: int) -> None:
        """`while`, with a counter that ends it."""
        if self.scope.times > 9:
            return self.branch(depth)
        counter = self.fresh("w")
        self.simple(f"{counter} = {self.number(1, 4)}")
        if self.chance(0.2) and not self.scope.simple and self.scope.kind != "class":
            head = f"while ({counter} := {counter} - 1) > 0 and ({self.truth(1)} or True)"
            self.block(head, self.turns(lambda: self.body(self.number(1, 2), depth)))
            return self.otherwise(depth)
        head = self.random.choice(
            [f"while {counter}", f"while {counter} > 0 and ({self.truth(1)} or True)", "while True"]
        )

        def body() -> None:
            self.simple(f"{counter} -= 1")
            if head == "while True":
                self.block(f"if {counter} < 0", lambda: self.simple("break"))
            self.body(self.number(1, 2), depth)

        self.block(head, self.turns(body))
        self.otherwise(depth)

    # --- handlers ---

    def guarded(self, body: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            self.scope.guarded += 1
            body()
            self.scope.guarded -= 1

        return run

    def guard(self, depth: int) -> None:
        """`try` in all its shapes; what it lets through only where somebody else catches it."""
        catches = self.chance(0.85) or not self.scope.guarded
        inner = lambda: self.body(self.number(1, 3), depth)  # noqa: E731
        self.block("try", self.guarded(inner) if catches else inner)
        if catches:
            self.handlers(depth)
            if self.chance(0.3):
                self.block("else", lambda: self.body(1, depth))
        if not catches or self.chance(0.4):
            self.scope.final += 1
            self.block("finally", lambda: self.body(self.number(1, 2), depth))
            self.scope.final -= 1

    def handlers(self, depth: int) -> None:
        for _ in range(self.random.choice([0, 1, 1, 2])):
            self.handler(self.random.choice(CAUGHT), depth)
        self.handler("Exception", depth)

    def handler(self, caught: str, depth: int) -> None:
        name = self.fresh("e")

        def body() -> None:
            if named:
                self.simple(f"print(type({name}).__name__, {name})")
            if self.scope.guarded and self.chance(0.15):
                self.simple(self.random.choice(["raise", self.raising()]))
            else:
                self.body(self.number(1, 2), depth)

        named = self.chance(0.7)
        self.block(f"except {caught} as {name}" if named else f"except {caught}", body)

    def grouped(self, depth: int) -> None:
        """`except*`: no way out of its handlers but their end."""
        name = self.fresh("e")
        inner = self.random.choice(
            ["ValueError(1), KeyError('k')", "Mishap(), ExceptionGroup('in', [ValueError(2), OSError()])"]
        )
        raising = f"raise ExceptionGroup({self.word()}, [{inner}])" if self.chance(0.7) else self.raising()
        self.block("try", lambda: self.simple(raising))
        for caught in self.random.choice(
            [["ValueError", "Exception"], ["Exception"], ["(KeyError, OSError)", "Exception"]]
        ):
            self.block(
                f"except* {caught} as {name}",
                lambda: self.simple(f"print(type({name}).__name__, {name}, {self.make_int(1)})"),
            )

    # --- with, and async ---

    def using(self, depth: int) -> None:
        """A context manager of the program's own, or of contextlib."""
        name = self.fresh("c")
        awaits = self.scope.kind in ("coroutine", "stream") and self.chance(0.5)
        kind, swallows = self.random.choice([("Swallow", True), ("Opened", False), ("opened", False)])
        manager = f"{kind}({self.make_int(1)})"
        more = f", Opened({self.make_int(1)}) as {name}x" if self.chance(0.2) and not awaits else ""
        target = f" as {name}" if self.chance(0.6) else ""
        whole = f"{manager}{target}{more}"
        if self.chance(0.2):
            whole = f"({self.gap()}{whole},{self.gap()})"
        inner = lambda: self.body(self.number(1, 3), depth)  # noqa: E731
        head = f"async with Swallow({self.make_int(1)}){target}" if awaits else f"with {whole}"
        self.block(head, self.guarded(inner) if swallows or awaits else inner)

    def drive(self, depth: int) -> None:
        """A generator by hand: next, send, throw, close."""
        called = self.called("generator", 1) if self.scope.kind not in ("coroutine", "stream", "class") else ""
        if not called:
            return self.guard(depth)
        name = self.fresh("g")
        steps = [
            f"say('next', next({name}, 0))",
            f"say('sent', {name}.send({self.make_int(1)}))",
            f"say('thrown', {name}.throw(ValueError({self.make_int(0)})))",
            f"{name}.close()",
        ]

        def body() -> None:
            self.simple(f"{name} = {called}")
            self.simple(f"next({name}, None)")
            for _ in range(self.number(1, 3)):
                self.simple(self.random.choice(steps))

        self.block("try", body)
        self.block(
            "except Exception as " + name + "x",
            lambda: self.simple(f"print('driven', type({name}x).__name__, {name}x)"),
        )

    def block_of_async(self, depth: int) -> None:
        """A coroutine run from plain code at the top."""
        called = self.called("coroutine", 1) if self.scope.kind == "module" else ""
        if not called:
            return self.branch(depth)
        gathered = f"asyncio.run(together({called}))" if self.chance(0.4) else f"asyncio.run({called})"
        self.simple(f"say('ran', {gathered})")
