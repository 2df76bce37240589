"""A site -> how the value there is computed again from its operands; sites of other kinds have no rule."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from tracec.passes.nouns.structure import Site
from tracec.passes.syntax.parsing import expression_of
from tracec.passes.verify.exact_values import INEXACT, made
from tracec.passes.verify.pure_operations import (
    BINARY,
    BUILTINS,
    KNOWN_METHODS,
    UNARY,
    added_to,
    called,
    compared,
    formatted,
    method,
    taken,
)

LONGEST = 4_000  # characters of an expression that is read; chosen
Values = Sequence[Any]  # of the operands: INEXACT where one is not known
Compute = Callable[[Values], Any]
KINDS = frozenset(["op", "compare", "bool", "choose", "item", "attr", "text", "display", "call"])


@dataclass(frozen=True, slots=True)
class Rule:
    """`compute` takes the values of the operands, in the order of evaluation, `constants` put among them, by place."""

    kind: str
    compute: Compute
    constants: tuple[Any, ...]  # INEXACT where a node has the value


@lru_cache(maxsize=20_000)
def rule_of(site: Site) -> Rule | None:
    """Return the rule of a site; None where it has none, or its operands are not told apart."""
    if site.kind == "aug":
        both = partial(all_exact, lambda values: added_to(site.attr, *values))
        return Rule("augmented assignment", both, (INEXACT,) * 2) if len(site.operands) == 2 else None
    whole = expression_of(f"({site.text})") if site.kind in KINDS and len(site.text) <= LONGEST else None
    found = PARTS[type(whole)](whole) if type(whole) in PARTS else None
    if found is None or (site.kind == "call") != isinstance(whole, ast.Call):
        return None
    kind, parts, compute = found
    constants = [constant_of(part, argument=isinstance(whole, ast.Call) and at > 0) for at, part in enumerate(parts)]
    if isinstance(whole, ast.Call) and not isinstance(whole.func, ast.Attribute):
        constants = [INEXACT] * len(parts)
    wanted = sum(width(part) for part in parts) if not isinstance(whole, ast.Call) else constants.count(INEXACT)
    return Rule(kind, compute, tuple(constants)) if wanted == len(site.operands) else None


def constant_of(node: ast.expr, *, argument: bool = False) -> Any:
    """Return the value of an operand that no node has. Each argument of a call has one."""
    if argument or width(node):
        return INEXACT
    try:
        return made(node)
    except (ValueError, TypeError):
        return UNREAD


UNREAD = object()  # an operand without a node that is no literal


def width(node: ast.expr) -> int:
    """Count the operands that the instrumenter makes of an expression."""
    if isinstance(node, (ast.Constant, ast.Lambda)):
        return 0
    if isinstance(node, ast.UnaryOp):
        return 0 if isinstance(node.operand, ast.Constant) else 1
    if isinstance(node, ast.Tuple):
        return int(any(width(element) for element in node.elts))
    if isinstance(node, (ast.NamedExpr, ast.Starred)):
        return width(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super":
        return 0
    return 1


def all_exact(compute: Compute, values: Values) -> Any:
    """Compute where every operand is known."""
    return INEXACT if any(value is INEXACT or value is UNREAD for value in values) else compute(values)


# --- the parts of each kind of expression: (how it is told, its operands, how it is computed) ---

Parts = tuple[str, Sequence[ast.expr], Compute]


def binary(node: ast.BinOp) -> Parts | None:
    operation = BINARY[type(node.op).__name__]
    return "arithmetic", (node.left, node.right), partial(all_exact, lambda values: operation(*values))


def unary(node: ast.UnaryOp) -> Parts | None:
    operation = UNARY[type(node.op).__name__]
    kind = "not" if isinstance(node.op, ast.Not) else "arithmetic"
    return kind, (node.operand,), partial(all_exact, lambda values: operation(*values))


def comparison(node: ast.Compare) -> Parts | None:
    kinds = [type(kind).__name__ for kind in node.ops]
    return "comparison", (node.left, *node.comparators), partial(chained, kinds)


def chained(kinds: Sequence[str], values: Values) -> Any:
    """`a < b < c`: what is not needed need not be known."""
    answer: Any = INEXACT
    for kind, one, other in zip(kinds, values, values[1:]):
        answer = all_exact(lambda pair, kind=kind: compared(kind, *pair), (one, other))  # type: ignore[misc]
        if answer is INEXACT or not answer:
            return answer
    return answer


def boolean(node: ast.BoolOp) -> Parts | None:
    return "boolean operation", node.values, partial(first_that, isinstance(node.op, ast.Or))


def first_that(truth: bool, values: Values) -> Any:
    """`a or b`: the first operand that is true, else the last one."""
    for value in values[:-1]:
        if value is INEXACT or value is UNREAD or bool(value) is truth:
            return INEXACT if value is UNREAD else value
    return INEXACT if values[-1] is UNREAD else values[-1]


def choice(node: ast.IfExp) -> Parts | None:
    return "choice", (node.test, node.body, node.orelse), chosen


def chosen(values: Values) -> Any:
    """`b if a else c`."""
    return all_exact(lambda values: values[-1], (values[0], values[1] if values[0] else values[2]))


def item(node: ast.Subscript) -> Parts | None:
    index = node.slice
    if isinstance(index, ast.Slice):
        bounds = [index.lower, index.upper, index.step]
        there = [bound is not None for bound in bounds]
        parts = [node.value, *(bound for bound in bounds if bound is not None)]
        return "item", parts, partial(all_exact, partial(sliced, there))
    if isinstance(index, ast.Tuple):
        return None
    return "item", (node.value, index), partial(all_exact, lambda values: taken(*values))


def sliced(there: Sequence[bool], values: Values) -> Any:
    """`x[a:b]`, where some of the bounds are there."""
    given = iter(values[1:])
    return values[0][slice(*[next(given) if is_there else None for is_there in there])]


def display(node: ast.Tuple | ast.List | ast.Set) -> Parts | None:
    kind = {ast.Tuple: tuple, ast.List: list, ast.Set: set}[type(node)]
    starred = any(isinstance(element, ast.Starred) for element in node.elts)
    return None if starred else ("display", node.elts, partial(all_exact, lambda values: kind(values)))


def mapping(node: ast.Dict) -> Parts | None:
    if any(key is None for key in node.keys):
        return None
    parts = [part for key, value in zip(node.keys, node.values) for part in (key, value) if part is not None]
    return "display", parts, partial(all_exact, lambda values: dict(zip(values[::2], values[1::2])))


def text(node: ast.JoinedStr) -> Parts | None:
    fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    specs = [field.format_spec.values if isinstance(field.format_spec, ast.JoinedStr) else [] for field in fields]
    if any(not isinstance(part, ast.Constant) for spec in specs for part in spec):
        return None
    return "f-string", [field.value for field in fields], partial(all_exact, partial(joined, node.values))


def joined(parts: Sequence[ast.expr], values: Values) -> str:
    """An f-string of constants and of fields whose values are given."""
    given, out = iter(values), []
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            spec = part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else []
            words = "".join(str(constant.value) for constant in spec if isinstance(constant, ast.Constant))
            out.append(formatted(next(given), part.conversion, words))
        elif isinstance(part, ast.Constant):
            out.append(str(part.value))
    return "".join(out)


def attribute(node: ast.Attribute) -> Parts | None:
    if node.attr not in ("real", "imag", "numerator", "denominator"):
        return None
    return "attribute", (node.value,), partial(all_exact, lambda values: getattr(values[0], node.attr))


def call(node: ast.Call) -> Parts | None:
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    if any(isinstance(arg, ast.Starred) for arg in node.args) or None in named or len(named) < len(node.keywords):
        return None
    names = [name for name in named if name is not None]
    parts = [*node.args, *named.values()]
    if isinstance(node.func, ast.Name) and (node.func.id in BUILTINS or node.func.id == "print"):
        return "call of a built-in function", parts, partial(all_exact, partial(applied, node.func.id, "", names))
    if isinstance(node.func, ast.Attribute) and node.func.attr in KNOWN_METHODS:
        parts.insert(0, node.func.value)
        return "method of a built-in type", parts, partial(all_exact, partial(applied, "", node.func.attr, names))
    return None


def applied(function: str, of_method: str, names: Sequence[str], values: Values) -> Any:
    """Call a built-in function, or a method of the first value, with the rest; `names` are those of the last ones."""
    first = 0 if function else 1
    plain, given = values[first : len(values) - len(names)], dict(zip(names, values[len(values) - len(names) :]))
    return called(function, plain, given) if function else method(values[0], of_method, plain, given)


PARTS: dict[Any, Callable[[Any], Parts | None]] = {
    ast.BinOp: binary, ast.UnaryOp: unary, ast.Compare: comparison, ast.BoolOp: boolean, ast.IfExp: choice,
    ast.Subscript: item, ast.Tuple: display, ast.List: display, ast.Set: display, ast.Dict: mapping,
    ast.JoinedStr: text, ast.Attribute: attribute, ast.Call: call,
}  # fmt: skip
