"""A function and the place at which a decorator was applied -> its text without that decorator, by syntax."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass
from types import CodeType
from typing import Any

from tracec.opto.engine.places import Place


@dataclass(frozen=True, slots=True)
class Written:
    """A function as it is written. `text` is what stands below the decorator, dedented, and `line` where it begins.

    `above` are the lines of the decorators down to that one, dedented.
    """

    path: str
    line: int
    text: str
    above: str = ""

    @property
    def head(self) -> str:
        """The lines of the text from `def` to the colon, and the docstring."""
        definition = definition_in(self.text)
        if definition is None:
            return self.text.partition("\n")[0]
        first, lines = definition.body[0], self.text.split("\n")
        parts = [node.end_lineno or 0 for node in ast.walk(definition.args) if isinstance(node, ast.expr | ast.arg)]
        last = max([definition.lineno, definition.returns.end_lineno or 0 if definition.returns else 0, *parts])
        while last < first.lineno and not lines[last - 1].partition("#")[0].rstrip().endswith(":"):
            last += 1
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            last = first.end_lineno or last
        return "\n".join(lines[definition.lineno - 1 : last])


def definition_in(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The last function that a text defines at its top; None where it defines none, or is no program."""
    try:
        found = [one for one in ast.parse(text).body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    except (SyntaxError, ValueError):
        return None
    return found[-1] if found else None


def code_of(function: Any) -> CodeType | None:
    """The code of a function, below its decorators; None where it is not written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code if isinstance(code, CodeType) else None


def written(function: Any, applied: Place | None) -> Written | None:
    """How a function is written; None for a lambda, and where there is no source."""
    code = code_of(function)
    if code is None or code.co_name == "<lambda>":
        return None
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        return None
    indented = lines[0][:1] in " \t"
    try:
        tree = ast.parse("if 1:\n" * indented + "".join(lines))
    except SyntaxError:
        return None
    body: Any = tree.body[0].body[0] if indented else tree.body[0]  # type: ignore[attr-defined]
    if not isinstance(body, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    shift = indented + 1  # lines of the tree count from 1, and below the `if`
    start = below(body, applied, first - shift)
    own = lines[start - shift : (body.end_lineno or body.lineno) - shift + 1]
    above = textwrap.dedent("".join(lines[: start - shift]))
    return Written(code.co_filename, first + start - shift, textwrap.dedent("".join(own)).rstrip(), above)


def below(body: ast.FunctionDef | ast.AsyncFunctionDef, applied: Place | None, shift: int) -> int:
    """The line, in the tree, of what stands below the decorator that was applied; all of it where none of them was."""
    decorators = body.decorator_list
    places = [(d.lineno + shift, (d.end_lineno or 0) + shift, d.col_offset, d.end_col_offset) for d in decorators]
    found = places.index(applied.positions) + 1 if applied is not None and applied.positions in places else 0
    return decorators[found].lineno if found < len(decorators) else body.lineno
