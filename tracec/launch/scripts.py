"""A script -> code that the interpreter takes for it, with first statements that start the recorder."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import marshal
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tracec.launch.making import INSTRUMENTED, decoded, why
from tracec.launch.scoping import Setting, shown
from tracec.launch.script_files import Script, place_of
from tracec.passes.instrument import Instrumented, instrument
from tracec.passes.instrument.definitions import head_of
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project.originals import is_instrumented
from tracec.project.private import put
from tracec.recording.artifacts import left_out, packed, safely
from tracec.recording.deep_ast import with_room
from tracec.runtime.launch.artifact_file import used

T = TypeVar("T")
# The folder that tracec lies in is named by an argument: the interpreter starts in a folder of ours.
PROLOGUE = """\
__import__('sys').path.append(__import__('sys').argv.pop(1))
__import__('tracec.runtime.launch.program', fromlist=['begin']).begin()
"""
HEADER = importlib.util.MAGIC_NUMBER + bytes(12)


def made(run: Setting, full: str, real: str, data: bytes) -> Script:
    """The script, traced where it is in scope and can be, else as it is. Raises what `compile` raises, and OSError."""
    source = decoded(shown(run, full), data)
    if not real or left_out(source):
        return untraced(run, source, full, data)
    if is_instrumented(source.text):
        return untraced(run, source, full, data, (INSTRUMENTED,))
    try:
        return traced(run, source, full, real, data)
    except TracecError as error:
        return untraced(run, source, full, data, (why(error),))


def traced(run: Setting, source: Source, full: str, real: str, data: bytes) -> Script:
    """The instrumented script. TracecError where it cannot be instrumented."""
    kept = place_of(run, "script", full, real, data)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        compile(data, full, "exec", dont_inherit=True)
    done = safely(source, lambda: instrumented(source, run, kept.rpartition("/")[2]))
    compiled = quiet(lambda: done.compiled(full))
    put(Path(f"{kept}.bin"), packed(done, compiled, bool(said)))
    put(Path(f"{kept}.pyc"), HEADER + marshal.dumps(compiled))
    return Script(full, f"{kept}.pyc", f"{kept}.bin", bool(said), done.left)


def instrumented(source: Source, run: Setting, key: str) -> Instrumented:
    """The script and its prologue. Where code that runs cannot be given its hooks, it looks them up by name."""
    careful = importlib.util.find_spec("_ctypes") is not None
    done = instrument(source, run.grain, key, careful=True, named=not careful)
    return dataclasses.replace(done, tree=begun(done.tree), careful=careful)


def untraced(run: Setting, source: Source, full: str, data: bytes, missed: tuple[str, ...] = ()) -> Script:
    """The script as it is: what it imports may be traced all the same."""
    kept = f"{place_of(run, 'as it is', full, '', data)}.pyc"
    if not used(kept):
        tree: ast.Module = quiet(lambda: ast.parse(data))
        compiled = quiet(lambda: compile(begun(tree), full, "exec", dont_inherit=True))
        put(Path(kept), HEADER + marshal.dumps(compiled))
    return Script(full, kept, "", True, missed)


def begun(tree: ast.Module) -> ast.Module:
    """A script with our statements before its first one."""
    head = head_of(tree.body)
    first: Any = tree.body[head] if head < len(tree.body) else ast.parse("0").body[0]
    prologue = ast.parse(PROLOGUE).body
    for node in (node for statement in prologue for node in ast.walk(statement)):
        for name in ("lineno", "end_lineno", "col_offset", "end_col_offset"):
            if hasattr(node, name):
                setattr(node, name, max(first.lineno, 1) if "line" in name else 0)
    return ast.Module([*tree.body[:head], *prologue, *tree.body[head:]], type_ignores=[])


def quiet(work: Callable[[], T]) -> T:
    """What the compiler makes of a text, without what it says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return with_room(work)
