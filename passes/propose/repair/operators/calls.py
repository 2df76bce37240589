"""Operators on calls: arguments, keywords, another function, a call too much."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.operator import VALUE_OR_EFFECT, Changes, Operator
from tracec.passes.propose.repair.pools import ARITHMETIC
from tracec.passes.propose.repair.ranked import bits, cheapest, dearer, pairs
from tracec.passes.syntax.nodes import binary, changed, exchanged, item, literal, name, put, without
from tracec.passes.syntax.tree import Role

OTHER_KIND = 2.5  # bits more to take an argument of another type than the call had; chosen
SELF_ASSIGNMENT = 2.5  # bits more for `a = a`; chosen
CALLED: frozenset[Role] = frozenset(("callee",))
# Groups of functions of which one is easily written for another.
CONFUSED_FUNCTIONS = (
    ("min", "max", "sum", "len"),
    ("any", "all"),
    ("sorted", "list", "set", "tuple", "reversed"),
    ("int", "float", "round", "abs", "str"),
    ("floor", "ceil", "trunc", "sqrt"),
    ("ord", "chr"),
    ("bin", "hex", "oct", "str"),
    ("map", "filter"),
    ("enumerate", "range", "zip"),
    ("str", "repr", "list"),
    ("isinstance", "issubclass"),
    ("heappush", "heappop"),
    ("deepcopy", "copy"),
    ("product", "permutations", "combinations", "combinations_with_replacement"),
)
CONFUSED_METHODS = (
    ("append", "extend", "insert", "add", "appendleft"),
    ("add", "update", "discard", "remove", "append"),
    ("pop", "popleft", "remove", "popitem", "get"),
    ("lower", "upper", "swapcase", "title", "capitalize"),
    ("isupper", "islower", "isalpha"),
    ("isalpha", "isdigit", "isalnum", "isnumeric", "isspace"),
    ("startswith", "endswith"),
    ("find", "rfind", "index", "rindex", "count"),
    ("keys", "values", "items"),
    ("strip", "lstrip", "rstrip", "split"),
    ("split", "rsplit", "splitlines", "partition", "rpartition"),
    ("union", "intersection", "difference", "symmetric_difference"),
    ("issubset", "issuperset", "isdisjoint"),
    ("sort", "reverse"),
    ("get", "setdefault", "pop"),
    ("ljust", "rjust", "center", "zfill"),
    ("floor", "ceil", "trunc", "sqrt"),
    ("read", "readline", "readlines"),
    ("match", "search", "fullmatch", "findall"),
)
ONE_ARGUMENT = (
    "len", "sum", "max", "min", "abs", "sorted", "set", "list", "str", "int", "any", "all", "round", "tuple",
)  # fmt: skip
CLOSED = frozenset(("len", "isinstance", "print", "list", "set", "tuple", "sorted", "abs", "ord", "chr", "reversed"))


def argument_order(node: ast.Call, context: Context) -> Changes:
    """Exchange two arguments, neighbours first."""
    count = len(node.args)
    for first in range(count):
        for second in range(first + 1, count):
            yield 0.0, changed(node, args=exchanged(node.args, first, second))


def surplus_argument(node: ast.Call, context: Context) -> Changes:
    """Leave an argument or a keyword out."""
    for index in range(len(node.keywords)):
        yield 0.0, changed(node, keywords=without(node.keywords, index))
    for index in range(len(node.args)):
        yield 0.5, changed(node, args=without(node.args, index))


def missing_argument(node: ast.Call, context: Context) -> Changes:
    """Add an argument, where the function may take it."""
    called = _called(node)
    known = [seen for seen in context.pool(node).functions if seen.name == called]
    full = known and known[0].arity is not None and known[0].arity <= len(node.args)
    if called in CLOSED or len(node.args) > 3 or full or any(isinstance(a, ast.Starred) for a in node.args):
        return
    for cost, atom in context.atoms(node)[:30]:
        yield cost - 1.0, changed(node, args=[*node.args, atom.node])


def of_two(node: ast.Call, context: Context) -> Changes:
    """Take the larger or smaller of two variables, where that of a whole sequence was taken."""
    if _called(node) in ("max", "min") and len(node.args) == 1 and not node.keywords:
        numbers = [(0.5 * (cost - 1), atom.node) for cost, atom in context.variables(node) if atom.fit(ARITHMETIC) == 0]
        for cost, both in pairs(numbers, numbers):
            if both[0] is not both[1]:
                yield cost, changed(node, args=list(both))


def flag(node: ast.Call, context: Context) -> Changes:
    """Turn over a keyword that is True or False."""
    for index, keyword in enumerate(node.keywords):
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
            turned = changed(keyword, value=literal(not keyword.value.value))
            yield 0.0, changed(node, keywords=put(node.keywords, index, turned))


def sorting(node: ast.Call, context: Context) -> Changes:
    """Add a missing `reverse` or `key`."""
    called, given = _called(node), [keyword.arg for keyword in node.keywords]
    if called in ("sorted", "sort") and "reverse" not in given:
        yield 0.0, _with_keyword(node, "reverse", literal(True))
    if called in ("sorted", "sort", "max", "min") and "key" not in given:
        yield from cheapest((cost, _with_keyword(node, "key", key)) for cost, key in sort_keys(node, context))


def sort_keys(node: ast.expr, context: Context) -> list[tuple[float, ast.expr]]:
    """List what to sort by, with bits: a builtin, an element, a dictionary in scope."""
    found: list[tuple[float, ast.expr]] = [(2.5, name(key)) for key in ("len", "abs", "str", "int")]
    found += [(3.0, _lambda(item(name("x"), literal(index)))) for index in (0, 1, -1)]
    for _, atom in context.variables(node):
        if atom.shape.keys:
            found.append((3.0, _lambda(item(atom.node, name("x")))))
    return found


def range_bounds(node: ast.Call, context: Context) -> Changes:
    """Give a range another start, end or step, or take it backwards."""
    arguments = node.args
    if _called(node) != "range" or not 1 <= len(arguments) <= 2:
        return
    if len(arguments) == 1:
        yield 0.0, changed(node, args=[literal(1), *arguments])
        yield 0.0, changed(node, args=[literal(2), *arguments])
    else:
        yield 0.5, changed(node, args=[*arguments, literal(2)])
        yield 0.5, changed(node, args=[*arguments, literal(-1)])
        yield 2.5, changed(node, args=[arguments[1], arguments[0], literal(-1)])
    yield 0.5 if len(arguments) == 1 else 2.5, ast.Call(name("reversed"), [node], [])


def range_start(node: ast.Call, context: Context) -> Changes:
    """Start a range at a variable or next to it, as that of an inner loop."""
    if _called(node) != "range" or not 1 <= len(node.args) <= 2:
        return
    starts = [(0.5 * (c - 1), a.node) for c, a in context.variables(node) if a.fit(frozenset(("int",))) == 0]
    for cost, start in starts:
        yield cost, changed(node, args=[start, node.args[-1]])
        yield cost, changed(node, args=[binary(start, ast.Add(), literal(1)), node.args[-1]])


def unwrapped(node: ast.Call, context: Context) -> Changes:
    """Take an argument, or the receiver of a method, without the call."""
    made = context.shape(node)
    plain = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    parts: list[tuple[float, ast.expr]] = [
        (OTHER_KIND * (context.shape(one).like(made) is False), one) for one in plain
    ]
    if isinstance(node.func, ast.Attribute):
        parent, held = context.tree.parent(node), node.func.value
        targets = parent.targets if isinstance(parent, ast.Assign) else []
        same = any(ast.unparse(target) == ast.unparse(held) for target in targets)
        parts.append((1.0 + SELF_ASSIGNMENT * same, held))
    yield from cheapest(parts)


def other_function(node: ast.Name, context: Context) -> Changes:
    """Call one of the functions that are easily confused with the one called."""
    others = _others(CONFUSED_FUNCTIONS, node.id)
    builtin = [other for other in others if context.defined(node, name(other))]
    yield from ((0.6 * bits(len(builtin)), name(other)) for other in builtin)


def similar_function(node: ast.Name, context: Context) -> Changes:
    """Call another function of this file that takes as many arguments; then any function of one argument."""
    parent = context.tree.parent(node)
    count = len(parent.args) if isinstance(parent, ast.Call) else 0
    near = [f for f in context.pool(node).functions if f.name != node.id and f.arity in (None, count)]
    for function in near:
        yield 0.7 * bits(len(near)), name(function.name)
    if count == 1:
        yield from ((4.0, name(other)) for other in ONE_ARGUMENT if other != node.id)


def other_method(node: ast.Attribute, context: Context) -> Changes:
    """Call a method that is easily confused with the one called; then others called on the same object."""
    others = _others(CONFUSED_METHODS, node.attr)
    yield from ((0.6 * bits(len(others)), changed(node, attr=other)) for other in others)
    receiver = node.value.id if isinstance(node.value, ast.Name) else ""
    used = [m for m in context.facts.methods(receiver) if m != node.attr and m not in others]
    floor = 0.6 * bits(len(others))
    yield from dearer(((1.0 + 0.7 * bits(len(used)), changed(node, attr=other)) for other in used), floor)


def _others(groups: Sequence[Sequence[str]], called: str) -> list[str]:
    return list(dict.fromkeys(other for group in groups if called in group for other in group if other != called))


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _with_keyword(node: ast.Call, keyword: str, value: ast.expr) -> ast.Call:
    return changed(node, keywords=[*node.keywords, ast.keyword(keyword, value)])


def _lambda(body: ast.expr) -> ast.Lambda:
    return ast.Lambda(ast.arguments([], [ast.arg("x")], None, [], [], None, []), body)


ROWS = (
    Operator("argument order", (ast.Call,), 4.0, argument_order, VALUE_OR_EFFECT),  # f(a, b) -> f(b, a)
    Operator("surplus argument", (ast.Call,), 5.5, surplus_argument, VALUE_OR_EFFECT),  # f(a, b) -> f(a)
    Operator("missing argument", (ast.Call,), 6.0, missing_argument, VALUE_OR_EFFECT),  # f(a) -> f(a, b)
    Operator("of two", (ast.Call,), 5.5, of_two),  # max(a) -> max(b, c)
    Operator("flag", (ast.Call,), 3.5, flag, VALUE_OR_EFFECT),  # f(reverse=True) -> f(reverse=False)
    Operator("sorting", (ast.Call,), 5.0, sorting, VALUE_OR_EFFECT),  # sorted(a) -> sorted(a, key=len)
    Operator("range", (ast.Call,), 5.5, range_bounds),  # range(n) -> range(1, n)
    Operator("range", (ast.Call,), 5.5, range_start),  # range(n) -> range(i + 1, n)
    Operator("drop call", (ast.Call,), 4.5, unwrapped),  # f(a) -> a, a.m() -> a
    Operator("function", (ast.Name,), 3.5, other_function, CALLED),  # min(a) -> max(a)
    Operator("function", (ast.Name,), 4.5, similar_function, CALLED),  # f(a) -> g(a)
    Operator("method", (ast.Attribute,), 4.0, other_method, CALLED),  # a.append(b) -> a.extend(b)
)
