"""Random classes: methods of all sorts, inheritance, `super()`, class bodies that compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fuzz.definitions import Definitions
from tests.fuzz.source import Function, Parameter, Scope, Variable


@dataclass(slots=True)
class Class:
    """What a subclass or an instance must know."""

    name: str
    fields: list[str] = field(default_factory=list)
    methods: list[tuple[str, Function]] = field(default_factory=list)  # sort, and the function by its bare name


class Classes(Definitions):
    """`define_class` writes a class, makes an instance, and its methods become functions that others call."""

    classes: list[Class]

    def define_class(self) -> None:
        base = self.random.choice(self.classes) if self.classes and self.chance(0.5) else None
        made = Class(self.fresh("C"), [self.fresh("x"), "__hidden"])
        heads = [
            made.name,
            f"{made.name}()",
            f"{made.name}(Plugin, key={self.make_int(0)})",
            f"{made.name}(metaclass=Watching)",
        ]
        head = f"{made.name}({base.name})" if base else self.random.choice(heads)
        for variable in self.scope.variables:
            variable.kept = True
        scope = Scope("class", [Variable(v.name, v.kind, mine=False, kept=True) for v in self.scope.variables])
        if self.chance(0.1):
            self.other("@passed")
        self.block(f"class {head}", lambda: self.within_class(scope, made, base))
        self.classes.append(made)
        self.instance(made)

    def within_class(self, scope: Scope, made: Class, base: Class | None) -> None:
        self.scopes.append(scope)
        if self.chance(0.3):
            self.simple("'''What it is.'''")
        if not base and self.chance(0.1):
            self.simple(f"__slots__ = {made.fields!r}")
        self.simple(f"tally = {self.make_int(2)}")
        scope.variables.append(Variable("tally", "int"))
        for _ in range(self.number(0, 2)):
            self.statement(1)
        if self.chance(0.2):
            self.simple(f"{self.fresh('field')} = Logged({self.make_int(1)})")
        self.constructor(made, base)
        for _ in range(self.number(1, 3)):
            self.method(made)
        if base:
            for sort, function in base.methods:
                if sort == "method" and function.kind == "function" and self.chance(0.6):
                    self.override(made, function)
        self.scopes.pop()

    def constructor(self, made: Class, base: Class | None) -> None:
        function = Function("__init__", "function", [Parameter("start", "plain"), Parameter("more", "plain", True)])

        def body() -> None:
            if base:
                self.simple(
                    self.random.choice(
                        [
                            "super().__init__(start, more)",
                            f"super({made.name}, self).__init__(more)",
                            f"{base.name}.__init__(self, start)",
                        ]
                    )
                )
            for name in made.fields:
                self.simple(f"self.{name} = {self.make_int(2)}")

        self.write(function, "self", body, decorator=" ")

    def attributes(self, made: Class) -> list[Variable]:
        """The fields of `self`, as variables that may be read and assigned."""
        return [Variable(f"self.{name}", "int", kept=True, declared=True) for name in made.fields]

    def method(self, made: Class) -> None:
        sort = self.random.choice(["method", "method", "method", "static", "class", "property"])
        kind = self.random.choice(["function", "function", "generator"]) if sort == "method" else "function"
        function = Function(self.fresh("m"), kind, [] if sort == "property" else self.parameters())
        decorator = {"static": "@staticmethod", "class": "@classmethod", "property": "@property"}.get(sort, " ")
        first = {"static": "", "class": "cls"}.get(sort, "self")
        self.write(function, first, lambda: self.insides_of_method(function, made, first), decorator)
        made.methods.append((sort, function))
        if sort == "property" and self.chance(0.6):
            setter = Function(function.name, "function", [Parameter("value", "plain")])
            self.write(
                setter,
                "self",
                lambda: self.simple(f"self.{made.fields[0]} = say('set', value)"),
                f"@{function.name}.setter",
            )

    def insides_of_method(self, function: Function, made: Class, first: str) -> None:
        if first == "self":
            self.scope.variables += self.attributes(made)
        if self.chance(0.15):
            self.simple("print(__class__.__name__)")
        self.insides(function, nested=self.chance(0.7))

    def override(self, made: Class, base: Function) -> None:
        function = Function(base.name, "function", base.parameters, base.cost, base.raises)
        function.parameters = [Parameter(p.name, p.style, p.default) for p in base.parameters]

        def body() -> None:
            self.scope.variables += self.attributes(made)
            call = f"super().{base.name}({self.arguments(base, 1)})"
            self.scope.cost += base.cost
            if base.raises:
                self.scope.guarded = 1
            self.simple(f"{self.declare('int')} = say('above', {call})")
            self.insides(function, nested=True)

        self.write(function, "self", body, decorator=" ")
        function.raises = base.raises
        made.methods.append(("method", function))

    def instance(self, made: Class) -> None:
        """An instance by name, or made anew for each call."""
        known = self.chance(0.7)
        name = self.fresh("o") if known else f"{made.name}({self.number(0, 9)})"
        if known:
            self.simple(
                f"{name} = {made.name}({self.make_int(1)}, {self.random.choice(['more=', ''])}{self.make_int(1)})"
            )
        for sort, function in made.methods:
            owner = made.name if sort in ("static", "class") and self.chance(0.6) else name
            if sort == "property":
                self.scope.variables.append(
                    Variable(f"{owner}.{function.name}", "int", mine=False, kept=True, declared=True)
                )
            else:
                self.functions.append(
                    Function(
                        f"{owner}.{function.name}", function.kind, function.parameters, function.cost, function.raises
                    )
                )

    def within(self, scope: Scope, function: Function, body: Callable[[], None]) -> None:
        super().within(scope, function, body)
