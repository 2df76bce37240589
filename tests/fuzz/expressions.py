"""Random numbers, texts and truths, that seldom fail and often have side effects."""

from __future__ import annotations

from tests.fuzz.source import ROOM, Source, Table

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

INT: Table = (
    (10, "<leaf>"),
    (14, "<arithmetic>"),
    (4, "(<sign><int>)"),
    (4, "len(<sized>)"),
    (5, "(<int><gap>if <truth> else<gap><int>)"),
    (6, "<item>"),
    (4, "<said>"),
    (9, "<call>"),
    (3, "<lambda_call>"),
    (3, "<folded>"),
    (4, "<loud><member>"),
    (3, "<walrus>"),
    (1, "(<int><gap>and<gap><int>)"),
    (1, "(<int><gap>or<gap><int>)"),
    (2, "<parsed>"),
    (2, "<waiting>"),
    (2, "<risky>"),
    (1, "Mortal(<int>).n"),
    (1, "age(Mortal(<int>))"),
    (1, "<loud>[<int0>, <int0>:<int>, ...]"),
    (1, "<loud>[*<list0>, <int>]"),
    (1, "(<loud><gap>.made_of(<int>)<gap>.made_of(<int>)<gap>.value)"),
)
RISKY: Table = (
    (3, "(<int> // <int>)"),
    (2, "[<int>][<int>]"),
    (1, "(None).real"),
    (1, "<word>.nothing"),
    (1, "(undefined + <int>)"),
    (1, "int(<word>)"),
    (1, "(1 + <word>)"),
    (1, "say(1, 2, <int>)"),
)
FLOAT: Table = (
    (1, "(<float> + <int> % 100)"),
    (1, "round(<float> / 3, 3)"),
    (1, "float(<int>)"),
    (1, "abs(<float> - 1e3)"),
    (1, "1e-3"),
)
TEXT: Table = (
    (4, "<str0>"),
    (4, "(<str> + <str>)[:20]"),
    (8, "<formatted>"),
    (3, "str(<any>)[:30]"),
    (2, "(<str> * (<int> % 3))"),
    (3, "<str>.<change>()"),
    (2, "<str>[<slice>]"),
    (2, "'-'.join(map(str, <list>))[:30]"),
    (1, "(b'%d' % <int>).decode()"),
    (1, "('%s|%5d' % (<str>, <int>))"),
    (1, "'{:>{}}'.format(<str>, <int0> % 9)"),
)
TRUTH: Table = (
    (8, "<comparison>"),
    (3, "<chained>"),
    (5, "<both>"),
    (3, "(not <truth>)"),
    (2, "(<int> in <held>)"),
    (1, "(<str> not in <dict>)"),
    (1, "isinstance(<truth>, int)"),
    (1, "(<loud> is not None)"),
    (1, "any(map(bool, <list>))"),
)
FOLDED: Table = (
    (2, "<fold>(<list>, default=<int0>)"),
    (1, "len(sorted(<list>, key=lambda v: -v))"),
    (1, "int(sum(<list>))"),
    (1, "int(any(<list>))"),
    (1, "int(all(<list>))"),
    (1, "len(<list>)"),
)
SPECIFICATIONS = ("", "", "!r", "!s:>7", "=", " = ", "=!r", ":", ":>{<int0> % 9}", "!a")


