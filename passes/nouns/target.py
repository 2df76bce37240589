"""Target: what may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tracec.passes.nouns.span import Span

Kind = Literal["code", "expression", "text", "number", "choice"]
VALUES: frozenset[Kind] = frozenset(("text", "number", "choice"))
TUNED: frozenset[Kind] = frozenset(("number", "choice"))  # a tuner sets them, never a model
VALUE_MARKS = frozenset(["param", "choice"])  # the functions of runtime/marks.py that mark a value and give it back


@dataclass(frozen=True, slots=True)
class Target:
    """What may change: a function, prompt, number or choice that the user marked or named.

    `value` is source text: of kind `code` the whole definition with its decorators, dedented; of kind `expression` what
    a module or class assigns to a name of its own; else the literal.
    """

    id: str  # path:qualname, the path as shown to the user; `#2` and on for the second and later ones of one name
    kind: Kind
    qualname: str
    span: Span
    value: str
    goal: str = ""
    constraints: tuple[str, ...] = ()
    marked: bool = False

    def constraint(self, name: str) -> str:
        """Find the text behind `name=` among the constraints; "" where there is none."""
        found = (text for text in self.constraints if text.partition("=")[0].strip() == name)
        return next(found, "").partition("=")[2].strip()
