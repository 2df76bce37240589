"""The repair operators: one table, a row for each way to change a kind of node. To add one is to add a row."""

from tracec.passes.propose.operators import (
    arithmetic,
    arity,
    bindings,
    calls,
    comparisons,
    constants,
    containers,
    elsewhere,
    everywhere,
    exits,
    expressions,
    forwarding,
    insertions,
    lacking,
    logic,
    loops,
    moves,
    names,
    results,
    siblings,
    skeletons,
    statements,
)
from tracec.passes.propose.operators.operator import Operator, Splice

OPERATORS: tuple[Operator, ...] = (
    *comparisons.ROWS,
    *logic.ROWS,
    *arithmetic.ROWS,
    *constants.ROWS,
    *names.ROWS,
    *calls.ROWS,
    *arity.ROWS,
    *containers.ROWS,
    *elsewhere.ROWS,
    *expressions.ROWS,
    *statements.ROWS,
    *moves.ROWS,
    *insertions.ROWS,
    *forwarding.ROWS,
    *siblings.ROWS,
    *lacking.ROWS,
    *bindings.ROWS,
    *exits.ROWS,
    *loops.ROWS,
    *results.ROWS,
    *everywhere.ROWS,
    *skeletons.ROWS,
)

__all__ = ["OPERATORS", "Operator", "Splice"]
