"""Operators that put in a guard of one plain condition, made from what is known of the place.

They say what `exits.py` says, of few conditions and few exits: what the statement itself reads being None, empty, of
another type; what neighbours ask; and the plainest way out.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.by_evidence.plain_conditions import (
    Ranked,
    conditions,
    known_conditions,
    parameters_of,
)
from tracec.passes.propose.repair.operators.insertions import substitute
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import (
    LOAD,
    assign,
    both,
    call,
    changed,
    either,
    last_name,
    literal,
    literal_value,
    name,
    names_in,
    negated,
    size,
    store,
)
from tracec.passes.syntax.shapes import SIZED
from tracec.passes.syntax.tree import FUNCTIONS

Exit = tuple[float, ast.stmt]
# In bits; chosen.
UNFINISHED = 1.5  # to return from within a loop: the rest of its turns is left out
INNER = 1.0  # for a value within another expression
DEAREST = 6.0  # beyond the operator's own: what costs more is made by `exits.py`
MOST_EXITS = 14
EMPTY: tuple[tuple[str, Callable[[], ast.expr]], ...] = (
    ("str", lambda: literal("")),
    ("list", lambda: ast.List([], LOAD)),
    ("dict", lambda: ast.Dict([], [])),
    ("tuple", lambda: ast.Tuple([], LOAD)),
    ("int", lambda: literal(0)),
    ("float", lambda: literal(0)),
)


def guard(node: ast.stmt, context: Context) -> Changes:
    """Leave before a statement where a plain condition holds: return, raise, go on with the loop."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)):
        return
    asked, exits = known_conditions(node, context), list(cheapest(_exits(node, context)))[:MOST_EXITS]
    made = [
        (max(0.0, cost + extra), Splice((ast.If(condition, [_told(way, condition)], []), node)))
        for cost, condition in asked
        for extra, way in exits
        if cost + extra <= DEAREST and not _is_test_of(condition, node)
    ]
    made += [
        (max(0.0, cost + extra), Splice((ast.If(condition, [new], []), node)))
        for cost, condition in asked
        for extra, new in _fallbacks(condition, node, context)
    ]
    yield from cheapest(made)


def _told(way: ast.stmt, condition: ast.expr) -> ast.stmt:
    """An exception that has nothing to say says why it is raised."""
    error = way.exc if isinstance(way, ast.Raise) else None
    if isinstance(error, ast.Call) and not error.args and not error.keywords:
        return ast.Raise(changed(error, args=[literal(ast.unparse(condition))]), None)
    return way


def _is_test_of(condition: ast.expr, node: ast.stmt) -> bool:
    """The statement itself asks that: its body would never run."""
    return isinstance(node, (ast.If, ast.While)) and ast.dump(node.test) == ast.dump(condition)


def joined(node: ast.expr, context: Context) -> Changes:
    """Join a plain condition, or one that a neighbour asks, to a test: it holds in more cases, or in fewer."""
    statement = context.tree.statement(node)
    if not isinstance(statement, (ast.If, ast.While)) or statement.test is not node:
        return
    made = []
    for cost, condition, subject in conditions(statement, context):
        if ast.dump(condition) in ast.dump(node):
            continue
        more = context.moments.price(condition, statement, subject)
        less = context.moments.price(negated(condition), statement, subject)
        if more is not None:
            made += [
                (max(0.0, cost + more), either(node, condition)),
                (max(0.0, cost + more + 0.5), either(condition, node)),
            ]
        if less is not None:
            made += [
                (max(0.0, cost + less), both(node, condition)),
                (max(0.0, cost + less + 0.5), both(condition, node)),
            ]
    yield from cheapest(made)


def raised(node: ast.stmt, context: Context) -> Changes:
    """Raise what a failing test expects, where something was returned or done."""
    if isinstance(node, (ast.Return, ast.Expr)) and context.facts.clues.expected_errors:
        yield from cheapest((cost, Splice((error,))) for cost, error in _errors(node, context))


def alternative(node: ast.expr, context: Context) -> Changes:
    """Take another value where an expression that raised cannot be evaluated: `e` -> `e if c else d`."""
    statement = context.tree.statement(node)
    if not context.is_raised(node) or isinstance(node, (ast.Name, ast.Constant)) or context.is_condition(node):
        return
    subjects = [s for s in context.subjects(node) if size(s) < size(node)]
    defaults = list(cheapest(_defaults(node, subjects, context)))
    inner = 0.0 if isinstance(context.tree.parent(node), ast.stmt) else INNER
    made = [
        (inner + at + cost + extra, ast.IfExp(subject, node, default))
        for at, subject in enumerate(subjects)
        if (cost := context.moments.price(negated(subject), node)) is not None
        for extra, default in defaults
        if context.defined(statement, default)
    ]
    yield from cheapest(made)


def _exits(node: ast.stmt, context: Context) -> Iterator[Exit]:
    inside = context.tree.loop(node) is not None
    if inside:
        yield 1.0, ast.Continue()
        yield 2.5, ast.Break()
    yield from ((cost + UNFINISHED * inside, ast.Return(value)) for cost, value in _results(node, context))
    yield from _errors(node, context)


