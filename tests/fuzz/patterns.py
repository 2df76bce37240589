"""Random `match` statements."""

from __future__ import annotations

from tests.fuzz.containers import Containers
from tests.fuzz.source import Variable

SUBJECTS = ("int", "list", "dict", "tuple", "loud", "str")


class Patterns(Containers):
    """`matching` writes a whole `match`; every name a pattern binds is one of its case's own."""

    def body(self, count: int, depth: int) -> None:
        """Statements whose variables do not outlive them."""
        raise NotImplementedError

    def matching(self, depth: int) -> None:
        kind = self.random.choice(SUBJECTS)
        subject = self.of(kind, 2)
        if self.chance(0.15):
            subject, kind = f"{subject}, {self.make_int(1)}", "pair"

        def cases() -> None:
            for _ in range(self.number(1, 3)):
                self.case(kind, depth)
            if self.chance(0.6):
                self.block(self.random.choice(["case _", "case other", "case (_)"]), lambda: self.body(1, depth))

        self.block(f"match {subject}", cases)

    def case(self, kind: str, depth: int) -> None:
        with self.passing():
            head = f"case {self.pattern(kind, 2)}" if kind != "pair" else f"case {self.pattern('tuple', 1)}, 0 | 1"
            if self.chance(0.4) or head == "case _":  # what matches everything must come last, or have a condition
                head += f" if {self.truth(2)}"
            self.block(head, lambda: self.body(self.number(1, 2), depth))

    def pattern(self, kind: str, depth: int) -> str:
        if depth <= 0 or self.chance(0.15):
            return "_"
        if self.chance(0.12):
            return f"({self.plain(kind)} as {self.fresh('m')})"
        return str(getattr(self, f"pattern_of_{kind}")(depth - 1))

    def plain(self, kind: str) -> str:
        return {"int": "int()", "list": "[_, *_]", "dict": "{}", "tuple": "(_,)", "loud": "Loud()", "str": "str()"}[
            kind
        ]

    def bound(self) -> str:
        name = self.fresh("m")
        self.scope.variables.append(Variable(name, "int"))
        return name

    def filled(self, *templates: str) -> str:
        """One of the templates: `@` becomes a name that holds a number, `$` a name that nobody reads."""
        chosen = self.random.choice(templates)
        while "@" in chosen:
            chosen = chosen.replace("@", self.bound(), 1)
        while "$" in chosen:
            chosen = chosen.replace("$", self.fresh("m"), 1)
        return chosen

    def pattern_of_int(self, depth: int) -> str:
        return self.filled("0 | 1 | 2", "-1", "int(@)", "True", "None", "Loud.made", "3 | 4 | None", "int() | str()")

    def pattern_of_list(self, depth: int) -> str:
        return self.filled(
            "[@, *_]", "[]", "[@, @]", "[_, _, *_]", "[int() as $, *$, 0 | 1]", "list($)", "[*_, @]", "(0 | 1) as $, *_"
        )

    pattern_of_tuple = pattern_of_list

    def pattern_of_dict(self, depth: int) -> str:
        return self.filled("{'ab': _}", "{'x': @, **$}", "{}", "{'cde': 1 | 2, 'ab': int()}", "dict(a=_) | {'': _}")

    def pattern_of_loud(self, depth: int) -> str:
        return self.filled("Loud(value=@)", "Loud(@)", "Loud(value=0 | 1)", "object(value=3)", "Loud(1)", "[_, *_]")

    def pattern_of_str(self, depth: int) -> str:
        return self.filled("'ab' | 'x'", "str($)", "''", "None", "[*_]")
