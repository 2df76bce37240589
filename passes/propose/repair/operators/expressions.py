"""Operators on any expression: a call put around it, text or list joined to it, another expression in its place."""

from __future__ import annotations

import ast
from itertools import takewhile

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.calls import sort_keys
from tracec.passes.propose.repair.operators.operator import VALUE_OR_EFFECT, Changes, Operator
from tracec.passes.propose.repair.pools import ARITHMETIC
from tracec.passes.propose.repair.ranked import bits, cheapest, dearer, merge, spread
from tracec.passes.syntax.nodes import LOAD, binary, call, last_name, literal, method, name, names_in
from tracec.passes.syntax.shapes import CALLABLE, MAPPINGS, NUMBERS, SEQUENCES, STREAMS, Shape

VIEWED = MAPPINGS | {"mappingproxy"}
LISTS = frozenset(("list", "tuple", "deque", "range"))
SETS = frozenset(("set", "frozenset"))
JOINABLE = frozenset(("str", "list", "tuple"))
# What may be put around a value of these types, with its bits beyond the operator's own.
CALLS: tuple[tuple[frozenset[str], tuple[tuple[str, float], ...]], ...] = (
    (ARITHMETIC, (("int", 0.5), ("round", 0.5), ("float", 0.5), ("str", 0.5))),
    (LISTS, (("sorted", 0.0), ("len", 0.5), ("set", 0.5), ("list", 0.5), ("reversed", 0.5), ("tuple", 0.5))),
    (LISTS, (("sum", 1.5), ("max", 1.5), ("min", 1.5), ("enumerate", 2.0))),
    (
        frozenset(("str",)),
        (("len", 0.5), ("int", 0.5), ("list", 0.5), ("set", 0.5), ("sorted", 1.0), ("reversed", 1.0)),
    ),
    (frozenset(("str",)), (("ord", 1.5), ("float", 1.5))),
    (SETS, (("sorted", 0.0), ("list", 0.0), ("len", 0.0))),
    (STREAMS, (("list", 0.0), ("sorted", 0.5), ("sum", 1.5), ("set", 1.5), ("tuple", 1.5))),
)
SEPARATORS = (" ", ", ", ",", ".", "-", "_", ":", "/", "\n")
MOST_IDLE = 12  # functions and classes that nothing mentions; chosen
DEAREST = 16.0  # bits of a term: there are hundreds of thousands that cost more; chosen
METHODS = ("lower", "upper", "strip", "split", "swapcase", "capitalize")


def called(node: ast.expr, context: Context) -> Changes:
    """Put in a missing conversion or reduction."""
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        return
    known = context.shape(node).types
    rows = [row for types, row in CALLS if known & types]
    usual = {function: cost for row in reversed(rows) for function, cost in row}
    if not known:
        usual = dict.fromkeys(("len", "int", "str", "list", "sorted", "set", "abs", "sum", "max", "min"), 2.0)
    near = _called(node), _called(context.tree.parent(node))
    yield from cheapest((cost, call(function, node)) for function, cost in usual.items() if function not in near)


def sorted_by(node: ast.expr, context: Context) -> Changes:
    """Put in a missing sort by length or from the top."""
    if context.shape(node).types & (LISTS | SETS):
        yield 0.0, ast.Call(name("sorted"), [node], [ast.keyword("reverse", literal(True))])
        for cost, key in cheapest(sort_keys(node, context)):
            yield max(0.0, cost - 1.5), ast.Call(name("sorted"), [node], [ast.keyword("key", key)])


def text_method(node: ast.expr, context: Context) -> Changes:
    """Put in a missing method of a text."""
    if "str" in context.shape(node).types and not isinstance(node, (ast.Constant, ast.JoinedStr)):
        yield from ((0.0, method(node, called)) for called in METHODS)


