"""Trace + parameters -> what became of their values: comparisons, and the parameters whose values went elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import VALUE_MARKS
from tracec.passes.nouns.trace import CALLEE, PASSING, Site, Trace
from tracec.passes.propose.tune.expression import (
    FUNCTIONS,
    Expression,
    Operation,
    Parameter,
    parameters,
    size_of,
    value_of,
)
from tracec.passes.propose.tune.region import COMPARE, Link, Point, is_number, same
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.parsing import expression_of

MAY_PASS = PASSING | {"import", "const"}  # kinds of nodes that may have the very value of an input
MOST_OPERATIONS = 40  # between a parameter and a comparison: a value carried along has ever more; chosen
QUIET = frozenset(["test", "assert", "with", "delete"])  # they have no value that goes on


@dataclass(slots=True)
class Flow:
    """Comparisons in their order, parameters whose values went elsewhere, and those that were seen at all."""

    links: list[Link] = field(default_factory=list)
    escaped: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)


def flow(trace: Trace, spans: Mapping[Span, int], at: Point) -> Flow:
    """Follow the parameters whose literals stand at `spans` through a run at the point `at`.

    Whatever is not understood counts as going elsewhere: that costs runs, and is never wrong.
    """
    return Follower(trace, spans, at).run()


class Follower:
    """One pass over the nodes, oldest first."""

    def __init__(self, trace: Trace, spans: Mapping[Span, int], at: Point) -> None:
        self.trace, self.spans, self.at = trace, spans, at
        self.columns = trace.columns
        self.known: dict[int, Expression] = {}
        self.flow = Flow()
        self.inside = self._sites_with_literals()
        self.places = {module.path: module.sites for module in trace.modules}

    def run(self) -> Flow:
        """Visit the nodes that a parameter comes to. What is returned to code that is not traced went elsewhere."""
        columns, known = self.columns, self.known
        used: set[int] = set()
        for node in range(len(self.trace)):
            inputs = list(columns.inputs[columns.first[node] : columns.first[node + 1]])
            if columns.site[node] in self.inside or any(source in known for source in inputs):
                used.update(inputs)
                self._visit(node, inputs)
        for node in known.keys() - used:
            site = columns.table[columns.site[node]]
            if site.returns or site.kind == "return":
                self.flow.escaped |= parameters(known[node])
        return self.flow

    def _sites_with_literals(self) -> dict[int, list[Span]]:
        """The sites, by their number in the trace, in whose text parameters are written; where several, the inner."""
        found: dict[int, list[Span]] = {}
        for number in set(self.columns.site):
            span = self.columns.table[number].span
            inside = [literal for literal in self.spans if span.holds(literal)]
            if inside:
                found[number] = inside
        return found

    def _visit(self, node: int, inputs: list[int]) -> None:
        site = self.columns.table[self.columns.site[node]]
        if site.span in self.spans and site.kind == "const":
            number = self.spans[site.span]
            self.flow.seen.add(number)
            self._know(node, Parameter(number))
        elif site.kind == "compare":
            if not self._compare(site, inputs):
                self._escape(site, inputs)
        elif self._goes_on(node, site, inputs):
            pass
        elif site.kind in QUIET or (site.kind == "bool" and not self._numbers(inputs)):
            self._truths(inputs)
        elif site.kind == "choose" and not self._numbers(inputs[1:]):
            self._truths(inputs[:1])
            if len(inputs) == 1:  # a test that is no node: this may be the value itself
                self._escape(site, inputs)
        elif self._numbers(inputs) or self._own(site, inputs):
            self._escape(site, inputs)

    def _goes_on(self, node: int, site: Site, inputs: list[int]) -> bool:
        """As arithmetic, or as it is."""
        if site.kind in ("op", "call") and self._computed(node, site, inputs):
            return True
        return site.kind in MAY_PASS and self._passed(node, site, inputs)

    def _know(self, node: int, expression: Expression) -> None:
        """Remember what a node is, where that gives the value which it had and is not too long."""
        if size_of(expression, MOST_OPERATIONS) >= MOST_OPERATIONS:
            self.flow.escaped |= parameters(expression)
            return
        try:
            right = same(value_of(expression, self.at), self.columns.values[node])
        except (ArithmeticError, ValueError, TypeError):
            right = False
        if right and is_number(self.columns.values[node]):
            self.known[node] = expression
        else:
            self.flow.escaped |= parameters(expression)

    def _numbers(self, inputs: Sequence[int]) -> list[int]:
        return [source for source in inputs if source in self.known]

    def _own(self, site: Site, inputs: Sequence[int]) -> set[int]:
        """Parameters that are written in a site's text and come to it through no node of their own."""
        operands = [self.columns.table[self.columns.site[source]].span for source in inputs]
        spans = self.inside.get(self._number(site), []) if site.kind in ("op", "aug", "compare", "call") else []
        return {self.spans[s] for s in spans if not any(operand.holds(s) for operand in operands)}

    def _number(self, site: Site) -> int:
        return next((n for n in self.inside if self.columns.table[n] is site), -1)

    def _escape(self, site: Site, inputs: Sequence[int]) -> None:
        own = self._own(site, inputs)
        self.flow.seen |= own
        self.flow.escaped |= own
        for source in self._numbers(inputs):
            self.flow.escaped |= parameters(self.known[source])

    def _truths(self, inputs: Sequence[int]) -> None:
        """`if LIMIT:` is a comparison with zero."""
        for source in self._numbers(inputs):
            self.flow.links.append(Link(self.known[source], "NotEq", 0, bool(self.columns.values[source])))

    def _passed(self, node: int, site: Site, inputs: list[int]) -> bool:
        """A node that has the value of an input goes on as it."""
        numbers = self._numbers(inputs)
        first = self.columns.first[node]
        words = [self.columns.words[code] for code in self.columns.labels[first : first + len(inputs)]]
        if site.kind == "call":
            if "return" not in words and site.attr not in VALUE_MARKS:
                return False
            numbers = [source for source, word in zip(inputs, words) if source in self.known and word in ("return", "")]
        if site.kind == "choose" and numbers and numbers[0] == inputs[0]:
            return False
        if len(numbers) != 1 or not same(self.columns.values[node], self.columns.values[numbers[0]]):
            return site.kind == "call" and not numbers and "return" in words  # its arguments are nodes of their own
        self._know(node, self.known[numbers[0]])
        return True

    def _computed(self, node: int, site: Site, inputs: list[int]) -> bool:
        """An operation whose operands are known goes on as arithmetic."""
        operands = self._operands(site, inputs)
        tree = tree_of(site.text, site.kind)
        if operands is None or tree is None:
            return False
        if site.kind == "call" and (not isinstance(tree, ast.Call) or not plain_call(tree, site)):
            return False
        made = self._expression(tree, site, operands, whole=True)
        if made is None:
            return False
        if parameters(made):
            self.flow.seen |= parameters(made)
            self._know(node, made)
        return True

    def _compare(self, site: Site, inputs: list[int]) -> bool:
        """Each link of a chain, up to the first that is not so."""
        tree = tree_of(site.text, site.kind)
        operands = self._operands(site, inputs)
        if not isinstance(tree, ast.Compare) or operands is None:
            return False
        sides = [self._expression(side, site, operands) for side in (tree.left, *tree.comparators)]
        links: list[Link] = []
        for left, compare, right in zip(sides, tree.ops, sides[1:]):
            name = type(compare).__name__
            if left is None or right is None or name not in COMPARE:
                return False
            try:
                truth = bool(COMPARE[name](value_of(left, self.at), value_of(right, self.at)))
            except (ArithmeticError, ValueError, TypeError):
                return False
            links.append(Link(left, name, right, truth))
            if not truth:
                break
        used = [link for link in links if parameters(link.left) | parameters(link.right)]
        self.flow.links += used
        self.flow.seen.update(*(parameters(link.left) | parameters(link.right) for link in used))
        return True

    def _operands(self, site: Site, inputs: list[int]) -> dict[object, int] | None:
        """Span of an operand, or its name -> node; None where they do not match."""
        refs = [ref for ref, label in zip(site.operands, site.labels) if label != CALLEE]
        if len(inputs) == len(site.operands):
            inputs = [source for source, label in zip(inputs, site.labels) if label != CALLEE]
        if len(refs) != len(inputs):
            return None
        sites = self.places.get(site.span.path, ())
        return {sites[ref].span if isinstance(ref, int) else ref: source for ref, source in zip(refs, inputs)}

    def _expression(
        self, tree: ast.expr, site: Site, operands: Mapping[object, int], *, whole: bool = False
    ) -> Expression | None:
        """A part of a site's text; None where it is not arithmetic of numbers that are known."""
        span = place_of(tree, site)
        if span in self.spans:
            return Parameter(self.spans[span])
        source = operands.get(span, -1) if not whole else -1
        if source < 0 and isinstance(tree, ast.Name):
            source = operands.get(tree.id, -1)
        if source >= 0:
            value = self.columns.values[source]
            return self.known.get(source, value if is_number(value) else None)
        if isinstance(tree, ast.Constant):
            return tree.value if isinstance(tree.value, (int, float)) and is_number(tree.value) else None
        name, parts = parts_of(tree)
        made = [self._expression(piece, site, operands) for piece in parts]
        if name not in FUNCTIONS or any(piece is None for piece in made):
            return None
        return Operation(name, tuple(piece for piece in made if piece is not None))


