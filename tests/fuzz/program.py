"""Seed -> the text of a program that runs, ends in milliseconds, and prints what it computes."""

from __future__ import annotations

from tests.fuzz.classes import Classes
from tests.fuzz.prelude import prelude


class Program(Classes):
    """A prelude, definitions and statements by turns, and an end that may be an uncaught exception."""

    def __init__(self, seed: int, definitions: tuple[int, int]) -> None:
        super().__init__(seed)
        self.definitions = definitions
        self.classes = []

    def whole(self) -> str:
        """The text."""
        head = prelude(self.random)
        for kind in ("int", "int", "list", "dict", "str", "loud"):
            self.assign_new(kind)
        for _ in range(self.number(*self.definitions)):
            self.definition()
            for _ in range(self.number(1, 4)):
                self.scope.cost = 0
                self.statement(3)
        self.uses()
        self.end()
        return head + self.text()

    def assign_new(self, kind: str) -> None:
        value = self.of(kind, 2)
        self.simple(f"{self.declare(kind)} = {value}")

    def definition(self) -> None:
        kind = self.random.choice(
            ["function"] * 5
            + ["generator"] * 3
            + ["coroutine", "coroutine", "stream", "recursive", "class", "class", "class"]
        )
        if kind == "class":
            self.define_class()
        elif kind == "recursive":
            self.recursive()
        else:
            self.define(kind)

    def uses(self) -> None:
        """Every function that is known gets called once."""
        for function in list(self.functions):
            self.scope.cost = 0
            self.scope.guarded = 1
            call = f"{function.name}({self.arguments(function, 1)})"
            self.scope.guarded = 0
            run = {
                "coroutine": f"asyncio.run({call})",
                "stream": f"asyncio.run(gathered({call}))",
                "generator": f"list({call})",
            }
            call = run.get(function.kind, call)
            self.block("try", lambda call=call: self.simple(f"say('use', {call})"))  # type: ignore[misc]
            self.block("except Exception as problem", lambda: self.simple("print(type(problem).__name__, problem)"))

    def end(self) -> None:
        """The variables; in some programs an exception that nobody catches."""
        self.simple("print(sorted(name for name in globals() if not name.startswith('__')))")
        names = [v.name for v in self.scope.variables if v.mine]
        self.simple(f"print({', '.join(names)})")
        if not self.chance(0.25):
            return
        self.scope.guarded = 1
        self.scope.cost = 0
        failing = self.random.choice(
            [
                f"undefined + {self.make_int(2)}",
                f"say({self.make_int(1)},{self.gap()}1 // 0)",
                f"assert not {self.make_int(2)} + 1",
                f"raise Mishap({self.make_int(1)}) from ValueError({self.make_int(1)})",
                f"Loud(1).fail({self.make_int(1)})",
                f"[v for v in {self.iterable(1)} if v.nothing]",
                f"raise ExceptionGroup('end', [Mishap(1), ValueError({self.make_int(1)})])",
            ]
        )
        raising = [f for f in self.functions if f.raises and f.kind == "function"]
        if raising and self.chance(0.5):
            function = self.random.choice(raising)
            self.simple(f"{function.name}({self.arguments(function, 1)})")
        self.simple(failing)


LARGE, SMALL = (3, 7), (1, 3)  # definitions: from, to


def program(seed: int, size: tuple[int, int] = LARGE) -> str:
    """The program of a seed; the same text each time."""
    return Program(seed, size).whole()