def _results(node: ast.stmt, context: Context) -> Iterator[tuple[float, ast.expr | None]]:
    """What may be returned: as elsewhere, an empty thing of its kind, a parameter, a part of what comes later."""
    inside = context.in_function(node)
    if not isinstance(context.around(node), FUNCTIONS) or any(
        isinstance(p, (ast.Yield, ast.YieldFrom)) for p in inside
    ):
        yield 1.5, None
        return
    returns = [part for part in inside if isinstance(part, ast.Return)]
    values = [part.value for part in returns if part.value is not None]
    if all(literal_value(value) == (None,) for value in values):
        yield 1.0, None
        return
    seen: dict[str, ast.expr] = {}
    for value in values:
        if context.defined(node, value) and value is not getattr(node, "value", None):
            seen.setdefault(ast.dump(value), value)
    yield from ((1.5 + 0.2 * bits(size(value)), value) for value in seen.values())
    kinds = frozenset[str]().union(*(context.shape(value).types for value in values))
    if "bool" in kinds:
        yield from ((1.5, literal(truth)) for truth in (True, False))
    yield from ((2.0, make()) for kind, make in EMPTY if kind in kinds)
    yield 2.0, literal(None)
    given = [arg for arg in parameters_of(node, context) if context.facts.named(arg).types & kinds - {"NoneType"}]
    yield from ((2.0, name(arg)) for arg in given if arg not in ("self", "cls"))
    yield from _parts_of_results([r for r in returns if r.lineno >= node.lineno], node, context)


def _parts_of_results(returns: list[ast.Return], node: ast.stmt, context: Context) -> Iterator[Ranked]:
    """What a text that is returned later is made of, and what a call that is returned is given."""
    for result in returns:
        for part in ast.walk(result):
            if (
                not isinstance(part, ast.expr)
                or part is result.value
                or isinstance(part, (ast.Constant, ast.JoinedStr))
            ):
                continue
            whole = isinstance(
                context.tree.parent(part), (ast.FormattedValue, ast.BinOp, ast.Tuple, ast.Call, ast.Return)
            )
            callee = context.tree.role(part) == "callee" if part in context.tree.places else True
            if whole and not callee and size(part) > 1 and context.defined(node, part):
                yield 2.0 + 0.2 * bits(size(part)), part


def _errors(node: ast.stmt, context: Context) -> Iterator[tuple[float, ast.Raise]]:
    """`raise` as it stands near, of an exception that a failing test expects; or one made for it."""
    near = [part for part in context.facts.file.raises if isinstance(part.exc, ast.Call)]
    for kind, pattern in context.facts.clues.expected_errors:
        same = [part for part in near if last_name(part.exc.func) == kind]  # type: ignore[union-attr]
        here = [part for part in same if _fits(part, node, context) and _matches(part, pattern)]
        yield from ((1.0, part) for part in here[:3])
        if same or kind in context.facts.file.names or hasattr(builtins, kind):
            yield 1.5, ast.Raise(call(kind, literal(_message(pattern))) if pattern else call(kind), None)
    if not context.facts.clues.expected_errors:
        own = [part for part in context.in_function(node) if isinstance(part, ast.Raise) and part.exc]
        yield from ((2.5, part) for part in own if context.defined(node, part))


def _fits(error: ast.Raise, node: ast.stmt, context: Context) -> bool:
    """Whether an exception that is raised elsewhere tells of what is at hand here, and not only of the object."""
    read = set(names_in(error)) - {
        "self",
        "cls",
        last_name(error.exc.func if isinstance(error.exc, ast.Call) else error),
    }
    near = context.facts.clues.expected_errors and any(part is error for part in context.in_function(node))
    own = {*context.scope.locals_of(context.tree.function(node)), *parameters_of(node, context)}
    return context.defined(node, error) and (bool(near) or bool(read & own))


def _matches(error: ast.Raise, pattern: str) -> bool:
    text = "".join(
        part.value for part in ast.walk(error) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return not pattern or pattern.strip("^$").lower()[:12] in text.lower()


def _message(pattern: str) -> str:
    """The text that a pattern without special characters stands for."""
    return pattern.strip("^$").replace("\\", "")


def _fallbacks(condition: ast.expr, node: ast.stmt, context: Context) -> Iterator[Exit]:
    """`if x is None: x = y`, `if not x: x = y`: what is missing is taken from something else."""
    subject = condition.left if isinstance(condition, ast.Compare) else getattr(condition, "operand", None)
    if not isinstance(subject, ast.Name) or not isinstance(condition, (ast.Compare, ast.UnaryOp)):
        return
    for cost, atom in context.atoms(node)[:8]:
        if ast.dump(atom.node) != ast.dump(subject):
            yield 1.5 + 0.7 * cost, assign(store(subject.id), atom.node)


def _defaults(node: ast.expr, subjects: list[ast.expr], context: Context) -> Iterator[Ranked]:
    """The same of another variable, an empty thing of its kind, None."""
    for subject in subjects:
        for cost, choice in context.variables(node)[:8]:
            like = choice.shape.like(context.shape(subject))
            if like and choice.shape.types & SIZED and ast.dump(choice.node) != ast.dump(subject):
                yield 0.5 * cost, substitute(_shortened(node, subject), subject, choice.node)
    kinds = context.shape(node).types
    yield from ((1.0, make()) for kind, make in EMPTY if kind in kinds)
    if not kinds:
        yield from ((2.0, make()) for _, make in EMPTY[:5])
    yield 2.0, literal(None)


def _shortened(node: ast.expr, subject: ast.expr) -> ast.expr:
    """The expression without the step that only the missing thing needed: `len(a[0])` -> `len(a)`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and part.value is subject:
            return substitute(node, part, subject)
    return node


ROWS = (
    Operator("plain guard", (ast.stmt,), 4.0, guard, STATEMENT),  # a -> if x is None: return / a
    Operator("neighbour condition", (ast.expr,), 4.5, joined),  # if a: -> if a or b is None:
    Operator("raise", (ast.stmt,), 4.5, raised, STATEMENT),  # return a -> raise E("...")
    Operator("alternative", (ast.expr,), 4.0, alternative),  # f(x) -> f(x) if x else 0
)
