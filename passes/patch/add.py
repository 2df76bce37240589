"""AddDefinition -> the text with one more function, class or assignment, in a place where it can be used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from tracec.passes.nouns.edits import AddDefinition
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.patch.grown import grew
from tracec.passes.patch.layout import Layout, gap, usual
from tracec.passes.patch.literals import Style, restyled, usual_quote
from tracec.passes.patch.place import Path, walk
from tracec.passes.patch.replace import FAULTS, fits, newline_of
from tracec.passes.patch.spots import Block, spots
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.names import DEFINITIONS, bindings, is_accessor
from tracec.passes.syntax.untrusted import documentation


@dataclass(frozen=True, slots=True)
class Addition:
    """What an AddDefinition says: its statement, and the names that it binds.

    `needs` are the names that must be bound before it, those of what it calls when it is made included.
    """

    edit: AddDefinition
    node: ast.stmt
    names: frozenset[str]
    needs: frozenset[str]

    @property
    def title(self) -> str:
        """What it is called in messages."""
        return ", ".join(sorted(self.names))


def add_definition(source: Source, text: str, new: Addition, anchor: int | None) -> tuple[str, int | None]:
    """The new text, and where the top-level statement `anchor` is now: that of the first definition replaced.

    Raises TracecError where there is no such class or sibling, the name is taken, or nothing can be proved.
    """
    layout = Layout.of(text, newline_of(text))
    path = _container(source, layout, new)
    opened = _opened(layout, path)
    layout = Layout.of(opened, layout.newline) if opened is not None else layout
    block = _block(layout, path, new)
    _refuse_taken(source, block, new)
    for spot in spots(source, block, new.node, new.names, new.needs, new.edit.before, anchor):
        index, line = layout.slot(block.body, spot.index, spot.below)
        above, below = _gaps(layout, block, index, new.node)
        for piece in pieces(source, layout, block, new):
            made = layout.put(line, piece, above, below)
            if grew(layout.tree, made, path, index, new.node) and fits(source, piece):
                moved = anchor is not None and not path and index <= anchor
                return made, anchor + 1 if moved and anchor is not None else anchor
    source.encode(new.edit.source)  # where that cannot be, it says which character
    raise TracecError(f"{new.title} cannot be put in place", "put it in by hand", path=source.path, line=1)


def _container(source: Source, layout: Layout, new: Addition) -> Path:
    """The way to the class that `within` names; () is the module."""
    within = new.edit.within
    if not within:
        return ()
    found = [
        (n, p) for n, p, name in walk(layout.tree, expressions=False) if name == within and isinstance(n, DEFINITIONS)
    ]
    classes = [(n, p) for n, p in found if isinstance(n, ast.ClassDef)]
    if len(classes) != 1:
        what = (
            f"no class {within}" if not found else f"{within} is no class" if not classes else f"two classes {within}"
        )
        todo = "name a class of the file in `within`"
        raise TracecError(f"{what}, which {new.title} is to be put in", todo, path=source.path, line=1)
    return classes[0][1]


def _opened(layout: Layout, path: Path) -> str | None:
    """The text with the body of a class that stands on its line, `class A: pass`, put on lines of its own."""
    node = _at(layout, path)
    if not path or not (line := layout.lines[node.body[0].lineno - 1])[: node.body[0].col_offset].strip():
        return None
    start = layout.offset(node.body[0].lineno) + characters(line, node.body[0].col_offset)
    head = layout.text[:start].rstrip(" \t\f")
    return f"{head}{layout.newline}{layout.indent(node)}{unit(layout)}{layout.text[start:]}"


def _at(layout: Layout, path: Path) -> Any:
    node: Any = layout.tree
    for field, index in path:
        node = getattr(node, field) if index is None else getattr(node, field)[index]
    return node


def _block(layout: Layout, path: Path, new: Addition) -> Block:
    node = _at(layout, path)
    between, late = usual(layout, node.body, bool(path)), deferred(layout.tree)
    if not path:
        return Block(layout, node.body, "", "", unit(layout), between, late)
    indent, own = layout.indent(node.body[0]), layout.indent(node)
    return Block(layout, node.body, new.edit.within, indent, indent.removeprefix(own), between, late)


def deferred(tree: ast.Module) -> bool:
    """True where annotations are not evaluated."""
    future = (n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__")
    return any(alias.name == "annotations" for node in future for alias in node.names)


def _refuse_taken(source: Source, block: Block, new: Addition) -> None:
    taken = bindings(block.body) if block.within else block.layout.globals(new.names)
    clash = sorted(name for name in new.names if name in taken and not is_accessor(new.node, name))
    if clash:
        where = f"in {block.within}" if block.within else "in this file"
        what = f"{clash[0]} exists already {where}"
        raise TracecError(what, "replace it, or take another name", path=source.path, line=taken[clash[0]])


def _gaps(layout: Layout, block: Block, index: int, node: ast.stmt) -> tuple[int, int]:
    """Blank lines above and below a statement that comes before `block.body[index]`."""
    before = block.body[index - 1] if index else None
    after = block.body[index] if index < len(block.body) else None
    head = not block.within and isinstance(node, DEFINITIONS)
    above = gap(before, node, block.between) if before is not None else block.between if head else 0
    if before is None and not block.within and after is None:
        above = max(above, 1)  # a file of comments
    return above, gap(node, after, block.between) if after is not None else 0


def pieces(source: Source, layout: Layout, block: Block, new: Addition) -> Iterator[str]:
    """The new statement's text without a final line end: in the file's style, with its own quotes, as it is."""
    text = re.sub(r"\r\n|\r", "\n", new.edit.source).strip("\n")
    text = text.strip() if not isinstance(new.node, DEFINITIONS) else text.rstrip()
    for styled in (_styled(source, layout, text, block.step), text):
        if styled is not None:
            yield _indented(styled, block.indent, layout.newline, docstrings=True)
    yield _indented(text, block.indent, layout.newline, docstrings=False)


def unit(layout: Layout) -> str:
    """What the first indented block of the file is indented by; four spaces where there is none."""
    for node in ast.walk(layout.tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and body and body[0].lineno > node.lineno:
            first, own = layout.indent(body[0]), layout.indent(node)
            if first.startswith(own) and first != own:
                return first.removeprefix(own)
    return "    "


class _Restyle(cst.CSTTransformer):
    """Writes string literals and indentation as the file does."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.style = style

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.BaseExpression:
        return restyled(updated_node, self.style)

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        return restyled(updated_node, self.style)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return updated_node.with_changes(indent=None)


