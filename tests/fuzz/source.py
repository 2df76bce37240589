"""Lines of a program under construction: indentation, odd layout, names, and what every part of the grammar asks."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

NEW = sys.version_info >= (3, 12)  # f-strings without limits, `type`, generics
# Weighted forms: text with holes.
Table = Sequence[tuple[int, str]]

KINDS = ("int", "float", "str", "bool", "list", "dict", "tuple", "set", "loud")
WORDS = ("ab", "cde", "", "x", "Zo", "k v", "né")
HOLE = re.compile(r"<([a-z_]+)(0?)>")
CHOICES = {  # what a hole stands for that is none of the kinds and has no maker
    "any": ("<int>", "<str>", "<list>", "<dict>", "<tuple>", "<bool>", "<float>", "<set>", "<loud>"),
    "sized": ("<list>", "<str>", "<dict>", "<set>", "<tuple>"),
    "held": ("<list>", "<tuple>", "<set>", "<loud>"),
    "sign": ("-", "~", "+", "- -"),
    "member": (".value", "[<int>]", ".missing", "(<int>)", ".doubled()", ".half", ".made"),
    "change": ("upper", "title", "strip", "swapcase"),
    "fold": ("max", "min"),
    "error": ("ValueError(<int>)", "KeyError(<str>)", "Mishap(<int>)", "RuntimeError(<str>)"),
    "operator": ("+", "-", "*", "@", "&", "|", "^", "//", "%"),
}
ROOM = 160  # how often a function's statements may run, all its callers counted


@dataclass(slots=True, eq=False)
class Variable:
    """A name that holds a value now. `kind` is int, float, str, bool, list, dict, tuple, set or loud."""

    name: str
    kind: str
    mine: bool = True  # assigned in the scope at hand, so it may be assigned again
    kept: bool = False  # a closure reads it, or it is global: never deleted
    declared: bool = False  # global or nonlocal here, or no name at all but an attribute


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `style` is only, plain, star, key or double."""

    name: str
    style: str
    default: bool = False
    fuel: bool = False  # counts the calls of a function by itself


@dataclass(slots=True)
class Function:
    """What a caller must know. `kind` is function, generator, coroutine or stream (an asynchronous generator)."""

    name: str
    kind: str
    parameters: list[Parameter]
    cost: int = 1
    raises: bool = False


@dataclass(slots=True)
class Scope:
    """A function, class or module while it is written."""

    kind: str  # module, class, function, generator, coroutine, stream
    variables: list[Variable] = field(default_factory=list)
    cost: int = 1
    raises: bool = False
    times: int = 1  # how often the statement at hand runs, by the loops around it
    loops: int = 0
    final: int = 0  # `finally` blocks around within the loop: no `continue` out of them, no value returned
    guarded: int = 0  # `try` blocks around that catch everything
    simple: bool = False  # inside a lambda or comprehension: no walrus, yield or await


@dataclass(slots=True)
class Line:
    """A piece of source: `simple` where it may share its line with others."""

    indent: str
    text: str
    simple: bool


class Source:
    """Writes lines, and answers what is random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[Line] = []
        self.indent = ""
        self.flat = 0  # within an f-string: no line ends, no other strings
        self.quote = '"'  # for a text within an f-string
        self.counter = 0
        self.scopes: list[Scope] = [Scope("module")]
        self.functions: list[Function] = []

    # --- chance ---

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def choose(self, table: Table, depth: int) -> str:
        """One of the weighted forms, made."""
        return self.form(self.random.choices([form for _, form in table], [weight for weight, _ in table])[0], depth)

    def form(self, text: str, depth: int) -> str:
        """A text with its `<holes>` filled: `<int>` at this depth, `<int0>` as simple as can be."""
        return HOLE.sub(lambda hole: self.filled_hole(hole[1], 0 if hole[2] else depth), text)

    def filled_hole(self, kind: str, depth: int) -> str:
        if kind in CHOICES:
            return self.form(self.random.choice(CHOICES[kind]), depth)
        return self.of(kind, depth) if kind in KINDS else str(getattr(self, kind)(depth))

    def of(self, kind: str, depth: int = 2) -> str:
        """An expression of a kind."""
        return str(getattr(self, f"make_{kind}")(depth))

    def word(self, depth: int = 0) -> str:
        """A literal text; within an f-string in the other quotes."""
        word = self.random.choice(WORDS)
        return f"{self.quote}{word}{self.quote}" if self.flat else repr(word)

    def joined(self, left: str, operator: str, right: str) -> str:
        return f"({left}{self.gap()}{operator}{self.gap()}{right})"

    # --- names ---

    @property
    def scope(self) -> Scope:
        return self.scopes[-1]

    def fresh(self, stem: str) -> str:
        self.counter += 1
        return f"{stem}{self.counter}"

    def name(self, kind: str) -> str | None:
        """Some variable of a kind."""
        known = self.readable(kind)
        return self.random.choice(known).name if known else None

    def any_kind(self) -> str:
        return self.random.choice(["int", "int", *KINDS])

    def declare(self, kind: str, stem: str = "") -> str:
        """A new variable of the scope at hand, from the next statement on."""
        name = self.fresh(stem or kind[0])
        self.scope.variables.append(Variable(name, kind))
        return name

    def readable(self, kind: str) -> list[Variable]:
        return [variable for variable in self.scope.variables if variable.kind == kind]

    def assignable(self, kind: str) -> list[Variable]:
        return [variable for variable in self.readable(kind) if variable.mine]

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Variables made within may not exist afterwards."""
        before = list(self.scope.variables)
        yield
        kept = [variable for variable in before if variable in self.scope.variables]
        self.scope.variables[:] = kept

    # --- lines ---

    def simple(self, text: str) -> None:
        """A simple statement, now and then behind a semicolon or broken by a backslash."""
        last = self.lines[-1] if self.lines else None
        if last is not None and last.simple and last.indent == self.indent and self.chance(0.06):
            last.text += f"; {text}"
        else:
            self.lines.append(Line(self.indent, text, True))

    def other(self, text: str) -> None:
        self.lines.append(Line(self.indent, text, False))

    def block(self, header: str, body: Callable[[], object]) -> None:
        """`header:` and its body, on one line where that is allowed and chance has it."""
        outside, around = self.lines, self.indent
        self.lines, self.indent = [], around + self.random.choice(["    ", "    ", "  ", "\t"])
        body()
        inside, self.lines, self.indent = self.lines, outside, around
        inside = inside or [Line(around + "    ", "pass", True)]
        if len(inside) <= 2 and all(line.simple for line in inside) and self.chance(0.3):
            self.other(f"{header}: {'; '.join(line.text for line in inside)}")
        else:
            self.other(f"{header}:{self.remark()}")
            self.lines += inside

    def remark(self) -> str:
        return self.random.choice(["  # so far", " # é ü", "   "]) if self.chance(0.04) else ""

    def gap(self, depth: int = 0) -> str:
        """What may stand between two tokens inside parentheses."""
        if self.flat or not self.chance(0.03):
            return " "
        return self.random.choice(["\n", "  # an aside\n", " \\\n"]) + " " * self.number(0, 9)

    def text(self) -> str:
        """The program."""
        return "".join(f"{line.indent}{line.text}\n" + self.blank() for line in self.lines)

    def blank(self) -> str:
        if not self.chance(0.05):
            return ""
        return self.random.choice(["\n", "# aside\n", "   \n", "            # far out\n", "\f\n", "\n\n"])
