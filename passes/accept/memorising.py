"""A definition before + after + what tests give and expect -> why the change only memorises a test, or ""."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence

from tracec.passes.messages.test_tables import Check
from tracec.passes.syntax.ast_diff import Edit, differences
from tracec.passes.syntax.nodes import literal_value
from tracec.passes.syntax.parsing import NO_PROGRAM
from tracec.passes.syntax.tree import FUNCTIONS

# All chosen.
SIMPLE = 2  # whole numbers up to this, and texts and containers shorter than this, are what base cases are made of
LADDER = 2  # cases: if code already compares one expression with so many distinctive literals, one more is honest
TELLING = 1000  # a whole number from here on is distinctive
DIGITS = 4  # a fraction of at least so many digits is distinctive
MATCHES = 2  # entries that a table has in common with the tests, from which on it is made of what they say
LONGEST_BRIEF = 60  # characters of code that are shown in a reason


def memorises(before: str, after: str, checks: Sequence[Check]) -> str:
    """Explain why `after` only memorises what the tests say; "" where it does not, and where a text is no program.

    It memorises with a new case for a test's argument that gives the literal expected there, with a table of such
    cases, with a test's expected value as its only result, and with a result that compares with a test's argument.
    Base cases (0, 1, "", [], None), constants that become others and one more rung of a ladder of cases are honest.
    """
    try:
        edits = differences(before, after)
        old, new = ast.parse(before), ast.parse(after)
    except NO_PROGRAM:
        return ""
    tests = _Tests(checks)
    known = {key(value) for node in ast.walk(old) for value in literal_value(node)}
    found = (
        why
        for edit in edits
        for why in (*_cases(edit, old, tests, known), *_tables(edit, old, tests), *_results(edit, new, tests))
    )
    return next(found, "") or _constant(old, new, tests)


class _Tests:
    """What tests give and expect, by key."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = [
            (
                {key(part) for value in check.given for part in (value, *seen(value))},
                {key(value) for value in check.expected},
            )
            for check in checks
        ]
        self.expected = frozenset[str]().union(*(expected for _, expected in self._checks))

    def pairs(self, given: object, expected: object) -> bool:
        """True where one check of a test has both."""
        one, other = key(given), key(expected)
        return any(one in check and other in wanted for check, wanted in self._checks)


def seen(value: object) -> Iterator[object]:
    """Yield what a condition can ask of a value: its length, its elements."""
    if isinstance(value, (str, list, tuple, dict, set, frozenset)):
        yield len(value)
    if isinstance(value, (list, tuple)):
        yield from value


def key(value: object) -> str:
    """Write a value as a text that is equal for equal values; `1`, `1.0` and `True` differ."""
    return repr(sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value)


def simple(value: object) -> bool:
    """Tell whether base cases are made of such a value."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, (int, float)):
        return abs(value) <= SIMPLE and value == int(value)
    if isinstance(value, (str, bytes)):
        return len(value) < SIMPLE
    return isinstance(value, (list, tuple, set, frozenset, dict)) and (
        not value or (len(value) < SIMPLE and all(map(simple, value)))
    )


def telling(value: object) -> bool:
    """Tell whether nobody writes such a value who has not seen it: a long number, a container of more than a few."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) >= TELLING and bool(str(value).strip("-0")[1:])  # 1000 and 2000 are round
    if isinstance(value, float):
        return value == value and len(repr(abs(value)).replace(".", "").strip("0")) >= DIGITS
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return len(value) >= SIMPLE and not all(map(simple, value))
    return False


def _cases(edit: Edit, old: ast.AST, tests: _Tests, known: Collection[str]) -> Iterator[str]:
    """if x == 17: return 4   where a test says f(17) == 4."""
    stayed = {ast.dump(test) for part in edit.old for test, _ in _branches(part)}
    for root in edit.new:
        for test, results in _branches(root):
            if ast.dump(test) in stayed:
                continue
            for result in results:
                asked = [(subject, value) for subject, value in _asked(test) if _memory(subject, value, result, old)]
                if any(tests.pairs(value, result) for _, value in asked):
                    yield f"`{_brief(test)}` gives {result!r} for what a test gives"
                elif telling(result) and key(result) in tests.expected and key(result) not in known:
                    yield f"`{_brief(test)}` gives {result!r}, which a test expects"


def _memory(subject: ast.expr, value: object, result: object, old: ast.AST) -> bool:
    """True where a case is too telling for a base case, and the code has no ladder of such cases."""
    if simple(value) and not telling(result):
        return False
    rungs = {key(v) for node in ast.walk(old) if isinstance(node, ast.expr) for s, v in _asked(node) if not simple(v)
             and ast.dump(s) == ast.dump(subject)}  # fmt: skip
    return len(rungs) < LADDER


def _branches(root: ast.AST) -> Iterator[tuple[ast.expr, list[object]]]:
    """Every condition below a node, with the literals that its branches return or store."""
    for node in ast.walk(root):
        if isinstance(node, ast.If):
            yield node.test, [*_given(node.body), *(_given(node.orelse) if _negated(node.test) else ())]
        elif isinstance(node, ast.IfExp):
            yield node.test, [*literal_value(node.body), *(literal_value(node.orelse) if _negated(node.test) else ())]
        elif isinstance(node, ast.Match):
            for case in node.cases:
                if isinstance(case.pattern, ast.MatchValue):
                    yield ast.Compare(node.subject, [ast.Eq()], [case.pattern.value]), [*_given(case.body)]


