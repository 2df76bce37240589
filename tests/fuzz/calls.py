"""Random calls of the program's own functions and of lambdas, with arguments in all the forms there are."""

from __future__ import annotations

from tests.fuzz.expressions import Expressions
from tests.fuzz.source import Function, Parameter, Variable

LAMBDA_HEADS = ("@", "@, *_", "@, /", "@, k=<int0>", "@, **_")


class Calls(Expressions):
    """`called` picks a function that may be afforded here."""

    def called(self, kind: str, depth: int) -> str:
        """A call of one of the program's functions of a kind; nothing where there is none to afford."""
        known = [f for f in self.functions if f.kind == kind and (self.scope.guarded or not f.raises)]
        if not known:
            return ""
        function = self.random.choice(known)
        return f"{function.name}({self.arguments(function, depth)})" if self.room(function.cost) else ""

    def arguments(self, function: Function, depth: int) -> str:
        """Arguments that fit, in all the forms there are."""
        parts: list[str] = []
        named = False  # from the first argument by name on, no others
        for parameter in function.parameters:
            value = self.form("<int> % 4" if parameter.fuel else "<int>", depth)
            if parameter.default and self.chance(0.45):
                named = named or parameter.style in ("only", "plain")
                continue
            named = named or parameter.style in ("key", "double") or (parameter.style == "plain" and self.chance(0.2))
            part = self.by_name(parameter, value) if named else self.by_place(parameter, value)
            parts += [part] if part else []
        return f",{self.gap()}".join(parts)

    def by_place(self, parameter: Parameter, value: str) -> str:
        if parameter.style == "star":
            return self.random.choice(["", value, self.form("*<list0>", 0)])
        return value if self.chance(0.95) else f"*[{value}]"

    def by_name(self, parameter: Parameter, value: str) -> str:
        if parameter.style in ("only", "star"):
            return ""
        if parameter.style == "double":
            return self.random.choice(["", f"extra={value}", "" if self.flat else f"**{{'more': {value}, 'less': 1}}"])
        spread = parameter.style == "key" and not self.flat and self.chance(0.2)
        return f"**{{'{parameter.name}': {value}}}" if spread else f"{parameter.name}={value}"

    def lambda_call(self, depth: int) -> str:
        if self.flat:
            return self.leaf()
        name = self.fresh("q")
        with self.inner():
            self.scope.variables.append(Variable(name, "int", mine=False))
            body = self.of("int", depth)
        head = self.form(self.random.choice(LAMBDA_HEADS), 0).replace("@", name)
        return f"(lambda {head}: {body})({self.of('int', depth)})"

    def inner(self) -> Inner:
        return Inner(self)


class Inner:
    """Inside a lambda or comprehension: no walrus, no yield, and variables of its own."""

    def __init__(self, source: Expressions) -> None:
        self.scope = source.scope

    def __enter__(self) -> None:
        self.before = (self.scope.simple, list(self.scope.variables), self.scope.times)
        self.scope.simple = True
        self.scope.times *= 3
        if self.scope.kind == "class":  # a comprehension does not see what a class body binds
            self.scope.variables[:] = [variable for variable in self.scope.variables if not variable.mine]

    def __exit__(self, *_: object) -> None:
        self.scope.simple, self.scope.variables[:], self.scope.times = self.before
