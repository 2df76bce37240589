"""Syntax tree -> its normal form: what is left when layout, comments, quotes and redundant parentheses are ignored."""

from __future__ import annotations

import ast
import unicodedata
import warnings
from collections.abc import Iterator
from typing import Any

import libcst as cst

LINES = ("leading_lines", "lines_after_decorators", "header", "footer", "indent", "newline", "trailing_whitespace")
MARKS = ("comma", "semicolon", "colon", "first_colon", "second_colon", "separator", "equal", "dot", "trailing_comma")
BRACKETS = ("lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "leading_whitespace")
LAYOUT = frozenset((*LINES, *MARKS, *BRACKETS))
STRINGS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)
NUMBERS = (cst.Integer, cst.Float, cst.Imaginary)
Small = cst.BaseSmallStatement
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def is_layout(name: str) -> bool:
    """True for a field of a CST node that says only how the code looks."""
    return name in LAYOUT or name.startswith("whitespace")


def fields(node: cst.CSTNode) -> list[str]:
    """The names of a CST node's fields."""
    return [name for name in node.__dataclass_fields__ if name != "__slots__"]


def parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The direct children that are code, in order."""
    for name in fields(node):
        value = None if is_layout(name) else getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, cst.CSTNode))


def every(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and all code below it, outermost first."""
    yield node
    for part in parts(node):
        yield from every(part)


def code(node: cst.CSTNode) -> str:
    """The text of a node, as if it stood at the left margin."""
    return cst.Module([]).code_for_node(node)


def parse(text: str, mode: str = "exec") -> ast.AST:
    """`ast.parse` that stays silent about doubtful escapes; SyntaxError or ValueError where `text` is not Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(text, "<patch>", mode, ast.PyCF_ONLY_AST)


def dump(tree: ast.AST) -> str:
    """The tree as text without positions; `u"x"` is `"x"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.kind = None
    return ast.dump(tree)


def program(node: cst.CSTNode) -> str | None:
    """The dump of the syntax tree that an expression's or statement's text stands for; None if it is not Python."""
    try:
        if isinstance(node, cst.BaseExpression):
            return dump(parse(f"({code(node)}\n)", "eval"))
        return dump(parse(code(node) + "\n"))
    except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError):
        return None  # a node put together from two trees may be one that libcst cannot write


def units(suite: cst.BaseSuite) -> list[Small | cst.BaseCompoundStatement]:
    """The statements of a block, each by itself: `a; b` are two."""
    found: list[Any] = []
    for statement in suite.body:
        found += statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
    return found


def sole_if(node: object) -> cst.If | None:
    """The `if` of an `else:` that holds nothing but an `if`, which means the same as `elif`."""
    if not isinstance(node, cst.Else):
        return None
    inside = units(node.body)
    return inside[0] if len(inside) == 1 and isinstance(inside[0], cst.If) else None


class Keys:
    """CST node -> a number that is equal for equal code. Numbers are comparable within one `Keys` only."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._known: dict[int, tuple[cst.CSTNode, int]] = {}  # the node is held, or its id would be used again

    def of(self, node: cst.CSTNode) -> int:
        """The number of a node's normal form."""
        known = self._known.get(id(node))
        if known is None:
            form = self._form(node)
            number = form if isinstance(form, int) else self._numbers.setdefault(form, len(self._numbers))
            known = self._known[id(node)] = (node, number)
        return known[1]

    def _form(self, node: cst.CSTNode) -> object:
        match node:
            case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
                return "string", program(node) or code(node)
            case cst.Integer() | cst.Float() | cst.Imaginary():
                return "number", repr(ast.literal_eval(node.value))
            case cst.Name():
                return "name", unicodedata.normalize("NFKC", node.value)
            case cst.BooleanOperation():
                return "bool", type(node.operator).__name__, tuple(map(self.of, _chain(node)))
            case cst.SimpleStatementLine(body=[only]):
                return self.of(only)
            case cst.BaseSuite():
                return "block", tuple(map(self.of, units(node)))
            case cst.Else():
                inner = sole_if(node)
                return self.of(inner) if inner else ("else", self.of(node.body))
            case cst.Subscript():
                return "subscript", self.of(node.value), self._index(node)
            case cst.MatchList() | cst.MatchTuple():
                return "sequence", tuple(map(self.of, node.patterns))
            case cst.Del() | cst.AnnAssign():
                # `del (a, b)` deletes one tuple, and `(x): int` declares nothing: here parentheses mean something.
                return *self._generic(node), bool(node.target.lpar)
        return self._generic(node)

    def _generic(self, node: cst.CSTNode) -> tuple[object, ...]:
        values = (self._value(getattr(node, name)) for name in fields(node) if not is_layout(name))
        return type(node).__name__, *values

    def _value(self, value: object) -> object:
        if isinstance(value, cst.CSTNode):
            return self.of(value)
        if isinstance(value, (list, tuple)):
            return tuple(map(self._value, value))
        return "" if isinstance(value, cst.MaybeSentinel) or value is None else value

    def _index(self, node: cst.Subscript) -> object:
        """`x[a, b]` and `x[(a, b)]` are one; `x[a,]` is another than `x[a]`."""
        only = node.slice[0].slice if len(node.slice) == 1 else None
        if isinstance(only, cst.Index) and isinstance(only.value, cst.Tuple) and not only.star:
            return "tuple", tuple(
                (self.of(e.value), "*" if isinstance(e, cst.StarredElement) else "") for e in only.value.elements
            )
        if only is not None and isinstance(node.slice[0].comma, cst.MaybeSentinel):
            return self.of(only)
        return "tuple", tuple(
            (self.of(e.slice.value), e.slice.star or "") if isinstance(e.slice, cst.Index) else (self.of(e.slice), "")
            for e in node.slice
        )


def _chain(node: cst.BooleanOperation) -> list[cst.BaseExpression]:
    """`a and b and c` -> a, b, c; libcst nests them, `ast` does not, and `(a and b) and c` is another tree."""
    left, operands = node.left, [node.right]
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is type(node.operator) and not left.lpar:
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]
