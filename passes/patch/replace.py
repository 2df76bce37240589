"""A target's new definition or value -> the text of its file with that in place, in the old layout."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import libcst as cst

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.patch.literals import Style, usual_quote
from tracec.passes.patch.merge import BODIES, FINE, STATEMENTS, WHOLE, Merger
from tracec.passes.patch.normal import parse
from tracec.passes.patch.place import DEFINITIONS, Place, proves, split_lines
from tracec.passes.syntax.untrusted import same

FAULTS = (
    cst.ParserSyntaxError,
    cst.CSTValidationError,
    cst.CSTLogicError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
    MemoryError,
)


def change_definition(source: Source, text: str, place: Place, target: Target, value: str) -> str:
    new = re.sub(r"\r\n|\r", "\n", value)
    wanted = _wanted(new, target)
    if same(wanted, place.node):
        return text
    new, wanted = _redented(new, wanted, place, target)
    if same(wanted, place.node):
        return text
    for piece in _pieces(source, text, place, new):
        made = text[: place.start] + piece + text[place.end :]
        if proves(text, place, made, wanted) and fits(source, piece):
            return made
    source.encode(new)  # where that cannot be, it says which character
    what = f"the new {target.qualname} cannot be put in place without changing its meaning"
    raise TracecError(what, "put it in by hand", path=source.path, line=target.span.line)


def _wanted(new: str, target: Target) -> Any:
    try:
        body = parse(new).body  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        what = f"the new {target.qualname} is not valid Python ({error})"
        raise TracecError(what, path=target.span.path, line=target.span.line) from None
    if len(body) == 1 and isinstance(body[0], DEFINITIONS):
        return body[0]
    what = f"the new {target.qualname} is not a single function or class"
    raise TracecError(what, path=target.span.path, line=target.span.line)


def _redented(new: str, wanted: Any, place: Place, target: Target) -> tuple[str, Any]:
    """Undo what dedenting `target.value` did to the lines within its strings."""
    try:
        dedented = list(_texts(parse(target.value)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return new, wanted
    original = list(_texts(place.node))
    if len(dedented) != len(original) or dedented == original:
        return new, wanted
    back = {d: o for d, o in zip(dedented, original) if d != o and "\n" in d and d not in original}
    try:
        module = cst.parse_module(new).visit(_Exchange(back))
    except FAULTS:
        return new, wanted
    return module.code, _wanted(module.code, target)


def _texts(tree: ast.AST) -> Iterator[str]:
    return (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))


class _Exchange(cst.CSTTransformer):
    """Exchanges the values of string literals."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__()
        self.values = values

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        value = updated_node.evaluated_value
        if isinstance(value, str) and value in self.values:
            return updated_node.with_changes(value=repr(self.values[value]))
        return updated_node


def _pieces(source: Source, text: str, place: Place, new: str) -> Iterator[str]:
    """New texts for the lines of a definition, from the one that changes least to the one that changes all."""
    style = Style(usual_quote(text), newline_of(text), source.encoding)
    piece = text[place.start : place.end]
    indent = re.match(r"\s*", piece)[0]  # type: ignore[index]
    wrapper = f"if 1:{style.newline}" if indent.strip("\f") else ""
    step = _indentation(text, place, indent)
    end = re.search(r"(?:\r\n|\r|\n)?\Z", piece)[0]  # type: ignore[index]
    try:
        config = cst.PartialParserConfig(default_newline=style.newline, default_indent=step)
        module = cst.parse_module(wrapper + piece, config)
        fresh = cst.parse_module(new).body[0]
    except FAULTS:
        module = None
    for grain in (FINE, STATEMENTS, BODIES, WHOLE) if module is not None else ():
        try:
            made = _spliced(module, fresh, bool(wrapper), style, grain)[len(wrapper) :]
        except FAULTS:
            continue
        yield made if made.endswith(end) else made + end  # libcst loses a final "\r"
    yield _indented(new, indent, style.newline).removesuffix(style.newline) + end


def _spliced(module: Any, fresh: Any, wrapped: bool, style: Style, grain: int) -> str:
    holder = module.body[0].body if wrapped else module
    old = holder.body[0]
    merger = Merger(old, fresh, style, grain)
    made = merger.merge(old, fresh).with_changes(leading_lines=old.leading_lines)
    if not wrapped:
        return str(module.with_changes(body=[made]).code)
    block = holder.with_changes(body=[made])
    return str(module.with_changes(body=[module.body[0].with_changes(body=block)]).code)


def fits(source: Source, text: str) -> bool:
    """True where the file's encoding has every character of `text`."""
    try:
        source.encode(text)
    except TracecError:
        return False
    return True


def newline_of(text: str) -> str:
    """The line end that most lines have."""
    ends = re.findall(r"\r\n|\r|\n", text)
    return max(("\n", "\r\n", "\r"), key=ends.count) if ends else "\n"


def _indentation(text: str, place: Place, indent: str) -> str:
    """What the definition's body is indented by; where it stands on one line, what the file's first block is."""
    lines = split_lines(text)
    own = re.match(r"[ \t]*", lines[place.node.body[0].lineno - 1])[0]  # type: ignore[index]
    if place.node.body[0].lineno > place.node.lineno and own.startswith(indent) and own != indent:
        return str(own[len(indent) :])
    found = re.search(r":[ \t]*(?:#.*)?(?:\r\n|\r|\n)([ \t]+)\S", text)
    return found[1] if found and not found[1].startswith(indent or "\0") else "    "


def _indented(new: str, indent: str, newline: str) -> str:
    """The new definition as it is, its lines indented, except those that begin within a string."""
    inside: set[int] = set()
    for node in ast.walk(parse(new)):
        if isinstance(node, (ast.JoinedStr, ast.Constant)) and node.end_lineno is not None:
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    lines = new.strip("\n").split("\n")
    return "".join(f"{indent if line and i not in inside else ''}{line}{newline}" for i, line in enumerate(lines, 1))


def change_literal(source: Source, text: str, place: Place, target: Target, value: str) -> str:
    try:
        wanted = parse(f"({value}\n)", "eval").body  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        what = f"the new value of {target.qualname} is not valid Python ({error})"
        raise TracecError(what, path=source.path, line=target.span.line) from None
    style = Style(usual_quote(text), newline_of(text), source.encoding)
    for piece in (*_merged_literal(text[place.start : place.end], value, style), value, f"({value})"):
        made = text[: place.start] + piece + text[place.end :]
        if proves(text, place, made, wanted) and fits(source, piece):
            return made
    source.encode(value)
    what = f"the new value of {target.qualname} cannot be put in place"
    raise TracecError(what, "put it in by hand", path=source.path, line=target.span.line)


def _merged_literal(old: str, new: str, style: Style) -> Iterator[str]:
    try:
        before, after = cst.parse_expression(f"({old})"), cst.parse_expression(f"({new})")
        before = before.with_changes(lpar=before.lpar[1:], rpar=before.rpar[:-1])
        after = after.with_changes(lpar=after.lpar[1:], rpar=after.rpar[:-1])
        made = Merger(before, after, style).merge(before, after)
        yield cst.Module([], default_newline=style.newline).code_for_node(made)
    except FAULTS:
        return