def _styled(source: Source, layout: Layout, text: str, step: str) -> str | None:
    style = Style(usual_quote(layout.text), "\n", source.encoding)
    try:
        module = cst.parse_module(text).visit(_Restyle(style))
        return str(module.with_changes(default_indent=step).code)
    except FAULTS:
        return None


def _indented(text: str, indent: str, newline: str, docstrings: bool) -> str:
    """Lines indented, except those that begin within a string; with `docstrings`, theirs are."""
    tree, lines = ast.parse(text), text.split("\n")
    fixed: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.JoinedStr, ast.Constant)) and node.end_lineno is not None:
            fixed.update((n, lines[n - 1]) for n in range(node.lineno + 1, node.end_lineno + 1))
    for node in ast.walk(tree) if docstrings else ():
        docstring = documentation(node)
        if docstring is not None:
            fixed.update(_redocumented(lines, docstring, indent))
    made = (fixed.get(n, f"{indent}{line}" if line.strip() else "") for n, line in enumerate(lines, 1))
    return newline.join(made)


def _redocumented(lines: Sequence[str], node: ast.Constant, indent: str) -> Iterator[tuple[int, str]]:
    """The lines of a docstring below its first one, indented as that is."""
    own = lines[node.lineno - 1][: node.col_offset]
    numbers = range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    said = [lines[n - 1] for n in numbers if lines[n - 1].strip()]
    margin = min((len(line) - len(line.lstrip()) for line in said), default=0)
    for n in numbers if not own.strip() else ():
        line = lines[n - 1]
        rest = line[margin:]
        yield n, f"{indent}{own}{rest}" if line.strip() else ""
