"""Reverse-mode derivatives over a trace: from a number to every number that it was computed from.

An operation's node tells its text and its inputs, a rule its partial derivatives. Numbers are plain floats; nothing ran
differently because of this. What no rule is known for stops the flow, and is told.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tracec.passes.nouns.target import VALUE_MARKS
from tracec.passes.nouns.trace import CALLEE, PASSING, Site, Trace
from tracec.passes.syntax.parsing import expression_of

Partial = Callable[..., float]

# Operator -> its partial derivatives by the left and the right operand.
BINARY: dict[str, tuple[Partial, Partial]] = {
    "Add": (lambda a, b: 1.0, lambda a, b: 1.0),
    "Sub": (lambda a, b: 1.0, lambda a, b: -1.0),
    "Mult": (lambda a, b: b, lambda a, b: a),
    "Div": (lambda a, b: 1 / b, lambda a, b: -a / (b * b)),
    "Pow": (
        lambda a, b: b * a ** (b - 1) if b else 0.0,
        lambda a, b: a**b * math.log(a) if a > 0 else 0.0 if a == 0 and b > 0 else math.nan,
    ),
    "Mod": (lambda a, b: 1.0, lambda a, b: -math.floor(a / b)),
    "FloorDiv": (lambda a, b: 0.0, lambda a, b: 0.0),
}
UNARY: dict[str, Partial] = {"USub": lambda a: -1.0, "UAdd": lambda a: 1.0}
# Function -> its partial derivatives by each argument; those of `math` and of the builtins.
CALLS: dict[str, tuple[Partial, ...]] = {
    "abs": (lambda x: math.copysign(1.0, x) if x else 0.0,),
    "fabs": (lambda x: math.copysign(1.0, x) if x else 0.0,),
    "float": (lambda x: 1.0,),
    "sqrt": (lambda x: 0.5 / math.sqrt(x),),
    "cbrt": (lambda x: 1 / (3 * math.cbrt(x) ** 2),),
    "exp": (math.exp,),
    "exp2": (lambda x: math.log(2) * 2.0**x,),
    "expm1": (math.exp,),
    "log": (
        lambda x, base=math.e: 1 / (x * math.log(base)),
        lambda x, base: -math.log(x) / (base * math.log(base) ** 2),
    ),
    "log2": (lambda x: 1 / (x * math.log(2)),),
    "log10": (lambda x: 1 / (x * math.log(10)),),
    "log1p": (lambda x: 1 / (1 + x),),
    "sin": (math.cos,),
    "cos": (lambda x: -math.sin(x),),
    "tan": (lambda x: 1 + math.tan(x) ** 2,),
    "asin": (lambda x: 1 / math.sqrt(1 - x * x),),
    "acos": (lambda x: -1 / math.sqrt(1 - x * x),),
    "atan": (lambda x: 1 / (1 + x * x),),
    "sinh": (math.cosh,),
    "cosh": (math.sinh,),
    "tanh": (lambda x: 1 - math.tanh(x) ** 2,),
    "asinh": (lambda x: 1 / math.sqrt(x * x + 1),),
    "acosh": (lambda x: 1 / math.sqrt(x * x - 1),),
    "atanh": (lambda x: 1 / (1 - x * x),),
    "erf": (lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x),),
    "erfc": (lambda x: -2 / math.sqrt(math.pi) * math.exp(-x * x),),
    "degrees": (lambda x: 180 / math.pi,),
    "radians": (lambda x: math.pi / 180,),
    "floor": (lambda x: 0.0,),
    "ceil": (lambda x: 0.0,),
    "trunc": (lambda x: 0.0,),
    "round": (lambda x, digits=0: 0.0,),
    "atan2": (lambda y, x: x / (x * x + y * y), lambda y, x: -y / (x * x + y * y)),
    "hypot": (lambda x, y=0.0: x / math.hypot(x, y), lambda x, y: y / math.hypot(x, y)),
    "pow": BINARY["Pow"],
    "fmod": (lambda a, b: 1.0, lambda a, b: -math.trunc(a / b)),
    "copysign": (lambda x, y: math.copysign(1.0, x) * math.copysign(1.0, y), lambda x, y: 0.0),
}
MAY_PASS = PASSING | {"item", "yield", "await", "bool"}  # kinds of nodes that may have the value of an input


@dataclass(slots=True)
class Gradient:
    """d(output)/d(node) by node, and the nodes at which the flow stopped, as no rule is known for them."""

    by_node: dict[int, float] = field(default_factory=dict)
    stopped: list[int] = field(default_factory=list)


def gradient(trace: Trace, output: int) -> Gradient:
    """Differentiate a numeric node by every numeric node before it. One pass from the newest node down.

    Raises ValueError where the output is no float or int.
    """
    columns = trace.columns
    values = columns.values
    if not is_number(values[output]):
        raise ValueError(f"%{output} is no number: {trace.nodes[output].value}")
    slots: list[float] = [0.0] * (output + 1)
    slots[output] = 1.0
    found = Gradient()
    for node in range(output, -1, -1):
        flow = slots[node]
        if flow == 0.0 or not is_number(values[node]):
            continue
        found.by_node[node] = flow
        kind = columns.table[columns.site[node]].kind  # what a choice gives is a constant where no input has its value
        known = kind in ("choose", "bool") or columns.first[node] == columns.first[node + 1]
        for source, factor in partials(trace, node):
            known = True
            slots[source] += flow * factor
        if not known:
            found.stopped.append(node)
    return found


def is_number(value: Any) -> bool:
    """Tell whether a value is a float or an int; a bool is none."""
    return type(value) is float or type(value) is int


def partials(trace: Trace, node: int) -> Iterator[tuple[int, float]]:
    """Yield (input, d(node)/d(input)) for the inputs that count."""
    columns, values = trace.columns, trace.columns.values
    site, first = columns.table[columns.site[node]], columns.first[node]
    inputs = columns.inputs[first : columns.first[node + 1]]
    words = [columns.words[label] for label in columns.labels[first : columns.first[node + 1]]]
    direct = "return" in words and set(words) <= {"return", CALLEE}  # what a traced function returned
    if CALLEE in words:
        inputs = inputs[: words.index(CALLEE)] + inputs[words.index(CALLEE) + 1 :]
    if site.kind in ("op", "aug", "call") and not direct:
        shape = (site.attr, None, None) if site.kind == "aug" else shape_of(site.text, site.kind)
        rule = rules(site, shape)
        if rule is not None:
            yield from by_rule(rule, shape, inputs, values)
        elif site.kind == "call" and site.attr in VALUE_MARKS:
            yield from ((source, 1.0) for source in marked(trace, node))
        elif site.kind == "call" and site.attr in ("sum", "fsum", "min", "max"):
            yield from by_choice(trace, site.attr, node, inputs)
        return
    if site.kind in MAY_PASS:
        same = [source for source in inputs if is_number(values[source]) and values[source] == values[node]]
        if not same:
            same = [e for source in inputs for e in elements(trace, source) or () if values[e] == values[node]]
            same = same if len(same) == 1 else []  # of several alike nobody knows which it is
        if same:
            yield max(same), 1.0


def elements(trace: Trace, node: int) -> list[int] | None:
    """Return the nodes of a container's elements, where each of them has one."""
    columns = trace.columns
    value = columns.values[node]
    if type(value) is not tuple or columns.table[columns.site[node]].kind not in ("display", "comp"):
        return None
    inputs = [i for i in columns.inputs[columns.first[node] : columns.first[node + 1]] if is_number(columns.values[i])]
    return inputs if len(inputs) == value[4] else None


