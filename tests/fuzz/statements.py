"""Random statements: assignments of every form, branches, loops, handlers, `with`, `match`, and ways out of them."""

from __future__ import annotations

from tests.fuzz.containers import Containers
from tests.fuzz.patterns import Patterns
from tests.fuzz.source import NEW, Table, Variable

SIMPLE: Table = (
    (16, "assign"),
    (10, "report"),
    (7, "augment"),
    (4, "unpack"),
    (3, "into"),
    (2, "delete"),
    (2, "assertion"),
    (1, "annotate"),
    (1, "chain"),
    (2, "mutate"),
    (1, "show_locals"),
    (5, "oddity"),
)
COMPOUND: Table = (
    (9, "branch"),
    (7, "loop"),
    (3, "repeat"),
    (7, "guard"),
    (4, "using"),
    (4, "matching"),
    (2, "grouped"),
    (3, "drive"),
    (1, "block_of_async"),
)
UNPACKINGS = (
    "{0}, {1} = {2}, {2}",
    "({0}, *{3}) = [{2}, *{4}]",
    "[{0}, ({1}, *{3})] = {2}, [0, *{4}]",
    "*{3}, {0} = *{4}, {2}",
)
RAISES = (
    "raise <error>",
    "raise <error> from None",
    "raise <error> from OSError(1)",
    "raise Mishap",
    "raise ExceptionGroup(<word>, [<error>, TypeError()])",
)
# `$` is a new name, that nobody reads later.
ODDITIES = (
    "Mortal(<int>)",
    "$ = Mortal(<int>); $ = None",
    "$ = Mortal(<int>); say(<word>, $.n); del $",
    "$ = [Mortal(<int>), Mortal(<int>)]; say(<word>, $.pop().n); $ = 0",
    "say(<word>, [Mortal(v) for v in <iterable>][:1] and 1)",
    "say(<word>, (lambda m: m.n)(Mortal(<int>)))",
    "print(*<list>, sep=<word>, **{'end': '.\\n'})",
    "...",
    "'no docstring'",
    "import math as $, os.path",
    "from itertools import chain as $",
    "$: <any>",
    "*$, = <list>",
    "$ = *<list>, <int>",
    "$, $x = <int>, Mortal(<int>); del ($, $x)",
    "$ = lambda *, k=<int0>: k; say(<word>, $())",
    "$ = lambda: Mortal(7); $(); $()",
)
NEW_ODDITIES = ("type $ = dict[str, $]", "type $[T] = list[T]", 'print(f"{<int>} {f"{<int>}"}")') if NEW else ()
AUGMENTED = ("+=", "-=", "*=", "|=", "&=", "^=", "//=", "%=", "<<=", ">>=", "**=")