def parts_of(tree: ast.expr) -> tuple[str, Sequence[ast.expr]]:
    """Split an operation into its name and operands; ("", ()) for what is none."""
    if isinstance(tree, ast.BinOp):
        return type(tree.op).__name__, (tree.left, tree.right)
    if isinstance(tree, ast.UnaryOp):
        return type(tree.op).__name__, (tree.operand,)
    if isinstance(tree, ast.Call):
        function = tree.func
        return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""), tree.args
    return "", ()


def plain_call(tree: ast.Call, site: Site) -> bool:
    """Tell whether a call is of a builtin or of `math`, as far as the text can tell: `abs(x)`, `math.sqrt(x)`."""
    if tree.keywords or any(isinstance(argument, ast.Starred) for argument in tree.args):
        return False
    if isinstance(tree.func, ast.Attribute):
        return isinstance(tree.func.value, ast.Name) and tree.func.value.id == "math"
    return isinstance(tree.func, ast.Name) and tree.func.id in ("abs", "float", "int", "round", "min", "max")


@lru_cache(maxsize=10_000)
def tree_of(text: str, kind: str) -> ast.expr | None:
    """Parse a site's text, behind one bracket; None where it is no expression."""
    return expression_of(f"({text})")


def place_of(tree: ast.expr, site: Site) -> Span:
    """Find where a part of a site's text is in the file."""
    lines = site.text.split("\n")

    def column(line: int, offset: int) -> int:
        if line > 1:
            return characters(lines[line - 1], offset)
        return site.span.column + characters("(" + lines[0], offset) - 1

    first, last = tree.lineno, tree.end_lineno or tree.lineno
    return Span(
        site.span.path,
        site.span.line + first - 1,
        column(first, tree.col_offset),
        site.span.line + last - 1,
        column(last, tree.end_col_offset or 0),
    )