def marked(trace: Trace, node: int) -> list[int]:
    """Return the value that `tracec.param(value, ...)` gives back as it is."""
    columns = trace.columns
    first = columns.first[node]
    labels = columns.labels[first : columns.first[node + 1]]
    given = [i for i, code in zip(columns.inputs[first : first + len(labels)], labels) if columns.words[code] == ""]
    return [i for i in given[:1] if is_number(columns.values[i]) and columns.values[i] == columns.values[node]]


Operation = tuple[Any, ...]  # its name, then for each operand the number that it is, or None where it is an input


@lru_cache(maxsize=10_000)
def shape_of(text: str, kind: str) -> Operation:
    """Read an operation's name and its operands: each a number, or None where it is an input."""
    whole = expression_of(f"({text})")
    if isinstance(whole, ast.BinOp):
        return (type(whole.op).__name__, constant(whole.left), constant(whole.right))
    if isinstance(whole, ast.UnaryOp):
        return (type(whole.op).__name__, constant(whole.operand))
    if isinstance(whole, ast.Call) and kind == "call":
        return ("call", *(None for _ in whole.args))
    return ()


def constant(node: ast.expr) -> float | None:
    """Return the number that an operand is as it stands."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if is_number(value) else None


def rules(site: Site, shape: Operation) -> tuple[Partial, ...] | None:
    """Return the partial derivatives of an operation, by operand; None where no rule is known."""
    if not shape:
        return None
    if site.kind == "call":
        plain = all(label in ("", "self") for label in site.labels)
        return CALLS.get(site.attr) if plain else None
    if len(shape) == 2:
        return (UNARY[shape[0]],) if shape[0] in UNARY else None
    return BINARY.get(shape[0])


def by_rule(
    rule: tuple[Partial, ...], shape: Operation, inputs: Sequence[int], values: Sequence[Any]
) -> Iterator[tuple[int, float]]:
    """Apply a rule to operands that are constants, or inputs in their order."""
    wanted = sum(operand is None for operand in shape[1:])
    sources = [source for source in inputs if is_number(values[source])][-wanted:] if wanted else []
    if len(sources) != wanted:
        return
    places = iter(sources)
    operands = [(None, operand) if operand is not None else (next(places), None) for operand in shape[1:]]
    numbers = [operand if source is None else values[source] for source, operand in operands]
    for (source, _), partial in zip(operands, rule):
        if source is not None:
            try:
                yield source, partial(*numbers)
            except (ArithmeticError, ValueError):
                yield source, math.nan


def by_choice(trace: Trace, name: str, node: int, inputs: Sequence[int]) -> Iterator[tuple[int, float]]:
    """`sum` passes everything on, `min` and `max` to the one that was chosen."""
    values = trace.columns.values
    numbers = [source for source in inputs if is_number(values[source])]
    numbers += [element for source in inputs for element in elements(trace, source) or ()]
    if name in ("sum", "fsum"):
        yield from ((source, 1.0) for source in numbers)
    else:
        yield from ((source, 1.0) for source in [s for s in numbers if values[s] == values[node]][:1])
