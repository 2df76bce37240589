"""Statement -> plain conditions on what it reads: few, and ranked by what traces say of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import call, compare, last_name, literal, method, name, negated, size
from tracec.passes.syntax.scope import parameters
from tracec.passes.syntax.shapes import CALLABLE, NUMBERS, PLAIN, SIZED
from tracec.passes.syntax.tree import FUNCTIONS

Ranked = tuple[float, ast.expr]
# In bits; chosen.
NEXT = 0.5  # for what only the statement after reads
LATER = 1.5  # for what a statement before reads too: a guard had better stand there
PARAMETER = 1.0  # for a parameter that neither reads
NEIGHBOUR = 2.0  # for a condition of another `if` of the function
SPECIAL = 3.0  # for names that begin with two underscores
PRESENT = 3.0  # to leave where something is there: a guard is seldom for that
MOST_CONDITIONS = 24


def known_conditions(node: ast.stmt, context: Context) -> list[Ranked]:
    """Plain conditions on what a statement reads, those first that tell failing tests from passing ones."""
    found: dict[str, Ranked] = {}
    for cost, condition, subject in conditions(node, context):
        price = context.moments.price(condition, node, subject)
        key = ast.dump(condition)
        if price is not None and (key not in found or cost + price < found[key][0]):
            found[key] = cost + price, condition
    return list(cheapest(found.values()))[:MOST_CONDITIONS]


def conditions(node: ast.stmt, context: Context) -> Iterator[tuple[float, ast.expr, ast.expr | None]]:
    """Bits, a condition, and the variable or attribute that it is about."""
    for cost, subject in _subjects(node, context):
        yield from ((cost + extra, condition, subject) for extra, condition in _questions(subject, context))
    for part in context.in_function(node):
        if isinstance(part, ast.If) and part is not node:
            operands = part.test.values if isinstance(part.test, ast.BoolOp) else []
            for test in (part.test, *operands):
                if context.defined(node, test):
                    far = NEIGHBOUR + 0.2 * bits(size(test))
                    yield far + (0.5 if isinstance(test, (ast.Name, ast.Attribute)) else 0.0), test, None
                    yield far + 0.5, negated(test), None


def _questions(subject: ast.expr, context: Context) -> Iterator[Ranked]:
    """What may be asked about a subject, by the types that it was seen to have."""
    kinds = context.shape(subject).types
    unknown = not kinds or bool(kinds - PLAIN)
    if unknown or "NoneType" in kinds:
        yield (1.0 if "NoneType" in kinds else 1.5), compare(subject, ast.Is(), literal(None))
    if unknown or kinds & (SIZED | {"bool"}):
        yield 1.0, negated(subject)
    if "str" in kinds:
        yield SPECIAL, method(subject, "startswith", literal("__"))
    if "bool" in kinds or (kinds & SIZED and len(kinds) > 1):
        yield 1.5 if kinds <= {"bool"} else PRESENT, subject
    if kinds and kinds <= NUMBERS - {"bool"} | {"NoneType"}:
        yield 1.5, compare(subject, ast.Eq(), literal(0))
        yield 2.5, compare(subject, ast.Lt(), literal(0))
    same = _same(subject, context) if kinds & CALLABLE else []
    yield from ((1.5 + 0.5 * bits(len(same)), one) for one in same)
    yield from ((1.5, one) for one in _of_classes(subject, context))


def _subjects(node: ast.stmt, context: Context) -> Iterator[Ranked]:
    """What may be asked about: what is read here, in the next statement, or given; variables and their attributes."""
    seen: set[str] = set()
    block = context.tree.block(node)
    at = block.index(node) if node in block else 0
    after = block[at + 1 : at + 2]
    before = {ast.dump(part) for statement in block[:at] for part in context.subjects(statement)}
    own = {*context.scope.locals_of(context.tree.function(node)), *parameters_of(node, context)}
    variables = {v.node.id for _, v in context.variables(node) if isinstance(v.node, ast.Name) and v.node.id in own}
    given = [arg for arg in parameters_of(node, context) if arg in variables and arg not in ("self", "cls")]
    ranked = [(0.0, part) for part in context.subjects(node)]
    ranked += [(NEXT, part) for statement in after for part in context.subjects(statement)]
    ranked += [(PARAMETER, name(arg)) for arg in given]
    for cost, subject in ranked:
        text = ast.dump(subject)
        held = subject if isinstance(subject, ast.Name) else getattr(subject, "value", None)
        if text not in seen and isinstance(held, ast.Name) and held.id in variables:
            seen.add(text)
            yield cost + 0.3 * bits(len(seen)) + LATER * (text in before), subject


def parameters_of(node: ast.stmt, context: Context) -> list[str]:
    """The parameters of the function around a statement."""
    around = context.around(node)
    return parameters(around) if isinstance(around, FUNCTIONS) else []


def _same(subject: ast.expr, context: Context) -> list[ast.expr]:
    """`x is f` for the functions of the file that `x` was seen to be."""
    texts = context.facts.texts_of(subject)
    functions = context.facts.file.function_names
    return [compare(subject, ast.Is(), name(f)) for f in functions if any(f in text for text in texts)]


def _of_classes(subject: ast.expr, context: Context) -> Iterator[ast.expr]:
    """`not isinstance(x, C)` for the classes that the file asks about, of what is called alike."""
    for kind in context.facts.file.asked_classes.get(last_name(subject), ()):
        yield negated(call("isinstance", subject, kind))
        yield call("isinstance", subject, kind)