def asked(node: ast.Name | ast.Attribute, context: Context) -> Changes:
    """Call a method that the file calls, without arguments, on what is called alike; take the parts of a mapping."""
    if isinstance(context.tree.parent(node), ast.Attribute):
        return
    parts = ("items", "values", "keys") if context.shape(node).types & VIEWED else ()
    others = context.facts.file.asked.get(last_name(node), [])
    made = [(0.5 * bits(len(others)), other) for other in others]
    made += [(2.0, part) for part in parts if part not in others]
    yield from ((cost, method(node, other)) for cost, other in cheapest(made))


def own_call(node: ast.expr, context: Context) -> Changes:
    """Put in a missing call of a function of this file that takes one argument."""
    near = _called(node), _called(context.tree.parent(node))
    for function in context.pool(node).functions:
        if function.arity == 1 and function.name not in near:
            yield function.extra, call(function.name, node)


def idle_call(node: ast.expr, context: Context) -> Changes:
    """Call what the file defines or imports, or the class defines, and nothing mentions."""
    idle = context.facts.file.idle
    yield from ((bits(len(idle)), call(text, node)) for text in idle[:MOST_IDLE])
    own = [m.name for m in context.facts.owner.methods if m.name in context.facts.idle]
    yield from ((bits(len(own)), method(name("self"), text, node)) for text in own)


def uncalled(node: ast.Attribute | ast.Name, context: Context) -> Changes:
    """Take the result of a method or function, where that itself stands."""
    shape, file = context.shape(node), context.facts.file
    if isinstance(node, ast.Name):
        known = any(seen.name == node.id for seen in context.pool(node).functions)
    else:
        known = any(node.attr in methods for methods in (*file.methods.values(), *file.members.values()))
    if shape.types & CALLABLE or (known and not shape.types):
        yield 0.0, call(node)


def _called(node: ast.AST | None) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def joined(node: ast.expr, context: Context) -> Changes:
    """Join something more to a text or list, before or after it."""
    known = context.shape(node).types & JOINABLE
    if not known:
        return
    atoms = [(cost, atom) for cost, atom in context.atoms(node) if not _is_empty(atom.node)]
    same = [(cost, atom.node) for cost, atom in atoms if atom.shape.types & known]
    one = [(cost + (2.0 if atom.fixed else 0.0), atom.node) for cost, atom in atoms if cost < 9]
    lists = "list" in known and not isinstance(node, ast.List)
    yield from merge(
        spread(
            same, (0.0, lambda atom: binary(node, ast.Add(), atom)), (0.0, lambda atom: binary(atom, ast.Add(), node))
        ),
        spread(
            list(cheapest(one)) if lists else [],
            (2.5, lambda atom: binary(node, ast.Add(), ast.List([atom], LOAD))),
            (2.5, lambda atom: binary(ast.List([atom], LOAD), ast.Add(), node)),
        ),
    )


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.Dict)) or (isinstance(node, ast.Constant) and node.value == "")


def marked(node: ast.expr, context: Context) -> Changes:
    """Join one of the marks that failing tests show to a text, such as a full stop."""
    if "str" in context.shape(node).types and not isinstance(node, ast.Constant):
        yield from ((0.0, binary(node, ast.Add(), literal(mark))) for mark in context.facts.marks)
        yield from ((0.5, binary(literal(mark), ast.Add(), node)) for mark in context.facts.marks)


def separated(node: ast.BinOp, context: Context) -> Changes:
    """Put a separator between two texts that are joined without one."""
    if isinstance(node.op, ast.Add) and context.shape(node).types & {"str"}:
        for separator in SEPARATORS:
            yield 0.0, binary(binary(node.left, ast.Add(), literal(separator)), ast.Add(), node.right)


def fallback(node: ast.expr, context: Context) -> Changes:
    """Give a value that may be None or empty a default."""
    if "NoneType" in context.shape(node).types and not context.is_condition(node):
        for cost, atom in context.atoms(node):
            if "NoneType" not in atom.shape.types:
                yield cost, ast.BoolOp(ast.Or(), [node, atom.node])


