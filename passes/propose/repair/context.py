"""Context: all that an operator may ask about the place it is applied to."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tracec.passes.propose.repair.evidence.moments import Moments
from tracec.passes.propose.repair.facts import Facts
from tracec.passes.propose.repair.pools import UNSURE, Pool, Snippet, Term
from tracec.passes.propose.repair.predicates import Condition, predicates
from tracec.passes.propose.repair.ranked import Replay, cheapest
from tracec.passes.propose.repair.similar_code import Distant, SimilarStatement, missing_statements, similar_to
from tracec.passes.propose.repair.suspicion import Suspicion
from tracec.passes.syntax.nodes import names_in, size
from tracec.passes.syntax.scope import Scope, parameters
from tracec.passes.syntax.shapes import Shape
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode, Tree

MOST_INGREDIENTS = 120  # expressions that are reused: what is far away in a long function is seldom meant; chosen
MOST_STATEMENTS = 16  # statements that are reused; chosen


class Context:
    """One definition, seen by the operators. `After` variants look at the moment a statement is done."""

    def __init__(
        self,
        tree: Tree,
        scope: Scope,
        facts: Facts,
        suspicion: Suspicion,
        moments: Moments | None = None,
    ) -> None:
        self.tree, self.scope, self.facts, self.suspicion = tree, scope, facts, suspicion
        self.moments = moments or Moments(tree, {}, frozenset(), {})
        self._pools: dict[tuple[object, ...], Pool] = {}
        self._pool_at: dict[tuple[ast.AST, bool], Pool] = {}
        self._predicates: dict[Pool, Replay[Condition]] = {}
        self._inside: dict[ast.AST, list[ast.AST]] = {}
        self._ingredients: dict[ast.stmt, list[tuple[float, ast.expr]]] = {}
        self._subjects: dict[ast.AST, list[ast.expr]] = {}
        self._dumps: dict[ast.expr, str] = {}
        self._defined: dict[tuple[ast.AST, bool], frozenset[str]] = {}
        self._similar: dict[ast.AST, list[Distant]] = {}
        self._missing: dict[FunctionNode, list[tuple[float, SimilarStatement]]] = {}

    def shape(self, node: ast.AST) -> Shape:
        """Return what is known of the values of `node`."""
        return self.facts.shape(node)

    def raises(self, node: ast.AST | None) -> bool:
        """Tell whether an expression was begun and never came to a value."""
        operation = isinstance(node, (ast.Call, ast.BinOp, ast.Subscript, ast.Attribute, ast.Compare))
        return node is not None and operation and self.suspicion.values.get(node) == ()

    def is_raised(self, node: ast.AST) -> bool:
        """Tell whether the exception that ended a failing test came from the line of a node."""
        return node in self.suspicion.raised

    def subjects(self, node: ast.AST) -> list[ast.expr]:
        """List the variables and their attributes that are read in `node`, each once; not what is called there."""
        if node not in self._subjects:
            found: dict[str, ast.expr] = {}
            for part in ast.walk(node):
                name = isinstance(part, ast.Name) or (
                    isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)
                )
                role = self.tree.role(part) if part in self.tree.places else None
                if name and role in ("value", "effect") and isinstance(part.ctx, ast.Load):  # type: ignore[attr-defined]
                    found.setdefault(ast.dump(part), part)  # type: ignore[arg-type]
            self._subjects[node] = list(found.values())
        return self._subjects[node]

    def fit(self, node: ast.AST, types: frozenset[str]) -> float | None:
        """Count the bits to take `node` for one of `types`: 0 if known, `UNSURE` if not, None if it is none of them."""
        known = self.shape(node).fits(types)
        return UNSURE if known is None else 0.0 if known else None

    def pool(self, node: ast.AST, after: bool = False) -> Pool:
        """Return the expressions that can be made of what is visible at `node`."""
        if (node, after) not in self._pool_at:
            visible = self.scope.visible(node, after)
            statement = self.tree.statement(node)
            key = (statement, after, tuple(seen.name for seen in visible))
            if key not in self._pools:
                unused = self.scope.unused(self.tree.function(node))
                self._pools[key] = Pool(self.facts, visible, self._used_near(statement), self.around(node), unused)
            self._pool_at[node, after] = self._pools[key]
        return self._pool_at[node, after]

    def similar_functions(self, function: ast.AST) -> list[Distant]:
        """Find the functions that are similar to one, with their distance in bits, the nearest first."""
        if function not in self._similar:
            self._similar[function] = similar_to(self.facts.module, self.facts.others, function)
        return self._similar[function]

    def missing_statements(self, function: FunctionNode) -> list[tuple[float, SimilarStatement]]:
        """Collect the statements of these that the function lacks, with their distance in bits."""
        if function not in self._missing:
            self._missing[function] = missing_statements(self.similar_functions(function), function)
        return self._missing[function]

    def variables(self, node: ast.AST, after: bool = False) -> list[Term]:
        """Return the variables that may be read at `node`, the likeliest first."""
        return self.pool(node, after).variables

    def atoms(self, node: ast.AST, types: frozenset[str] | None = None, after: bool = False) -> list[Term]:
        """Rank variables, their attributes and parts, and constants; only those that may be of `types`, where given."""
        pool = self.pool(node, after)
        return pool.atoms if types is None else pool.of(types)

    def terms(self, node: ast.AST) -> Replay[tuple[float, Snippet]]:
        """Rank `a op b` over the atoms at `node`."""
        return self.pool(node).terms

    def predicates(self, node: ast.AST, after: bool = False) -> Replay[Condition]:
        """Rank the conditions that can be made at `node`."""
        pool = self.pool(node, after)
        if pool not in self._predicates:
            self._predicates[pool] = Replay(predicates(pool))
        return self._predicates[pool]

    def defined(self, node: ast.AST, part: ast.AST, after: bool = False) -> bool:
        """Return True where every variable that `part` reads is known at `node`."""
        if (node, after) not in self._defined:
            self._defined[node, after] = self.scope.defined(node, after)
        return all(text in self._defined[node, after] for text in names_in(part))

    def only_binding(self, node: ast.stmt) -> bool:
        """Tell whether a variable is bound by `node` alone and read elsewhere: without it that reading would fail."""
        bound = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        inside = set(ast.walk(node))
        others = [part for part in self.tree.places if isinstance(part, ast.Name) and part not in inside]
        bound -= {part.id for part in others if isinstance(part.ctx, ast.Store) and not self._updates(part)}
        around = self.around(node)
        bound -= set(parameters(around)) if isinstance(around, FUNCTIONS) else set()
        return any(part.id in bound for part in others)

    def _updates(self, part: ast.Name) -> bool:
        return isinstance(self.tree.parent(part), ast.AugAssign)

    def neutral(self, node: ast.AST, variable: str) -> frozenset[int]:
        """Return 0 where the function around `node` adds to the variable, 1 where it multiplies it."""
        updates = [p for p in self.in_function(node) if isinstance(p, ast.AugAssign) and isinstance(p.target, ast.Name)]
        kinds = {type(part.op) for part in updates if getattr(part.target, "id", "") == variable}
        sums = {0} if kinds & {ast.Add, ast.Sub} else set[int]()
        return frozenset(sums | ({1} if kinds & {ast.Mult, ast.Div, ast.FloorDiv} else set()))

    def around(self, node: ast.AST) -> ast.AST:
        """Return the innermost function around `node`, or the whole definition."""
        return self.tree.function(node) or self.tree.root

    def is_condition(self, node: ast.AST) -> bool:
        """Tell whether a node is a test, an operand of `and`, `or` or `not`, or a filter of a comprehension."""
        place = self.tree.places[node]
        if isinstance(place.parent, (ast.If, ast.While, ast.IfExp, ast.Assert, ast.comprehension)):
            return place.field in ("test", "ifs")
        return isinstance(place.parent, ast.BoolOp) or (
            isinstance(place.parent, ast.UnaryOp) and isinstance(place.parent.op, ast.Not)
        )

    def is_returned(self, node: ast.AST) -> bool:
        """Tell whether a node is the whole value of a `return`."""
        return isinstance(self.tree.parent(node), ast.Return)

    def in_function(self, node: ast.AST) -> list[ast.AST]:
        """List the nodes of the innermost function around `node` that may be reused elsewhere, in source order."""
        function = self.around(node)
        if function not in self._inside:
            inside = [part for part in self.tree.places if any(up is function for up in self.tree.above(part))]
            self._inside[function] = inside if isinstance(function, FUNCTIONS) else list(self.tree.places)
        return self._inside[function]

    def ingredients(self, node: ast.AST) -> list[tuple[float, ast.expr]]:
        """Rank expressions of the same function, each once, those nearby where there are many; long ones cost more."""
        statement = self.tree.statement(node)
        if statement not in self._ingredients:
            parts = [part for part in self.in_function(node) if isinstance(part, ast.expr) and self._is_reusable(part)]
            parts.sort(key=lambda part: abs(part.lineno - statement.lineno))
            once = {self._dump(part): part for part in reversed(parts)}
            near = [part for part in parts if once[self._dump(part)] is part][:MOST_INGREDIENTS]
            self._ingredients[statement] = list(cheapest((0.5 * size(part) ** 0.7, part) for part in near))
        return self._ingredients[statement]

    def statements(self, node: ast.stmt) -> list[ast.Expr | ast.Assign | ast.AugAssign]:
        """Return the simple statements of the same function that are nearest to `node`."""
        kinds = (ast.Expr, ast.Assign, ast.AugAssign)
        found = [part for part in self.in_function(node) if isinstance(part, kinds)]
        return sorted(found, key=lambda part: abs(part.lineno - node.lineno))[:MOST_STATEMENTS]

    def _is_reusable(self, part: ast.expr) -> bool:
        if isinstance(part, (ast.Name, ast.Constant, ast.Yield, ast.YieldFrom, ast.Await)):
            return False
        if self.tree.role(part) == "store":
            return isinstance(part, (ast.Subscript, ast.Attribute))
        return self.tree.role(part) in ("value", "effect")

    def _dump(self, part: ast.expr) -> str:
        if part not in self._dumps:
            self._dumps[part] = ast.dump(part).replace("Store()", "Load()")
        return self._dumps[part]

    def _used_near(self, statement: ast.stmt) -> Sequence[str]:
        """Variables of the definition, by the distance in lines of their nearest use."""
        nearest: dict[str, int] = {}
        for node in self.tree.places:
            if isinstance(node, ast.Name):
                distance = abs(node.lineno - statement.lineno)
                nearest[node.id] = min(distance, nearest.get(node.id, distance))
        return sorted(nearest, key=lambda text: nearest[text])
