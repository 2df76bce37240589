"""Trace + a function's name -> its calls as source texts: what it was given, so that it can be given it again."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.graph.query import Use, calls_in
from tracec.passes.nouns.trace import Function, Picture, Trace, show
from tracec.passes.syntax.parsing import expression_of

CALLED = frozenset(["def", "generator", "lambda"])  # kinds of functions that are called


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `arguments` are source texts by parameter, `text` the whole call; both for people where `exact` is
    False, and `why_not` says why.

    Where it is True, `text` evaluated among the module's variables, and `numpy` where its arrays are in it, gives the
    function arguments that are equal to those it was given, of the same types, when its body began; defaults are given
    too, a default that no text can tell is left to the function. A method is called by way of its class. Decorators
    and what the function reads besides are those of the moment. `result` is the node of what it returned or raised, -1
    where it came to its end; `yielded` are those of what a generator gave away.
    """

    qualname: str
    path: str
    line: int
    arguments: Mapping[str, str]
    text: str
    exact: bool
    why_not: str
    node: int
    result: int
    raised: bool
    yielded: tuple[int, ...] = ()


def recorded_calls(trace: Trace, qualname: str) -> Iterator[Call]:
    """Find the calls of the functions of that name, in their order."""
    frames = [frame.function == qualname for frame in trace.frames]
    known = {(m.path, f.qualname, f.line): f for m in trace.modules for f in m.functions}
    outs = yielded(trace, frames)
    for use in calls_in(trace, frames):
        frame = trace.frames[use.frame]
        function = known[frame.path, frame.function, frame.line]
        if function.kind in CALLED:
            yield recorded_call(trace, use, function, outs.get(use.frame, ()))


def yielded(trace: Trace, frames: Sequence[bool]) -> dict[int, list[int]]:
    """Map each of the frames to what it gave away: the values of what stands behind a `yield`."""
    columns = trace.columns
    given = {
        id(module.sites[site.operands[0]])
        for module in trace.modules
        for site in module.sites
        if site.kind == "yield" and site.operands and isinstance(site.operands[0], int)
    }
    wanted = [id(site) in given for site in columns.table]
    found: dict[int, list[int]] = {}
    for node, number in enumerate(columns.site):
        if wanted[number] and frames[columns.frame[node]]:
            found.setdefault(columns.frame[node], []).append(node)
    return found


def recorded_call(trace: Trace, use: Use, function: Function, outs: Sequence[int] = ()) -> Call:
    """Describe one call of a function."""
    given = {trace.nodes[node].site.attr: node for node in use.arguments}
    texts = {name: source(trace.nodes[node].value) for name, node in given.items()}
    name, bound = named(trace, given, function)
    why = reasons(trace, given, function, bound)
    arguments = {name: text for name, (text, _) in texts.items()}
    left = [name for name, (_, whole) in texts.items() if not whole and is_default(trace, given[name])]
    for parameter, (text, whole) in texts.items():
        if not whole and parameter not in (*left, bound):
            why.append(f"{parameter} is {text}")
    text = f"{name}({', '.join(words(function, arguments, bound, left))})"
    raised = use.result >= 0 and trace.nodes[use.result].site.kind == "exception"
    frame = trace.frames[use.frame]
    return Call(
        frame.function, frame.path, frame.line, arguments, text, not why, "; ".join(why), use.call, use.result, raised,
        tuple(outs),
    )  # fmt: skip


def named(trace: Trace, given: Mapping[str, int], function: Function) -> tuple[str, str]:
    """Return the name that the function is called by, and the parameter that this gives: a class method's class."""
    owner, _, name = function.qualname.rpartition(".")
    first = function.params[0] if function.params else ""
    value = trace.nodes[given[first]].value if first in given else None
    is_class: bool = isinstance(value, Picture) and value.text == f"<{value.type} {owner.rpartition('.')[2]}>"
    return function.qualname, first if owner and is_class and name != "__new__" else ""


def reasons(trace: Trace, given: Mapping[str, int], function: Function, bound: str) -> list[str]:
    """Explain why no text can call it so, whatever the arguments are."""
    found = []
    if "<locals>" in function.qualname or "<lambda>" in function.qualname:
        found.append("it is defined within a function" if "<locals>" in function.qualname else "it has no name")
    if missing := [name for name in function.params if name not in given]:
        found.append(f"{missing[0]} was not recorded")
    seen: dict[int, str] = {}
    for name, node in given.items():
        value = trace.nodes[node].value
        if isinstance(value, Picture) and value.identity and not value.lasting and name != bound:
            if value.identity in seen:
                found.append(f"{seen[value.identity]} and {name} are one object")
            seen[value.identity] = name
    return found


def is_default(trace: Trace, node: int) -> bool:
    """Return True where a parameter has its default."""
    labels = trace.nodes[node].labels
    return list(labels) == ["default"]


def words(function: Function, arguments: Mapping[str, str], bound: str, left: Sequence[str]) -> Iterator[str]:
    """Write the arguments of a call. What comes after one that is left out is given by its name."""
    positional, star, double = function.shape
    by_name = False
    for place, name in enumerate(function.params):
        if name not in arguments or name == bound:
            continue
        if name in left:
            by_name = True
        elif double and name == function.params[-1]:
            yield from keywords(arguments[name])
        elif star and place == positional:
            yield from elements(arguments[name])
        else:
            yield f"{name}={arguments[name]}" if by_name or place >= positional else arguments[name]


def elements(text: str) -> Iterator[str]:
    """Write the elements of a tuple as arguments: `(1, 2)` -> `1`, `2`."""
    whole = expression_of(text)
    if not isinstance(whole, ast.Tuple):
        yield f"*{text}"
    else:
        yield from map(ast.unparse, whole.elts)


def keywords(text: str) -> Iterator[str]:
    """Write the entries of a dict as keywords: `{'a': 1}` -> `a=1`."""
    whole = expression_of(text)
    if not isinstance(whole, ast.Dict):
        yield f"**{text}"
        return
    for key, value in zip(whole.keys, whole.values):
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and is_name(key.value):
            yield f"{key.value}={ast.unparse(value)}"
        else:
            yield "**{" + (f"{ast.unparse(key)}: " if key else "") + ast.unparse(value) + "}"


def is_name(text: str) -> bool:
    """Tell whether a text may stand before the `=` of an argument."""
    return text.isidentifier() and isinstance(expression_of(text), ast.Name)


def source(value: object) -> tuple[str, bool]:
    """Write a value as Python reads it, and tell whether it does."""
    if isinstance(value, Picture):
        return (readable(value.text), True) if value.whole else (show(value), False)
    if isinstance(value, complex):
        return f"complex({source(value.real)[0]}, {source(value.imag)[0]})", True
    return readable(repr(value)) if isinstance(value, float) and not math.isfinite(value) else repr(value), True


class Spelled(ast.NodeTransformer):
    """Makes calls of `float` of `inf` and `nan`, as they are shown."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in ("inf", "nan"):
            return node
        return ast.Call(ast.Name("float", ast.Load()), [ast.Constant(node.id)], [])


def readable(text: str) -> str:
    """Rewrite the text of what is whole without names that only we know."""
    whole = expression_of(text) if "inf" in text or "nan" in text else None
    return text if whole is None else ast.unparse(ast.fix_missing_locations(Spelled().visit(whole)))