class Expressions(Source):
    """Each maker answers text that may stand anywhere an operand may: parenthesised where it must be."""

    iterating = False  # within what a comprehension or a loop goes through: no walrus

    # --- numbers ---

    def leaf(self, depth: int = 0) -> str:
        name = self.name("int")
        if name and self.chance(0.75):
            return name
        return str(self.number(0, 12)) if self.chance(0.9) else self.random.choice(["0x1f", "1_0", "0b11", "True"])

    def make_int(self, depth: int) -> str:
        return self.leaf() if depth <= 0 else self.choose(INT, depth - 1)

    def arithmetic(self, depth: int) -> str:
        left, right = self.of("int", depth), self.of("int", depth)
        operator = self.random.choice(["+", "-", "*", "+", "-", "&", "|", "^", "//", "%", "<<", ">>", "**"])
        if operator in ("//", "%"):
            return self.joined(left, operator, f"({right} or {self.number(1, 5)})")
        if operator in ("<<", ">>"):
            return self.joined(f"({left} % 50)", operator, f"({right} % 5)")
        if operator == "**":
            return self.joined(f"({left} % 7)", operator, f"({right} % 4)")
        whole = self.joined(left, operator, right)
        return f"({whole} % 1009)" if operator == "*" else whole

    def item(self, depth: int) -> str:
        kind = self.random.choice(["list", "dict", "tuple"])
        name = self.name(kind)
        if name is None:
            return self.leaf()
        get = f"{name}.get(<str0>, <int0>)"
        return self.form(get if kind == "dict" else f"({name} or [0])[<int> % len({name} or [0])]", depth)

    def said(self, depth: int) -> str:
        return self.form("say(<word>, <int>)", depth) if self.room(1) else self.leaf()

    def folded(self, depth: int) -> str:
        return self.choose(FOLDED, depth)

    def walrus(self, depth: int) -> str:
        known = [variable for variable in self.assignable("int") if not variable.kept]
        if self.scope.simple or self.iterating or self.scope.kind == "class" or not known or self.flat:
            return self.leaf()
        return f"({self.random.choice(known).name} := {self.of('int', depth)})"

    def parsed(self, depth: int) -> str:
        return self.leaf() if self.flat else self.form("int(str(+<int>)[:3].strip('-') or 0)", depth)

    def waiting(self, depth: int) -> str:
        """`await` and `yield`, where they are allowed."""
        if self.scope.simple or self.flat or self.scope.final:
            return self.leaf()
        if self.scope.kind == "generator":
            return self.form("((yield <int>) or <int0>)", depth)
        called = self.called("coroutine", depth) if self.scope.kind in ("coroutine", "stream") else ""
        return f"(await {called})" if called else self.leaf()

    def risky(self, depth: int) -> str:
        """What may well raise: only where somebody catches it."""
        return self.choose(RISKY, depth) if self.scope.guarded else self.leaf()

    def make_float(self, depth: int) -> str:
        return self.name("float") or f"{self.number(0, 9)}.5" if depth <= 0 else self.choose(FLOAT, depth - 1)

    # --- text ---

    def make_str(self, depth: int) -> str:
        name = self.name("str")
        if depth <= 0 or self.flat:
            return name if name and self.chance(0.6) else self.word()
        return self.choose(TEXT, depth - 1)

    def formatted(self, depth: int) -> str:
        """An f-string: conversions, `=`, nested specifications."""
        quote = self.random.choice(["'", "'", "'''", 'r"'])
        before, self.quote = self.quote, "'" if '"' in quote else '"'
        self.flat += 1
        parts = [self.field(depth) for _ in range(self.number(1, 3))]
        self.flat -= 1
        self.quote, end = before, quote.lstrip("r")
        text = f"{'rf' if quote[0] == 'r' else 'f'}{end}{''.join(parts)}{end}"
        return self.form(f"({text}<gap>'tail'<gap>f'{{<int0>}}')", 0) if self.chance(0.1) else text

    def field(self, depth: int) -> str:
        value = self.of(self.random.choice(["int", "str", "bool", "loud", "float"]), depth)
        value = f" {value} " if value.startswith("{") else value
        before = self.random.choice(["", "{{", "a ", "é"])
        return f"{before}{{{value}{self.form(self.random.choice(SPECIFICATIONS), 0)}}}"

    def slice(self, depth: int) -> str:
        ends = [self.of("int", 0) if self.chance(0.6) else "" for _ in range(2)]
        return ":".join(ends) + (f":{self.random.choice(['2', '-1', '', '-2'])}" if self.chance(0.4) else "")

    # --- truth ---

    def truth(self, depth: int) -> str:
        """What stands in a test: of any kind."""
        return self.of(self.random.choice(["bool", "bool", "bool", "int", "loud", "str", "list"]), depth)

    def make_bool(self, depth: int) -> str:
        if depth <= 0:
            return self.name("bool") or self.random.choice(["True", "False"])
        return self.choose(TRUTH, depth - 1)

    def comparison(self, depth: int) -> str:
        kind = self.random.choice(["int", "int", "str", "loud", "list"])
        return self.joined(self.of(kind, depth), self.random.choice(COMPARISONS), self.of(kind, depth))

    def chained(self, depth: int) -> str:
        kind = self.random.choice(["int", "loud"])
        more = (f" {self.random.choice(COMPARISONS)} {self.of(kind, depth)}" for _ in range(self.number(2, 3)))
        return f"({self.of(kind, depth)}{''.join(more)})"

    def both(self, depth: int) -> str:
        operator = self.random.choice([" and ", " or "])
        parts = operator.join(self.truth(depth) for _ in range(self.number(2, 3)))
        return f"bool({parts})" if self.chance(0.5) else f"({parts})"

    # --- calls ---

    def room(self, cost: int) -> bool:
        """True where this scope may spend that much more; then it is spent."""
        whole = cost * self.scope.times
        if whole > ROOM or self.scope.cost + whole > 4 * ROOM:
            return False
        self.scope.cost += whole
        return True

    def call(self, depth: int) -> str:
        return self.called("function", depth) or self.leaf()

    def called(self, kind: str, depth: int) -> str:
        """A call of one of the program's functions of a kind; nothing where there is none to afford."""
        raise NotImplementedError
