"""Parameters -> a patch of the files that they come from, made and proved by `tracec.passes.patch`.

The body of a trainable function changes below its decorators; of `node("...", trainable=True)` the literal does.
"""

from __future__ import annotations

import ast
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracec.passes.nouns.edits import Edit, Refused, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.patch import apply
from tracec.passes.patch.place import split_lines
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.unified_diff import unified
from tracec.project import patch_store
from tracec.project.paths import project_root

NOT_WRITTEN = "{name} does not stand in a file as a literal or a definition: it is not in the patch ({why})"
KINDS = ((str, "text"), (bool, "choice"), (int, "number"), (float, "number"))


@dataclass(frozen=True, slots=True)
class Patch:
    """A change of files that is kept, as `tracec patch ls` shows; `record` is None where nothing changed."""

    root: Path
    record: patch_store.PatchRecord | None
    diff: str

    def show(self) -> None:
        """Print it as a unified diff."""
        print(self.diff, end="")

    def apply(self) -> None:
        """Write the files; TracecError where one is no longer what it was."""
        if self.record is not None:
            patch_store.apply(self.root, self.record.id, outside=True)

    def undo(self) -> None:
        """Take it back."""
        if self.record is not None:
            patch_store.undo(self.root, self.record.id, outside=True)

    def __bool__(self) -> bool:
        return self.record is not None

    def __str__(self) -> str:
        return self.diff


def patch_of(parameters: list[Any], *, optimizer: str = "opto", root: str | os.PathLike[str] | None = None) -> Patch:
    """What parameters have become, kept below `.tracec/patches` of the project, of the current folder unless `root`."""
    home = project_root(Path(root) if root is not None else Path.cwd())
    found = [one for parameter in parameters if (one := placed(parameter)) is not None]
    sources = {target.span.path: read(home, target.span.path) for target, _ in found}
    made = apply(sources, [target for target, _ in found], [edit for _, edit in found])
    if isinstance(made, Refused):
        raise TracecError(made.reason)
    texts = {path: text for path, text in made.items() if text != sources[path].text}
    inside = {path: within(home, path) for path in texts}
    diff = "".join(unified(inside[p], sources[p].text, texts[p]) for p in sorted(texts))
    if not texts:
        return Patch(home, None, "")
    names = ", ".join(target.qualname for target, _ in found)
    target = found[0][0]
    record = patch_store.PatchRecord(
        target=f"{inside.get(target.span.path, target.span.path)}:{target.qualname}",
        optimizer=optimizer,
        message=f"learned: {names}",
    )
    befores = {inside[path]: sources[path] for path in texts}
    return Patch(home, patch_store.keep(home, record, befores, {inside[p]: text for p, text in texts.items()}), diff)


def read(root: Path, path: str) -> Source:
    """A file as it is on disk."""
    return Source.decode(path, Path(path).read_bytes())


def within(root: Path, path: str) -> str:
    """A path as the project's root sees it."""
    full = Path(os.path.abspath(path))
    return str(full.relative_to(root)) if full.is_relative_to(root) else str(full)


def placed(parameter: Any) -> tuple[Target, Edit] | None:
    """Where a parameter stands in its file, and the edit that makes it what it is now; None where nothing changed.

    One that does not stand in a file is warned of.
    """
    try:
        return of_code(parameter) if parameter.origin is not None else of_literal(parameter)
    except (TracecError, OSError) as error:
        warnings.warn(NOT_WRITTEN.format(name=parameter.name, why=error), stacklevel=4)
        return None


def of_code(parameter: Any) -> tuple[Target, Edit] | None:
    """The definition of a bundled function, with its decorators as they are."""
    function = parameter.origin
    own = function.written
    if own is None:
        raise TracecError("there is no source")
    if parameter._data == own.text:
        return None
    first = own.line - own.above.count("\n")
    span = Span(own.path, first, 0, own.line + own.text.count("\n"), 0)
    name = function.fun_name
    old = f"{own.above}{own.text}"
    target = Target(f"{own.path}:{name}", "code", name, span, old)
    return target, ReplaceDefinition(target.id, f"{own.above}{alone(parameter._data, name)}")


def alone(text: str, name: str) -> str:
    """The definition in a text; TracecError where it has other statements, which have no place in the file."""
    body = ast.parse(text).body
    if len(body) != 1:
        raise TracecError(f"{name} learned more than one definition", "write what it needs into the function")
    return text.strip("\n")


def of_literal(parameter: Any) -> tuple[Target, Edit] | None:
    """The literal in the call of `node` that made the parameter."""
    place = parameter.place
    if place is None or not os.path.isfile(place.path):
        raise TracecError("there is no file")
    source = read(Path.cwd(), place.path)
    call = call_at(source.text, place.positions)
    value = call.args[0] if call is not None and call.args else None
    if value is None:
        value = next((k.value for k in (call.keywords if call else ()) if k.arg in ("data", "value")), None)
    if value is None or not is_literal(value):
        raise TracecError("there is no literal")
    if ast.literal_eval(value) == parameter._data and type(ast.literal_eval(value)) is type(parameter._data):
        return None
    lines = split_lines(source.text)
    last = value.end_lineno or value.lineno
    start = characters(lines[value.lineno - 1], value.col_offset)
    span = Span(place.path, value.lineno, start, last, characters(lines[last - 1], value.end_col_offset or 0))
    text = ast.get_source_segment(source.text, value) or ""
    name = f"{place.function}.{parameter.py_name}".removeprefix("<module>.")
    kind: Any = next((word for one, word in KINDS if isinstance(parameter._data, one)), "choice")
    target = Target(f"{place.path}:{name}@{value.lineno}", kind, name, span, text)
    return target, SetLiteral(target.id, repr(parameter._data))


def is_literal(value: ast.expr) -> bool:
    """Whether an expression is a literal."""
    try:
        ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError):
        return False
    return True


def call_at(text: str, positions: tuple[int, int, int, int]) -> ast.Call | None:
    """The call that stands at a place."""
    for node in ast.walk(ast.parse(text)):
        found = isinstance(node, ast.Call)
        if found and (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == positions:  # type: ignore[attr-defined]
            return node  # type: ignore[return-value]
    return None