def _negated(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.NotEq, ast.NotIn))


def _given(body: Iterable[ast.stmt]) -> Iterator[object]:
    for statement in body:
        if isinstance(statement, (ast.Return, ast.Assign)):
            yield from literal_value(statement.value)


def _asked(test: ast.AST) -> Iterator[tuple[ast.expr, object]]:
    """(what, literal) of each `what == literal_value` and `what in (literal_value, ...)` of a condition."""
    if isinstance(test, ast.BoolOp):
        for part in test.values:
            yield from _asked(part)
    elif isinstance(test, ast.UnaryOp):
        yield from _asked(test.operand)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        sides = [(test.left, test.comparators[0]), (test.comparators[0], test.left)]
        for subject, other in sides[:1] if isinstance(test.ops[0], (ast.In, ast.NotIn)) else sides:
            for value in () if literal_value(subject) else literal_value(other):
                if isinstance(test.ops[0], (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
                    yield subject, value
                elif isinstance(value, (list, tuple, set, dict)) and isinstance(test.ops[0], (ast.In, ast.NotIn)):
                    yield from ((subject, part) for part in value)


def _tables(edit: Edit, old: ast.AST, tests: _Tests) -> Iterator[str]:
    """{17: 4, 18: 5}[x], [1, 2, 6, 24][n]   where tests say so; a table that only grows is honest."""
    known = [table for node in ast.walk(old) for table in _table(node)]
    for node in (node for root in edit.new for node in ast.walk(root)):
        for table in _table(node):
            matching = [(k, v) for k, v in table if tests.pairs(k, v)]
            grown = any(sum(pair in table for pair in other) >= MATCHES for other in known)
            many = len(matching) >= MATCHES or any(not simple(k) and not simple(v) for k, v in matching)
            if many and not grown and isinstance(node, ast.expr):
                yield f"`{_brief(node)}` is a table of what tests give and expect"


def _table(node: ast.AST) -> Iterator[list[tuple[object, object]]]:
    if isinstance(node, ast.Dict):
        cells = [(literal_value(k), literal_value(v)) for k, v in zip(node.keys, node.values)]
        yield [(k[0], v[0]) for k, v in cells if k and v]
    elif isinstance(node, ast.Subscript) and not literal_value(node.slice):
        for value in literal_value(node.value):
            if isinstance(value, (list, tuple)) and len(value) > SIMPLE:
                yield list(enumerate(value))


def _results(edit: Edit, new: ast.AST, tests: _Tests) -> Iterator[str]:
    """return x in (7, 13)   where tests say f(7) and f(13) are true."""
    inside = {id(node) for root in edit.new for node in ast.walk(root)}
    fresh = {ast.dump(node) for root in edit.new for node in ast.walk(root) if isinstance(node, ast.Compare)}
    old = {ast.dump(node) for root in edit.old for node in ast.walk(root) if isinstance(node, ast.Compare)}
    for returned in (node.value for node in ast.walk(new) if isinstance(node, ast.Return) and node.value and inside):
        for node in _truths(returned):
            if ast.dump(node) not in fresh - old or not isinstance(node.left, ast.Name):
                continue
            truth = not isinstance(node.ops[0], (ast.NotEq, ast.NotIn))
            values = [value for _, value in _asked(node) if not simple(value) and not isinstance(value, str)]
            if any(tests.pairs(value, truth) for value in values):
                yield f"`{_brief(node)}` tells a test's argument from others"


def _truths(node: ast.expr) -> Iterator[ast.Compare]:
    """The comparisons that an expression's truth is made of."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _truths(part)
    elif isinstance(node, ast.Compare):
        yield node


def _constant(old: ast.Module, new: ast.Module, tests: _Tests) -> str:
    """return 4   whatever is given, where a test says f(17) == 4."""
    before, after = _ends(old), _ends(new)
    if len(after) != 1 or None in after or not after or before == after:
        return ""
    value = next(iter(after.values()))
    if not value or value[0] is None or key(value[0]) not in tests.expected or None not in before:
        return ""
    if _looks(new) and simple(value[0]):  # it may do what it does on the way
        return ""
    return f"it returns {value[0]!r}, which a test expects, whatever it is given"


def _ends(tree: ast.Module) -> dict[str | None, tuple[object, ...]]:
    """The literals that a function may return, by key; None for what is no literal."""
    found: dict[str | None, tuple[object, ...]] = {}
    for node in _reached(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            value = literal_value(node.value)
            found[key(value[0]) if value else None] = value
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            found[None] = ()
    return found


def _looks(tree: ast.Module) -> bool:
    """True where the function reads one of its parameters."""
    function = tree.body[0] if tree.body else None
    if not isinstance(function, FUNCTIONS):
        return True
    names = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
    return any(isinstance(node, ast.Name) and node.id in names for node in _reached(tree))


def _reached(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes of a function's body up to the statement that always ends it, functions within left out."""
    function = tree.body[0] if tree.body else None
    for statement in function.body if isinstance(function, FUNCTIONS) else ():
        yield from _outside_functions(statement)
        if isinstance(statement, (ast.Return, ast.Raise)):
            return


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            yield from _outside_functions(part)


def _brief(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST_BRIEF else f"{text[: LONGEST_BRIEF - 3]}..."