def ingredient(node: ast.expr, context: Context) -> Changes:
    """Take another expression of the same function, of a type that may fit; long ones are less likely."""
    mine = context.shape(node)
    ranked = []
    for cost, part in context.ingredients(node):
        like = context.shape(part).like(mine)
        effect = context.tree.role(node) != "effect" or isinstance(part, ast.Call)
        if part is not node and like is not False and effect and context.defined(node, part):
            ranked.append((cost + (0.0 if like else 1.0), part))
    yield from cheapest(ranked)


def atom(node: ast.expr, context: Context) -> Changes:
    """Take a variable, an attribute, a part of a variable or a constant of a fitting type."""
    types = _wanted(context.shape(node))
    seen = context.atoms(node, types) if types else context.atoms(node)
    unsure = 0.0 if types else 1.0
    yield from dearer(((cost, choice.node) for cost, choice in seen), unsure)


def any_atom(node: ast.expr, context: Context) -> Changes:
    """Return an atom of any type: what was returned need not tell the type that should be."""
    if context.is_returned(node):
        yield from ((cost, choice.node) for cost, choice in context.atoms(node))


def term(node: ast.expr, context: Context) -> Changes:
    """Take `a op b` in place of a number, text or list."""
    types = _wanted(context.shape(node))
    if types and not types & (NUMBERS | SEQUENCES):
        return
    unsure = 0.0 if types else 1.5
    for cost, choice in takewhile(lambda pair: pair[0] <= DEAREST, context.terms(node)):
        if not types or choice.shape.fits(types) is not False:
            yield cost + unsure, choice.node


def repeated(node: ast.expr, context: Context) -> Changes:
    """Apply an operator with its operand, as of another expression of the function, to this value too."""
    if not names_in(node):
        return
    for part in context.in_function(node):
        if not isinstance(part, ast.BinOp) or part is node or part.left is node or isinstance(part.right, ast.BinOp):
            continue
        if context.shape(part.left).like(context.shape(node)) and context.defined(node, part.right):
            yield 0.0, binary(node, part.op, part.right)


def _wanted(shape: Shape) -> frozenset[str]:
    """The types a replacement should have; a bare None says nothing of the type that should be."""
    types = shape.types - {"NoneType"}
    return types | ARITHMETIC if types & ARITHMETIC else types


ROWS = (
    Operator("missing call", (ast.expr,), 6.5, called),  # a -> len(a)
    Operator("missing sort", (ast.expr,), 7.5, sorted_by),  # a -> sorted(a, key=len)
    Operator("missing call", (ast.expr,), 7.0, text_method),  # a -> a.lower()
    Operator("missing call", (ast.Name, ast.Attribute), 4.5, asked),  # a -> a.items()
    Operator("missing call", (ast.expr,), 7.5, own_call),  # a -> f(a)
    Operator("missing call", (ast.Attribute, ast.Name), 4.0, uncalled),  # a.f -> a.f()
    Operator("missing call", (ast.expr,), 5.0, idle_call),  # a -> f(a), which nothing calls
    Operator("missing part", (ast.expr,), 4.5, joined),  # a -> a + b, b + a
    Operator("missing mark", (ast.expr,), 7.0, marked),  # a -> a + "."
    Operator("missing separator", (ast.BinOp,), 7.5, separated),  # a + b -> a + " " + b
    Operator("fallback", (ast.expr,), 6.5, fallback),  # a -> a or b
    Operator("other expression", (ast.expr,), 6.5, ingredient, VALUE_OR_EFFECT),  # a -> b, written elsewhere
    Operator("other expression", (ast.expr,), 5.0, atom),  # a -> b, b[0], b.x, 0
    Operator("other result", (ast.expr,), 7.0, any_atom),  # return a -> return b
    Operator("other expression", (ast.expr,), 6.0, term),  # a -> b + c
    Operator("repeated operation", (ast.expr,), 6.5, repeated),  # a ... b ** 3 -> a ** 3 ... b ** 3
)