class Statements(Patterns, Containers):
    """`body` writes a few statements into the block at hand."""

    def body(self, count: int, depth: int) -> None:
        """Statements whose variables do not outlive them."""
        with self.passing():
            for _ in range(count):
                if not self.statement(depth):
                    break

    def statement(self, depth: int) -> bool:
        """One statement; False where nothing may follow it."""
        if self.scope.kind not in ("module", "class") and self.chance(0.05):
            return self.leave()
        compound = depth > 0 and self.chance(0.4)
        table = COMPOUND if compound else SIMPLE
        maker = self.random.choices([name for _, name in table], [weight for weight, _ in table])[0]
        getattr(self, maker)(*[depth - 1] if compound else [])
        self.scope.cost += self.scope.times
        return True

    # --- simple ---

    def assign(self) -> None:
        kind = self.any_kind()
        known = self.assignable(kind)
        value = self.of(kind, 3)
        if kind == "float" and self.chance(0.5):
            value = f"{value} \\\n    + {self.make_int(1)} % 7"
        name = self.random.choice(known).name if known and self.chance(0.4) else self.declare(kind)
        self.simple(f"{name} = {value}")

    def report(self) -> None:
        parts = [self.of(self.any_kind(), 2) for _ in range(self.number(1, 2))]
        self.simple(self.random.choice([f"say({self.word()}, {parts[0]})", f"print({f',{self.gap()}'.join(parts)})"]))

    def augment(self) -> None:
        known = self.assignable("int")
        places = [variable.name for variable in known]
        for loud in self.readable("loud"):
            places += [f"{loud.name}.value", self.form(f"{loud.name}[<int>]", 1)]
        if not places:
            return self.assign()
        place, operator, value = self.random.choice(places), self.random.choice(AUGMENTED), self.make_int(2)
        if operator in ("//=", "%="):
            value = f"{value} or 3"
        elif operator in ("<<=", ">>=", "**="):
            value = f"abs({value}) % 3"
        self.simple(f"{place} {operator} {value}")
        if operator in ("<<=", "*=", "**="):
            self.simple(f"{place} %= 1009")

    def unpack(self) -> None:
        more = self.make_list(1)
        first, second, rest = self.fresh("n"), self.fresh("n"), self.fresh("l")
        form = self.random.choice(UNPACKINGS)
        self.simple(form.format(first, second, self.make_int(1), rest, more))
        self.scope.variables.append(Variable(first, "int"))
        if "{1}" in form:
            self.scope.variables.append(Variable(second, "int"))
        if "{3}" in form:
            self.scope.variables.append(Variable(rest, "list"))

    def into(self) -> None:
        """Assignments to attributes, items and slices."""
        loud, lists, dicts = self.name("loud"), self.name("list"), self.name("dict")
        places = [f"{loud}.value", f"{loud}[{self.make_int(1)}]", f"{loud}.extra"] if loud else []
        places += [f"{dicts}[{self.make_str(1)}]"] if dicts else []
        if lists and self.chance(0.4):
            self.simple(f"{lists}[{self.make_int(0)} % 3:{self.make_int(0)}] = {self.make_list(1)}[:2]")
            return self.simple(f"del {lists}[6:]")  # or a loop over it never ends
        if not places:
            return self.assign()
        place = self.random.choice(places)
        self.simple(f"{place} = {self.random.choice(places) + ' = ' if self.chance(0.15) else ''}{self.make_int(2)}")

    def delete(self) -> None:
        gone = [variable for variable in self.scope.variables if variable.mine and not variable.kept]
        dicts, loud = self.name("dict"), self.name("loud")
        if dicts and self.chance(0.3):
            return self.simple(f"{dicts}['gone'] = 1; del {dicts}['gone']")
        if loud and self.chance(0.4):
            return self.simple(f"del {loud}[{self.make_int(1)}]")
        if gone and not self.scope.loops and not self.scope.final:
            variable = self.random.choice(gone)
            self.scope.variables.remove(variable)
            self.simple(f"del {variable.name}")

    def assertion(self) -> None:
        if self.scope.guarded and self.chance(0.5):
            return self.simple(f"assert {self.truth(2)}, {self.make_str(2)}")
        self.simple(f"assert {self.truth(1)} or True")

    def annotate(self) -> None:
        kind = self.random.choice(["int", "str", "list"])
        value = self.of(kind, 2)
        self.simple(f"{self.declare(kind)}: {kind} = {value}")

    def chain(self) -> None:
        value = self.make_int(2)
        self.simple(f"{self.declare('int')} = {self.declare('int')} = {value}")

    def mutate(self) -> None:
        name = self.name("list")
        if name is None:
            return self.assign()
        method = self.random.choice(["append", "remove", "count"] if self.scope.guarded else ["append"])
        self.simple(self.form(f"{name}.{method}(<int>)", 2))
        self.simple(f"del {name}[4:]")

    def oddity(self) -> None:
        """What is seldom written, and objects that say when they die."""
        chosen = self.random.choice(ODDITIES + NEW_ODDITIES)
        self.simple(self.form(chosen, 1).replace("$", self.fresh("z")))

    def show_locals(self) -> None:
        """Only functions: a module's has much in it that is not the program's."""
        if self.scope.kind in ("function", "generator", "coroutine"):
            self.simple("print(sorted(locals()))")

    def leave(self) -> bool:
        """Ways out of a block: True where there was none."""
        kind = self.scope.kind
        if self.scope.loops and self.chance(0.6):
            self.simple(self.random.choice(["break", "continue"]))
        elif self.scope.guarded and self.chance(0.5):
            self.simple(self.raising())
        elif kind in ("function", "coroutine"):
            self.simple(f"return {self.make_int(2)}")
        elif kind == "generator":
            self.simple(self.random.choice(["return", f"return {self.make_int(1)}"]))
        else:
            self.simple("return")
        return False

    def raising(self) -> str:
        """A `raise` of every form."""
        return self.form(self.random.choice(RAISES), 1)
