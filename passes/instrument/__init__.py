"""Source -> Instrumented: a program that records itself, and the static structure to read the record with."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import libcst as cst

from tracec.passes.errors import TracecError
from tracec.passes.instrument.definitions import Definitions
from tracec.passes.instrument.realign import realign
from tracec.passes.source import Source
from tracec.passes.trace import Structure

GRAINS = ("calls", "values")


@dataclass(frozen=True, slots=True)
class Instrumented:
    """`text` is for people and runs as it is; `tree` is the same program with every position as in the original."""

    text: str
    tree: ast.Module
    structure: Structure


def instrument(source: Source, grain: str = "values", key: str = "") -> Instrumented:
    """Instrument a module. `key` names the structure in logs; by default the source's SHA-256.

    Proves that taking the hooks away gives the original program. Raises TracecError with `path:line` where the file
    has a syntax error, and where the proof fails.
    """
    original = parse(source)
    try:
        module = cst.parse_module(source.text)
    except cst.ParserSyntaxError as error:
        what = f"libcst cannot read this file: {error.message}"
        raise TracecError(
            what, "leave it out with `# tracec: skip-file`", path=source.path, line=error.raw_line
        ) from None
    text, structure = Definitions(source, grain, key or source.sha256[:16]).module(module)
    tree = ast.parse(text)
    realign(source.path, original, tree)
    return Instrumented(text, tree, structure)


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
