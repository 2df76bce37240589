"""A new statement and the block that it goes to -> between which statements it can stand, the best place first."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.patch.layout import Layout, has_docstring, kind
from tracec.passes.syntax.names import DEFINITIONS, bindings, free

VALUES = (ast.Assign, ast.AnnAssign)


@dataclass(frozen=True, slots=True)
class Block:
    """The statements of a module (`within` is "") or class, and how they are written.

    `step` is what a body in it is indented by more; `between` blank lines part its definitions; annotations are not
    evaluated where they are `deferred`.
    """

    layout: Layout
    body: Sequence[ast.stmt]
    within: str
    indent: str
    step: str
    between: int
    deferred: bool

    def uses(self, node: ast.stmt, names: frozenset[str], lazily: bool) -> bool:
        """True where a statement needs one of the names when it is run, or (`lazily`) when what is in it is."""
        if not self.layout.says(node, names):
            return False
        found = free(node, not self.deferred)
        return bool(names & (found.eager | found.lazy if lazily else found.eager))

    def first(self, holds: Callable[[ast.stmt], bool]) -> int:
        """The index of the first statement for which `holds`; the number of statements where there is none."""
        return next((i for i, node in enumerate(self.body) if holds(node)), len(self.body))


@dataclass(frozen=True, slots=True)
class Spot:
    """Before statement `index`, above its comments; or (`below`) right after the one above that."""

    index: int
    below: bool = False


def spots(
    source: Source,
    block: Block,
    node: ast.stmt,
    names: frozenset[str],
    needs: frozenset[str],
    before: str,
    anchor: int | None,
) -> Iterator[Spot]:
    """Where `node`, which binds `names`, can stand: after what it `needs`, before what needs it when it is run.

    `before` is the sibling wished for, `anchor` the first statement that the same change replaced something in.
    Raises TracecError where there is no such place.
    """
    least, most = _least(block, needs), block.first(lambda n: block.uses(n, names, lazily=False))
    title = ", ".join(sorted(names))
    if least > most:
        what = f"{title} is used at line {block.body[most].lineno}"
        need = f"before line {block.body[least - 1].lineno} binds what it needs"
        raise TracecError(f"{what}, {need}", "define it otherwise", path=source.path, line=block.body[most].lineno)
    if before:
        index = _sibling(source, block, title, before)
        if not least <= index <= most:
            what = f"{title} cannot stand before {before}: it is needed earlier, or needs what comes later"
            raise TracecError(what, "leave out `before`", path=source.path, line=block.body[index].lineno)
        yield Spot(index)
        return
    wished = _in_class(block, node, names) if block.within else _in_module(block, node, names, anchor)
    if wished.index < least:
        wished = Spot(least, below=True)
    elif wished.index > most:
        wished = Spot(most)
    yield wished
    yield Spot(wished.index, not wished.below)


def _least(block: Block, needs: frozenset[str]) -> int:
    """The index behind all statements that are the first to bind something of `needs`, and behind the file's head."""
    least = 1 if has_docstring(block.body) else 0
    seen: set[str] = set()
    for i, node in enumerate(block.body):
        bound = bindings([node]).keys() & needs
        if bound - seen or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            least = i + 1
        seen |= bound
    return least


def _sibling(source: Source, block: Block, title: str, before: str) -> int:
    scope, _, name = before.rpartition(".")
    name = re.sub(r"#\d+$", "", name)
    index = block.first(lambda n: name in bindings([n])) if scope == block.within else len(block.body)
    if index == len(block.body):
        where = f"directly in {block.within}" if block.within else "at the top level of the file"
        what = f"{title} is to stand before {before}, which is not {where}"
        raise TracecError(what, "name a sibling in `before`, or leave it out", path=source.path, line=1)
    return index


def _in_class(block: Block, node: ast.stmt, names: frozenset[str]) -> Spot:
    """A function after the last one, an accessor of a property after it; what else there is before the functions."""
    alike = [i for i, n in enumerate(block.body) if names & bindings([n]).keys()]
    if alike:
        return Spot(alike[-1] + 1, below=True)
    methods = [i for i, n in enumerate(block.body) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return Spot(methods[-1] + 1 if methods else len(block.body), below=True)
    end = methods[0] if methods else len(block.body)
    values = [i for i in range(end) if isinstance(block.body[i], VALUES)]
    return Spot(values[-1] + 1 if values else 1 if has_docstring(block.body) else 0, below=True)


def _in_module(block: Block, node: ast.stmt, names: frozenset[str], anchor: int | None) -> Spot:
    """A definition before what uses it first, else before what was replaced, else after the last; a value on top."""
    if not isinstance(node, DEFINITIONS):
        return _top(block)
    user = block.first(lambda n: block.uses(n, names, lazily=True))
    if user < len(block.body):
        return Spot(user)
    if anchor is not None:
        return Spot(anchor)
    definitions = [i for i, n in enumerate(block.body) if isinstance(n, DEFINITIONS)]
    return Spot(definitions[-1] + 1, below=True) if definitions else _top(block)


def _top(block: Block) -> Spot:
    """After the imports and values that stand above the first definition and the first branch or loop."""
    end = block.first(lambda n: kind(n) in ("definition", "block"))
    head = [i for i in range(end) if isinstance(block.body[i], VALUES) or kind(block.body[i]) == "import"]
    least = 1 if has_docstring(block.body) else 0
    return Spot(head[-1] + 1 if head else least, below=bool(head or least))
