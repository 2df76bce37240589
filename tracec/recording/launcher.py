"""A program -> the command line that runs it as `python` would, and records it."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import importlib.util
import marshal
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import tracec
from tracec.passes.instrument import Instrumented, instrument
from tracec.passes.instrument.definitions import head_of
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project.atomic_write import put
from tracec.project.paths import read
from tracec.recording.artifacts import Built, key_of, packed, place_of, safely, used
from tracec.recording.deep_ast import with_room
from tracec.runtime.launch.python_argv import interpreter_flags

T = TypeVar("T")
# The folder that tracec lies in is named by an argument: the interpreter starts in a folder of ours.
PROLOGUE = """\
__import__('sys').path.append(__import__('sys').argv.pop(1))
__import__('tracec.runtime.launch.program', fromlist=['begin']).begin()
"""
FOLDER = str(Path(tracec.__file__).absolute().parent.parent)
HEADER = importlib.util.MAGIC_NUMBER + bytes(12)


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """A script as the interpreter takes it: `path` as `__file__` has it, compiled code, and the artifact of the same.

    `artifact` is "" where the script is not traced. `warns`: the compiler may say something about the text.
    """

    path: str
    code: Path
    artifact: str
    warns: bool


def command(
    program: Sequence[str],
    built: Built,
    log: str | Path,
    root: Path,
    *,
    module: bool = False,
    keep: int = 0,
    megabytes: int = 0,
    count: str = "",
    folder: str | Path = "",
) -> list[str]:
    """The arguments of a process that runs `[SCRIPT or MODULE, ARGS...]` in `folder` under the import hook.

    It writes `log`.

    Where `keep` is not 0, only that many of the last events are kept, and where `megabytes` is not, that much of a log:
    of all processes together that have the same file as `count`.
    A script that no Python takes is run as it is: it fails as it always does. TracecError where it cannot be read.
    """
    flags = interpreter_flags(sys.orig_argv)
    asked = [*flags, *(["-m"] if module else []), *program]
    settings = shared(built, log, keep, megabytes, count) | {
        "program": list(program),
        "argv0": program[0],
        "command": asked,
        "child": "",
    }
    if module:
        config = configuration(settings)
        return [sys.executable, *flags, "-m", "tracec.runtime.launch.start.program", config, *program[1:]]
    script = prepared(root, program[0], built, folder)
    if script is None:
        return [sys.executable, *asked]
    found = {"file": script.path, "artifact": script.artifact, "warns": script.warns}
    config = configuration(settings | found)
    return [sys.executable, *flags, str(script.code), FOLDER, config, *program[1:]]


def shared(built: Built, log: str | Path, keep: int, megabytes: int, count: str) -> dict[str, object]:
    """What all processes of a run are told."""
    return {
        "artifacts": built.artifacts,
        "log": os.path.abspath(log),
        "keep": keep,
        "megabytes": megabytes,
        "count": count,
    }


def configuration(settings: dict[str, object]) -> str:
    """A new file that the child reads and deletes."""
    handle, name = tempfile.mkstemp(prefix="tracec-", suffix=".run")
    with open(handle, "wb") as file:
        marshal.dump(settings, file)
    return name


def prepared(root: Path, path: str, built: Built, folder: str | Path = "") -> Script | None:
    """The script compiled, with first statements that start the recorder; None where it cannot be compiled."""
    full = os.path.join(folder or os.getcwd(), path)  # as the interpreter puts it together
    try:
        source = read(path, folder)
        artifact = built.artifacts.get(os.path.realpath(full))
        return traced(root, source, full, built, artifact) if artifact else untraced(root, source, full)
    except (TracecError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def traced(root: Path, source: Source, full: str, built: Built, artifact: str) -> Script:
    """The instrumented script."""
    key = key_of(source, built.grain, built.careful)
    code, own = places(root, key, full)
    warns = Path(artifact).read_bytes()[-1] == 1
    if not (used(code) and used(own)):
        made = safely(source, lambda: instrumented(source, built, key))
        compiled = quiet(lambda: made.compiled(full))
        put(own, packed(made, compiled, warns))
        put(code, HEADER + marshal.dumps(compiled))
    return Script(full, code, str(own), warns)


def instrumented(source: Source, built: Built, key: str) -> Instrumented:
    """The script and its prologue. Where code that runs cannot be given its hooks, it looks them up by name."""
    careful = built.careful and importlib.util.find_spec("_ctypes") is not None
    made = instrument(source, built.grain, key, careful=built.careful, named=not careful)
    return dataclasses.replace(made, tree=begun(made.tree), careful=careful)


def untraced(root: Path, source: Source, full: str) -> Script:
    """The script as it is: what it imports may be traced all the same."""
    code, _ = places(root, key_of(source, "", False), full)
    if not used(code):
        data = source.encode(source.text)
        tree: ast.Module = quiet(lambda: ast.parse(data))
        put(code, HEADER + marshal.dumps(quiet(lambda: compile(begun(tree), full, "exec", dont_inherit=True))))
    return Script(full, code, "", True)


def places(root: Path, key: str, full: str) -> tuple[Path, Path]:
    """Where a script's code and its artifact are kept."""
    name = hashlib.sha256(f"{key}\0{full}\0{PROLOGUE}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return place_of(root, name).with_suffix(".pyc"), place_of(root, name)


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
