"""Source -> Instrumented: a program that records itself, and the static structure to read the record with."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracec.passes.errors import TracecError
from tracec.passes.instrument.definitions import Definitions
from tracec.passes.instrument.hooks import BUILTINS, table
from tracec.passes.instrument.proof import prove
from tracec.passes.instrument.text import Place, render
from tracec.passes.source import Source
from tracec.passes.trace import Structure

GRAINS = ("calls", "values")
OURS = re.compile("|".join(sorted(BUILTINS)))


@dataclass(frozen=True, slots=True)
class Instrumented:
    """`tree` is the program, every position as in the original; `packed` its structure as rows of plain data.

    `place` gives the lines and columns, in characters, of a node that is the user's.
    """

    source: Source
    tree: ast.Module
    packed: Mapping[str, Any]
    place: Place

    @property
    def structure(self) -> Structure:
        """What the linker needs."""
        return Structure.unpack(self.packed)

    @property
    def text(self) -> str:
        """The same program for people: the user's own text with the hooks in it. It runs as it is.

        Raises TracecError where the text cannot hold the hooks: Python allows 200 parentheses around an expression.
        """
        key, count = self.packed["key"], len(self.packed["segments"])
        text = render(self.source.text, self.tree, self.place, key, table(key), count)
        prove(self.source.path, text, self.tree)
        return text


def instrument(source: Source, grain: str = "values", key: str = "", *, careful: bool = False) -> Instrumented:
    """Instrument a module. `key` names the structure in logs; by default the source's SHA-256.

    `careful` recording never prolongs the life of a value, at the price of a call for each. Raises TracecError with
    `path:line` where the file has a syntax error, or uses names that are ours.
    """
    tree = parse(source)
    ours = OURS.search(source.text)
    if ours is not None:
        line = source.text.count("\n", 0, ours.start()) + 1
        raise TracecError(f"uses the name {ours[0]}, which is tracec's", "rename it", path=source.path, line=line)
    layout = Definitions(source, grain, key or source.sha256[:16], careful)
    layout.module(tree)
    return Instrumented(source, tree, layout.pack(), layout.span)


def parse(source: Source) -> ast.Module:
    """The syntax tree; TracecError at the line of a syntax error."""
    try:
        return ast.parse(source.text)
    except SyntaxError as error:
        raise TracecError(
            f"syntax error: {error.msg}", "mend it first", path=source.path, line=error.lineno or 1
        ) from None
    except ValueError as error:
        raise TracecError(f"cannot be read: {error}", "mend it first", path=source.path, line=1) from None
