"""Random functions, generators, coroutines and classes."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.compound import Compound
from tests.fuzz.source import NEW, Function, Parameter, Scope, Variable

DECORATORS = ("@passed", "@noted('d')", "@noted(tag=say('tag', 'e'))")


class Definitions(Compound):
    """`define` writes a function and makes it known to later calls."""

    def define(self, kind: str, *, nested: bool = False) -> Function:
        """A function of any kind: function, generator, coroutine, stream."""
        function = Function(self.fresh("f"), kind, self.parameters())
        function.raises = self.chance(0.3)
        self.write(function, "", lambda: self.insides(function, nested))
        self.functions.append(function)
        return function

    def parameters(self) -> list[Parameter]:
        """Up to five, of all styles, in the order the language wants."""
        made: list[Parameter] = []
        default = False
        for style, share in (
            ("only", 0.15),
            ("plain", 0.8),
            ("plain", 0.5),
            ("star", 0.2),
            ("key", 0.25),
            ("double", 0.15),
        ):
            if self.chance(share):
                default = (default or self.chance(0.25)) if style in ("only", "plain") else self.chance(0.5)
                made.append(Parameter(self.fresh("a"), style, default))
        return made

    def signature(self, parameters: list[Parameter], first: str = "") -> str:
        parts = [first] if first else []
        for place, parameter in enumerate(parameters):
            before = parameters[place - 1].style if place else ""
            if before == "only" and parameter.style != "only":
                parts.append("/")
            if parameter.style == "key" and not any(p.style in ("star", "key") for p in parameters[:place]):
                parts.append("*")
            note = (
                self.random.choice([": int", ": 'int'", "", "", ""])
                if parameter.style not in ("star", "double")
                else ""
            )
            value = (
                (f" = {self.make_int(1)}" if note else f"={self.make_int(1)}")
                if parameter.default and parameter.style in ("only", "plain", "key")
                else ""
            )
            parts.append({"star": "*", "double": "**"}.get(parameter.style, "") + parameter.name + note + value)
        if parameters and parameters[-1].style == "only":
            parts.append("/")
        return f",{self.gap()}".join(parts)

    def write(self, function: Function, first: str, body: Callable[[], None], decorator: str = "") -> None:
        """The head and a scope around the body; what it cost is noted."""
        signature = self.signature(function.parameters, first)
        if decorator or (function.kind == "function" and self.chance(0.12)):
            self.other(decorator or self.random.choice(DECORATORS))
        head = "async def" if function.kind in ("coroutine", "stream") else "def"
        note = " -> object" if self.chance(0.1) else ""
        for variable in self.scope.variables:
            variable.kept = True
        outside = [
            Variable(v.name, v.kind, mine=False, kept=True)
            for v in self.scope.variables
            if self.scope.kind != "class" or not v.mine
        ]
        scope = Scope(function.kind, outside, guarded=int(function.raises))
        generic = "[T]" if NEW and self.chance(0.08) else ""
        self.block(f"{head} {function.name}{generic}({signature}){note}", lambda: self.within(scope, function, body))
        function.cost = scope.cost

    def within(self, scope: Scope, function: Function, body: Callable[[], None]) -> None:
        outer = self.scopes[-1]
        self.scopes.append(scope)
        self.declared(outer, scope)
        for parameter in function.parameters:
            kind = {"star": "tuple", "double": "dict"}.get(parameter.style, "int")
            scope.variables.append(Variable(parameter.name, kind, mine=not parameter.fuel))
        if self.chance(0.15):
            self.simple(self.random.choice(["'''What it is.'''", '"doc"']))
        body()
        self.scopes.pop()

    def declared(self, outer: Scope, scope: Scope) -> None:
        """`global` and `nonlocal`, so that names outside may be assigned."""
        word = {"module": "global", "class": ""}.get(outer.kind, "nonlocal")
        names = [v for v in outer.variables if v.mine and not v.declared and v.kind in ("int", "list")]
        if word and names and self.chance(0.35):
            chosen = self.random.choice(names)
            self.simple(f"{word} {chosen.name}")
            scope.variables.append(Variable(chosen.name, chosen.kind, kept=True, declared=True))
            if word == "global":
                new = self.fresh("n")
                self.simple(f"global {new}")
                self.simple(f"{new} = {self.number(0, 9)}")

    def insides(self, function: Function, nested: bool) -> None:
        """The statements of a function, after a function of its own in some."""
        known = len(self.functions)
        if not nested and self.chance(0.3):
            inner = self.define(self.random.choice(["function", "function", "generator"]), nested=True)
            self.simple(f"print({inner.name}.__name__, {inner.name}.__qualname__)")
        self.body_of(function)
        self.ending(function)
        del self.functions[known:]

    def body_of(self, function: Function) -> None:
        with self.passing():
            for _ in range(self.number(1, 5)):
                if function.kind in ("generator", "stream") and self.chance(0.4):
                    self.give(function.kind)
                elif not self.statement(2):
                    break

    def give(self, kind: str) -> None:
        """A `yield` in statement position."""
        called = self.called("generator", 1) if kind == "generator" else ""
        if called and self.chance(0.5):
            target = f"{self.declare('int')} = " if self.chance(0.3) else ""
            self.simple(f"{target}(yield from {called}) or 0" if target else f"yield from {called}")
        elif kind == "generator" and self.chance(0.3):
            self.simple(f"yield from {self.make_list(1)}")
        elif self.chance(0.3):
            self.simple(f"say('got', (yield {self.make_int(2)}))")
        else:
            self.simple(f"yield {self.make_int(2)}")

    def ending(self, function: Function) -> None:
        """The last word: in some a call of the function itself, with less fuel."""
        fuel = [parameter for parameter in function.parameters if parameter.fuel]
        if fuel:
            name = fuel[0].name
            again = f"{function.name}({name} - 1)"
            if function.kind == "generator":
                self.block(f"if {name} > 0", lambda: self.simple(f"yield from {again}"))
            else:
                self.simple(f"return ({again} if {name} > 0 else 0) + {self.make_int(2)}")
        elif function.kind in ("function", "coroutine"):
            self.simple(f"return {self.make_int(2)}")
        else:
            self.simple(f"yield {self.make_int(1)}")

    def recursive(self) -> Function:
        """A function or generator that calls itself a few times."""
        fuel = Parameter(self.fresh("r"), "plain", fuel=True)
        function = Function(self.fresh("f"), self.random.choice(["function", "generator"]), [fuel])
        self.write(function, "", lambda: self.insides(function, nested=True))
        function.cost *= 4
        self.functions.append(function)
        return function
