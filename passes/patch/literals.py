"""String literals: a changed value in the old literal's clothes, and new literals in the file's quotes."""

from __future__ import annotations

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import StringIO
from typing import Any

import libcst as cst

from tracec.passes.patch.normal import STRINGS, Keys, code, parse, program

ESCAPE = re.compile(r"\\(?:\r\n|N\{[^}]*\}|x..|u.{4}|U.{8}|[0-7]{1,3}|.)|\r\n|.", re.DOTALL)
RAW = re.compile(r"\r\n|.", re.DOTALL)
OPENING = re.compile(r"([a-zA-Z]*)(\"\"\"|'''|\"|')")


@dataclass(frozen=True, slots=True)
class Style:
    """How the file writes: its usual quote, its line end, and the encoding its characters must fit."""

    quote: str
    newline: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a literal: the text it is written as, and what it stands for (a character, "" or an expression)."""

    raw: str
    value: object


@dataclass(frozen=True, slots=True)
class Part:
    """One literal of an implicit concatenation."""

    node: cst.SimpleString | cst.FormattedString
    prefix: str
    quote: str
    atoms: tuple[Atom, ...]


@lru_cache(maxsize=16)
def usual_quote(text: str) -> str:
    """The quote most one-line literals of `text` begin with; a double one where there are none."""
    seen: Counter[str] = Counter()
    try:
        for token in tokenize.generate_tokens(StringIO(text).readline):
            found = (
                OPENING.match(token.string) if tokenize.tok_name[token.type] in ("STRING", "FSTRING_START") else None
            )
            if found and len(found[2]) == 1:
                seen[found[2]] += 1
    except (tokenize.TokenError, SyntaxError):
        pass  # form feeds and odd line ends confuse the pure Python tokenizer; what it saw until then will do
    return "'" if seen["'"] > seen['"'] else '"'


def blend(old: cst.BaseExpression, new: cst.BaseExpression, style: Style, keys: Keys) -> cst.BaseExpression | None:
    """The value of the literal `new` written like `old`, what both have in common as it was; None if it cannot be."""
    before, after = list(_parts(old, keys)), list(_parts(new, keys))
    if len({"b" in part.prefix.lower() for part in before + after}) != 1:
        return None
    have = [(i, atom) for i, part in enumerate(before) for atom in part.atoms]
    want = [atom for part in after for atom in part.atoms if atom.value != ""]
    start, end = _common([atom for _, atom in have], want)
    middle = want[start : len(want) - _solid([atom for _, atom in have[end:]])]
    first = _solid_index([atom for _, atom in have], start)
    at = have[first][0] if first < end else have[end][0] if end < len(have) else have[-1][0] if have else 0
    kept: list[list[str]] = [[] for _ in before]
    for index, (i, atom) in enumerate(have):
        if index < first or index >= end:
            kept[i].append(atom.raw)
    place = sum(i == at for i, _ in have[:first])
    for escaped in (False, True):
        text = _rendered(middle, before[at], style, escaped)
        if text is None:
            return None
        bodies = ["".join([*k[:place], text, *k[place:]]) if i == at else "".join(k) for i, k in enumerate(kept)]
        made = _rebuilt(old, {id(p.node): _literal(p, body) for p, body in zip(before, bodies)})
        if made is not None and program(made) == program(new):
            return made
    return None


class _Prefixing(cst.CSTTransformer):
    """Puts an f in front of the plain literals that have braces."""

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> Any:
        return cst.parse_expression(f"f{updated_node.value}") if "{" in updated_node.value else updated_node


def prefixed(old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression | None:
    """A literal as it was, with an f in front of its parts that have braces; None where that does not make the new."""
    if not isinstance(new, cst.FormattedString):
        return None
    try:
        made = old.visit(_Prefixing())
    except (cst.ParserSyntaxError, cst.CSTValidationError):
        return None
    return made if isinstance(made, cst.BaseExpression) and program(made) == program(new) else None


def restyled(node: cst.SimpleString | cst.FormattedString, style: Style) -> cst.BaseExpression:
    """A new literal in the file's quotes, line ends and character set, where that leaves its value alone."""
    if isinstance(node, cst.FormattedString):
        return _restyled_format(node, style)
    text = node.value
    opening = OPENING.match(text)
    if opening is None:
        return node
    prefix, quote = opening.groups()
    body = text[opening.end() : -len(quote)]
    if len(quote) == 1 and quote != style.quote and style.quote not in body and f"\\{quote}" not in body:
        quote = style.quote
    body = re.sub(r"\r\n|\r|\n", lambda _: style.newline, body)
    if "r" not in prefix.lower() and "b" not in prefix.lower():
        body = "".join(c if _fits(c, style) else _escaped(c) for c in body)
    made = node.with_changes(value=f"{prefix}{quote}{body}{quote}")
    return made if program(made) == program(node) else node


def _restyled_format(node: cst.FormattedString, style: Style) -> cst.FormattedString:
    quote, inside = node.end, code(node)[len(node.start) : -len(node.end)]
    if len(quote) > 1 or quote == style.quote or style.quote in inside or "\\" in inside:
        return node
    made = node.with_changes(start=node.start.replace(quote, style.quote), end=style.quote)
    return made if program(made) == program(node) else node


