"""Random displays, comprehensions, generator expressions and objects that log what is done to them."""

from __future__ import annotations

from tests.fuzz.calls import Calls
from tests.fuzz.source import Table, Variable

LIST: Table = (
    (5, "<list0>"),
    (5, "<display>"),
    (8, "<comprehension>"),
    (3, "<generated>"),
    (2, "(<list> + <list>)[:6]"),
    (2, "<list>[<slice>]"),
    (2, "list(range(<int> % 5))"),
    (2, "sorted(<set>)"),
    (1, "list(<tuple>)"),
    (1, "list(<loud>)"),
    (1, "list(map((<int0>).__add__, <list>))"),
    (1, "[*<dict>.values()]"),
    (1, "(<list> and <list>)"),
)
ITERABLE: Table = (
    (2, "<list>"),
    (1, "range(<int0> % 4)"),
    (1, "<set>"),
    (1, "<tuple>"),
    (1, "<generator>"),
    (1, "map(sum, enumerate(<list>))"),
)
GENERATED: Table = (
    (1, "list<generator_expression>"),
    (1, "sorted<generator_expression>"),
    (1, "list(filter(None, <generator_expression>))"),
    (1, "list(<generator>)"),
)
LOUD: Table = (
    (4, "Loud(<int>)"),
    (3, "(<loud><gap><operator><gap><loud>)"),
    (2, "(<loud><gap><operator><gap><int>)"),
    (1, "(<int> + <loud>)"),
    (1, "(-<loud>)"),
    (1, "<loud>.made_of(<int>)"),
    (1, "(<loud> and <loud>)"),
    (1, "(<loud> or <loud>)"),
    (1, "(<loud> if <truth> else <loud>)"),
)


class Containers(Calls):
    """Makers for containers of numbers, and for `Loud` objects."""

    comprehending = False  # in a comprehension that runs in the function's own turn: it may be asynchronous

    def make_list(self, depth: int) -> str:
        if depth <= 0 or self.flat:
            return self.name("list") or self.form("[<int0>, <int0>]", 0)
        return self.choose(LIST, depth - 1)

    def display(self, depth: int) -> str:
        forms = ["*<list0>" if self.chance(0.15) else "<int>" for _ in range(self.number(0, 4))]
        return "[" + f",{self.gap()}".join(self.form(form, depth) for form in forms) + "]"

    # --- comprehensions ---

    def comprehension(self, depth: int, left: str = "[", right: str = "]") -> str:
        before = self.comprehending
        self.comprehending = left != "(" and not self.scope.simple
        with self.inner():
            clauses = "".join(self.clause(depth) for _ in range(1 if self.chance(0.75) else 2))
            element = self.element(depth)
            if left == "{:":
                element = f"str({element}): {self.of('int', depth)}"
        self.comprehending = before
        return f"{left[0]}{element}{self.gap()}{clauses.lstrip()}{right}"

    def clause(self, depth: int) -> str:
        """` for ... if ...`; the name it binds is known from then on. Called inside `inner`."""
        name = self.fresh("v")
        text = f" for {self.source(name, depth)}"
        stream = self.called("stream", 0) if self.may_wait(depth) else ""
        text = f" async for {name} in {stream}" if stream else text
        self.scope.variables.append(Variable(name, "int", mine=False))
        return text + (f"{self.gap()}if {self.truth(min(depth, 1))}" if self.chance(0.35) else "")

    def may_wait(self, depth: int) -> bool:
        inside = self.scope.kind in ("coroutine", "stream") and self.comprehending
        return inside and depth > 0 and not self.iterating

    def source(self, name: str, depth: int) -> str:
        if self.chance(0.15):
            return self.form(f"{name}, _ in <dict0>.items() for {name} in [len({name})]", 0)
        if self.chance(0.1):
            return self.form(f"[{name}, *_] in [<list0> or [0]]", 0)
        return f"{name} in {self.iterable(depth)}"

    def iterable(self, depth: int) -> str:
        """Something short to iterate over; a walrus is not allowed anywhere in it."""
        before, self.iterating = self.iterating, True
        text = self.choose(ITERABLE, depth)
        self.iterating = before
        return text

    def element(self, depth: int) -> str:
        """What a comprehension makes of its variables; now and then it binds a name around it."""
        outside = [v for v in self.assignable("int") if not v.kept]
        if self.scope.kind != "class" and outside and self.chance(0.12) and not self.flat and not self.iterating:
            return f"({self.random.choice(outside).name} := {self.of('int', depth)})"
        return self.of("int", depth)

    def generated(self, depth: int) -> str:
        return self.choose(GENERATED, depth)

    def generator_expression(self, depth: int) -> str:
        return self.comprehension(depth, "(", ")")

    def generator(self, depth: int) -> str:
        return self.called("generator", min(depth, 1)) or self.of("list", depth)

    # --- other containers ---

    def make_dict(self, depth: int) -> str:
        name = self.name("dict")
        if depth <= 0 or self.flat:
            return name or ("dict()" if self.flat else "{}")
        if name and self.chance(0.3):
            return name
        if self.chance(0.3):
            return self.comprehension(depth - 1, "{:", "}")
        if self.chance(0.15):
            return self.form("(<dict> | <dict>)", depth - 1)
        forms = ["<str>: <int>"] * self.number(0, 3) + (["**<dict0>"] if self.chance(0.2) else [])
        return "{" + f",{self.gap()}".join(self.form(form, depth - 1) for form in forms) + "}"

    def make_tuple(self, depth: int) -> str:
        name = self.name("tuple")
        if depth <= 0 or self.flat:
            return name or self.form("(<int0>,)", 0)
        if name and self.chance(0.3):
            return name
        forms = ["<int>"] * self.number(0, 3) + (["*<list0>"] if self.chance(0.2) else [])
        return "(" + "".join(self.form(f"{form},<gap>", depth - 1) for form in forms) + ")"

    def make_set(self, depth: int) -> str:
        name = self.name("set")
        if depth <= 0 or self.flat:
            return name or self.form("set([<int0>])", 0)
        if self.chance(0.4):
            return self.comprehension(depth - 1, "{", "}")
        return name if name and self.chance(0.4) else self.form("{<int>, <int>}", depth - 1)

    def make_loud(self, depth: int) -> str:
        name = self.name("loud")
        if name and (depth <= 0 or self.chance(0.5)):
            return name
        return self.form("Loud(<int0>)", 0) if depth <= 0 or self.flat else self.choose(LOUD, depth - 1)
