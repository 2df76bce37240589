"""A model -> its class as plain Python: with the values of its nodes, the code that it learned, and what it imports."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from tracec.opto.engine.kinds import Node
from tracec.opto.trace.containers import is_bundle
from tracec.passes.nouns.errors import TracecError

Change = tuple[int, int, str]  # from a line and to a line, counted from 0, the end exclusive; and what stands there


def exported(model: Any) -> str:
    """The text. Comments, base classes and class variables stay; decorators of ours are taken away."""
    written = getattr(type(model), "_written_class", type(model))
    try:
        lines = textwrap.dedent(inspect.getsource(written)).splitlines()
    except (OSError, TypeError):
        what = f"the source of {written.__name__} is not in a file"
        raise TracecError(what, "define it in a file, or use model.save(FILE)") from None
    tree = ast.parse("\n".join(lines)).body[0]
    assert isinstance(tree, ast.ClassDef)
    for first, last, text in sorted(changes(model, tree, lines), reverse=True):
        lines[first:last] = text.split("\n") if text else []
    body = "\n".join(line for line in lines).strip("\n") + "\n"
    needed = [*imports_for(written, body)]
    return "\n".join([*needed, "", "", body]) if needed else body


def changes(model: Any, tree: ast.ClassDef, lines: Sequence[str]) -> Iterator[Change]:
    """What is to be exchanged in the text of the class."""
    if tree.decorator_list:
        yield 0, tree.lineno - 1, ""
    for one in tree.body:
        if not isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        member = getattr(model, one.name, None)
        if is_bundle(member):
            yield from of_bundle(member, one, lines)
        if not is_bundle(member) or not learned(member):
            yield from of_assignments(model, one, lines)


def learned(member: Any) -> bool:
    """Whether the code of a bundled function is another one than is written."""
    own = member.written
    return bool(member.parameter is not None and own is not None and member.parameter._data != own.text)


def of_bundle(member: Any, one: ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[str]) -> Iterator[Change]:
    """A bundled method: without its decorator, with what it learned."""
    own, first = member.written, min([one.lineno, *(d.lineno for d in one.decorator_list)]) - 1
    if own is None:
        return
    if learned(member):
        text = textwrap.indent(member.parameter._data.strip("\n"), " " * one.col_offset)
        yield first, one.end_lineno or one.lineno, text
    else:
        above = own.above.count("\n")
        yield first, first + above, ""


def of_assignments(model: Any, one: ast.AST, lines: Sequence[str]) -> Iterator[Change]:
    """`self.x = node(3)` -> `self.x = 4`, where that is a node of the model's now."""
    for node in ast.walk(one):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [t.attr for t in targets if isinstance(t, ast.Attribute) and isinstance(t.value, ast.Name)]
        value = next((v for n in names if isinstance(v := getattr(model, n, None), Node)), None)
        if value is None:
            continue
        first, last = node.value.lineno - 1, node.value.end_lineno or node.value.lineno
        before = lines[first].encode()[: node.value.col_offset].decode()
        behind = lines[last - 1].encode()[node.value.end_col_offset or 0 :].decode()
        yield first, last, f"{before}{value._data!r}{behind}"


def imports_for(written: type, body: str) -> Iterator[str]:
    """The import statements of the module whose names the text uses, but for ours."""
    module = sys.modules.get(written.__module__)
    try:
        tree = ast.parse(inspect.getsource(module)) if module is not None else ast.Module([], [])
    except (OSError, TypeError, SyntaxError):
        return
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    for statement in tree.body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        source = getattr(statement, "module", None) or ""
        wanted = [
            alias
            for alias in statement.names
            if (alias.asname or alias.name).partition(".")[0] in used
            and not (source or alias.name).startswith(("opto", "tracec"))
        ]
        if wanted:
            statement.names = wanted
            yield ast.unparse(statement)