def _parts(node: cst.CSTNode, keys: Keys) -> Iterator[Part]:
    if isinstance(node, cst.ConcatenatedString):
        yield from _parts(node.left, keys)
        yield from _parts(node.right, keys)
    elif isinstance(node, cst.SimpleString):
        opening = OPENING.match(node.value)
        assert opening is not None
        prefix, quote = opening.groups()
        yield Part(node, prefix, quote, _atoms(node.value[opening.end() : -len(quote)], prefix, False))
    elif isinstance(node, cst.FormattedString):
        prefix = node.start.rstrip("\"'")
        atoms: list[Atom] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                atoms += _atoms(part.value, prefix, True)
            else:
                atoms.append(Atom(code(part), ("expression", keys.of(part))))
        yield Part(node, prefix, node.end, tuple(atoms))


def _atoms(body: str, prefix: str, braces: bool) -> tuple[Atom, ...]:
    raw, kind = "r" in prefix.lower(), "b" if "b" in prefix.lower() else ""
    found: list[Atom] = []
    skip = False
    for piece in (RAW if raw else ESCAPE).findall(body):
        if skip:  # the second brace of `{{`
            found[-1] = replace(found[-1], raw=found[-1].raw + piece)
            skip = False
            continue
        skip = braces and piece in "{}"
        value = piece.replace("\r\n", "\n").replace("\r", "\n")
        if not raw and piece.startswith("\\"):
            value = ast.literal_eval(parse(f'{kind}"""{piece}"""', "eval"))
            value = value.decode("latin-1") if isinstance(value, bytes) else value
        found.append(Atom(piece, value))
    return tuple(found)


def _common(have: Sequence[Atom], want: Sequence[Atom]) -> tuple[int, int]:
    """How many wanted atoms the beginnings share, and the index in `have` where the shared ending begins."""
    solid = [(i, atom.value) for i, atom in enumerate(have) if atom.value != ""]
    values = [atom.value for atom in want]
    start = 0
    while start < min(len(solid), len(values)) and solid[start][1] == values[start]:
        start += 1
    tail = 0
    while tail < min(len(solid), len(values)) - start and solid[-1 - tail][1] == values[-1 - tail]:
        tail += 1
    return start, solid[len(solid) - tail][0] if tail else len(have)


def _solid(atoms: Sequence[Atom]) -> int:
    """The number of atoms that stand for something; a backslash at a line's end stands for nothing."""
    return sum(atom.value != "" for atom in atoms)


def _solid_index(atoms: Sequence[Atom], count: int) -> int:
    """The index behind the first `count` atoms that stand for something, and the empty ones after them."""
    index = 0
    while index < len(atoms) and (count or atoms[index].value == ""):
        count -= atoms[index].value != ""
        index += 1
    return index


def _rendered(atoms: Sequence[Atom], part: Part, style: Style, escaped: bool) -> str | None:
    """New atoms as text within `part`; None where it has no place for them."""
    made = ""
    format_, raw, kind = isinstance(part.node, cst.FormattedString), "r" in part.prefix.lower(), "b" in part.prefix
    for atom in atoms:
        if isinstance(atom.value, tuple):
            if not format_ or part.quote[0] in atom.raw or "\\" in atom.raw or "\n" in atom.raw:
                return None  # before Python 3.12 neither may stand within a replacement field
            made += atom.raw
        else:
            char = str(atom.value)
            made += char * 2 if format_ and char in "{}" else char if raw else _char(char, part, style, kind, escaped)
    return made


def _char(char: str, part: Part, style: Style, kind: bool, escaped: bool) -> str:
    if char == "\n" and len(part.quote) == 3:
        return style.newline
    if char == "\\" or (char == part.quote[0] and (escaped or len(part.quote) == 1)):
        return "\\" + char
    plain = (char.isascii() or not kind) and char.isprintable() and _fits(char, style)
    return char if plain else _escaped(char)


def _escaped(char: str) -> str:
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    point = ord(char)
    return f"\\x{point:02x}" if point < 256 else f"\\u{point:04x}" if point < 65536 else f"\\U{point:08x}"


def _fits(char: str, style: Style) -> bool:
    try:
        char.encode(style.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _literal(part: Part, body: str) -> cst.BaseExpression | None:
    text = f"{part.prefix}{part.quote}{body}{part.quote}"
    if text == code(part.node.with_changes(lpar=(), rpar=())):
        return part.node
    try:
        made = cst.parse_expression(text)
    except (cst.ParserSyntaxError, cst.CSTValidationError):
        return None
    return made.with_changes(lpar=part.node.lpar, rpar=part.node.rpar) if isinstance(made, STRINGS) else None


def _rebuilt(node: cst.BaseExpression, leaves: dict[int, cst.BaseExpression | None]) -> cst.BaseExpression | None:
    """The literal with its leaves exchanged."""
    if not isinstance(node, cst.ConcatenatedString):
        return leaves[id(node)]
    left, right = _rebuilt(node.left, leaves), _rebuilt(node.right, leaves)
    return node.with_changes(left=left, right=right) if left is not None and right is not None else None
