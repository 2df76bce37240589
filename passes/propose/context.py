"""All that an operator may ask about the place it is applied to."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tracec.passes.propose.facts import Facts
from tracec.passes.propose.nodes import names_in
from tracec.passes.propose.pools import UNSURE, Atom, Pool, Term
from tracec.passes.propose.predicates import Condition, predicates
from tracec.passes.propose.ranked import Replay
from tracec.passes.propose.scope import Scope
from tracec.passes.propose.shapes import Shape
from tracec.passes.propose.suspicion import Suspicion
from tracec.passes.propose.tree import FUNCTIONS, Tree


class Context:
    """One definition, seen by the operators. `After` variants look at the moment a statement is done."""

    def __init__(self, tree: Tree, scope: Scope, facts: Facts, suspicion: Suspicion) -> None:
        self.tree, self.scope, self.facts, self.suspicion = tree, scope, facts, suspicion
        self._pools: dict[tuple[object, ...], Pool] = {}
        self._pool_at: dict[tuple[ast.AST, bool], Pool] = {}
        self._predicates: dict[Pool, Replay[Condition]] = {}
        self._defined: dict[tuple[ast.AST, bool], frozenset[str]] = {}

    def shape(self, node: ast.AST) -> Shape:
        """What is known of the values of `node`."""
        return self.facts.shape(node)

    def fit(self, node: ast.AST, types: frozenset[str]) -> float | None:
        """Bits to take `node` for one of `types`: 0 where known, `UNSURE` where not, None where it is none."""
        known = self.shape(node).fits(types)
        return UNSURE if known is None else 0.0 if known else None

    def pool(self, node: ast.AST, after: bool = False) -> Pool:
        """The expressions that can be made of what is visible at `node`."""
        if (node, after) not in self._pool_at:
            visible = self.scope.visible(node, after)
            statement = self.tree.statement(node)
            key = (statement, after, tuple(seen.name for seen in visible))
            if key not in self._pools:
                self._pools[key] = Pool(self.facts, visible, self._used_near(statement))
            self._pool_at[node, after] = self._pools[key]
        return self._pool_at[node, after]

    def variables(self, node: ast.AST, after: bool = False) -> list[Term]:
        """The variables that may be read at `node`, the likeliest first."""
        return self.pool(node, after).variables

    def atoms(self, node: ast.AST, types: frozenset[str] | None = None, after: bool = False) -> list[Term]:
        """Variables, their attributes and parts, and constants; only those that may be of `types` where given."""
        pool = self.pool(node, after)
        return pool.atoms if types is None else pool.of(types)

    def terms(self, node: ast.AST) -> Replay[tuple[float, Atom]]:
        """`a op b` over the atoms at `node`."""
        return self.pool(node).terms

    def predicates(self, node: ast.AST, after: bool = False) -> Replay[Condition]:
        """Conditions that can be made at `node`."""
        pool = self.pool(node, after)
        if pool not in self._predicates:
            self._predicates[pool] = Replay(predicates(pool))
        return self._predicates[pool]

    def defined(self, node: ast.AST, part: ast.AST, after: bool = False) -> bool:
        """True where every variable that `part` reads is known at `node`."""
        if (node, after) not in self._defined:
            self._defined[node, after] = self.scope.defined(node, after)
        return all(text in self._defined[node, after] for text in names_in(part))

    def around(self, node: ast.AST) -> ast.AST:
        """The innermost function around `node`, or the whole definition."""
        return self.tree.function(node) or self.tree.root

    def is_condition(self, node: ast.AST) -> bool:
        """True for tests, for operands of `and`, `or` and `not`, and for filters of comprehensions."""
        place = self.tree.places[node]
        if isinstance(place.parent, (ast.If, ast.While, ast.IfExp, ast.Assert, ast.comprehension)):
            return place.field in ("test", "ifs")
        return isinstance(place.parent, ast.BoolOp) or (
            isinstance(place.parent, ast.UnaryOp) and isinstance(place.parent.op, ast.Not)
        )

    def is_returned(self, node: ast.AST) -> bool:
        """True for the whole value of a `return`."""
        return isinstance(self.tree.parent(node), ast.Return)

    def in_function(self, node: ast.AST) -> list[ast.AST]:
        """The nodes of the innermost function around `node` that may be reused elsewhere, in source order."""
        function = self.around(node)
        inside = [part for part in self.tree.places if any(up is function for up in self.tree.above(part))]
        return inside if isinstance(function, FUNCTIONS) else list(self.tree.places)

    def _used_near(self, statement: ast.stmt) -> Sequence[str]:
        """Variables of the definition, by the distance in lines of their nearest use."""
        nearest: dict[str, int] = {}
        for node in self.tree.places:
            if isinstance(node, ast.Name):
                distance = abs(node.lineno - statement.lineno)
                nearest[node.id] = min(distance, nearest.get(node.id, distance))
        return sorted(nearest, key=lambda text: nearest[text])
