"""Proofs: the printed program is the one that runs, and without its hooks it is the user's."""

from __future__ import annotations

import ast

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.runtime.record.unhook import Stripper, is_prologue

WIDEST = 3_000  # operands of one `and` or `or`: libcst nests them, and 12,000 are more than its stack holds


def described(source: Source, tree: ast.Module) -> str:
    """A program as text: the same for the same program. TracecError where libcst could not parse it."""
    several = max(source.text.count("and"), source.text.count("or")) > WIDEST
    if several and any(isinstance(node, ast.BoolOp) and len(node.values) > WIDEST for node in ast.walk(tree)):
        raise unreadable(source.path, "it has too long a chain of conditions")
    return ast.dump(tree)


def prove(path: str, text: str, program: str) -> None:
    """TracecError where `text` is not the program described, one prologue apart."""
    try:
        printed = ast.parse(text)
    except (SyntaxError, MemoryError) as error:
        raise unreadable(path, getattr(error, "msg", "it nests too deeply")) from None
    printed.body = [statement for statement in printed.body if not is_prologue(statement)]
    if ast.dump(printed) != program:
        raise unreadable(path, "the text would be another program")


def unreadable(path: str, why: str, line: int = 1) -> TracecError:
    """What is said where a program runs with hooks, but cannot be printed with them."""
    todo = "leave it out of what is printed, or put `# tracec: skip` above its function"
    return TracecError(f"has no readable form with hooks: {why}", todo, path=path, line=line)


def is_faithful(text: str, tree: ast.Module) -> bool:
    """True where a program without its hooks is that of `text`. Changes `tree`."""
    return ast.dump(Stripper().visit(ast.parse(text))) == ast.dump(Stripper().visit(tree))
