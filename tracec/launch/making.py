"""Processes of a run ask for what they import: each file is instrumented when it is first wanted."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from types import CodeType

from tracec.launch.scoping import Setting, shown
from tracec.passes.instrument import Instrumented, instrument
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project.originals import is_instrumented
from tracec.project.private import put
from tracec.recording.artifacts import artifact_of, left_out
from tracec.runtime.launch.artifact_file import REFUSED, name_of
from tracec.runtime.launch.notebook import LAST

INSTRUMENTED = "it is what `tracec instrument` wrote: run the original"


def make(setting: Setting, kind: str, path: str, real: str, data: bytes) -> str | None:
    """Put the artifact of a file, whose bytes are `data`, into the cache: None, or why it cannot be recorded.

    `kind` is "module", "cell" of a notebook, which is called `real`, or says which pytest rewrites its assertions. The
    reason is "" where the user does not want it recorded. OSError where the cache cannot be written.
    """
    name = name_of(setting.stem, kind, path, real, data)
    place = os.path.join(setting.cache, f"{name}.bin")
    try:
        source = decoded(real if kind == "cell" else shown(setting, path if os.path.isabs(path) else real), data)
        reason = "" if left_out(source) else INSTRUMENTED if is_instrumented(source.text) else None
        if reason is None:
            put(Path(place), instrumented(setting, kind, path, source, name, data))
    except TracecError as error:
        reason = why(error)
    if reason is not None:
        put(Path(f"{place[:-3]}{REFUSED}"), reason.encode("utf-8", "backslashreplace"))
    return reason


def why(error: TracecError) -> str:
    """A reason in a few words: the file is named beside it."""
    return f"line {error.line}: {error.what}" if error.line else error.what


def decoded(name: str, data: bytes) -> Source:
    """The text of a file, under the name that traces show; TracecError where it is no text."""
    if b"\0" in data:
        raise TracecError("is binary, or text in UTF-16", path=name)
    return Source.decode(name, data)


def instrumented(setting: Setting, kind: str, path: str, source: Source, key: str, data: bytes) -> bytes:
    """The bytes of an artifact. TracecError where the file is not up to it, or we are not."""
    pytest = kind not in ("module", "cell")

    def work() -> tuple[Instrumented, CodeType]:
        made = instrument(source, setting.grain, key, careful=True, named=False, rewritten=pytest)
        if pytest:
            from tracec.launch.assert_rewriting import rewrite

            rewrite(made, path, data, passes=kind.endswith(" pass"))
        if kind == "cell":
            keep_last(made.tree)
        return made, made.compiled(path)

    return artifact_of(source, work)


def keep_last(tree: ast.Module) -> None:
    """A cell's last expression is bound to a name, which the notebook shows the value of."""
    own = [place for place, node in enumerate(tree.body) if not hasattr(node, "ours")]
    last = tree.body[own[-1]] if own else None
    if isinstance(last, ast.Expr):
        target = ast.copy_location(ast.Name(LAST, ast.Store()), last)
        tree.body[own[-1]] = ast.copy_location(ast.Assign([target], last.value), last)
