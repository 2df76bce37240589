"""The repair operators: one table, a row for each way to change a kind of node. To add one is to add a row."""

from tracec.passes.propose.repair.operators import (
    arithmetic,
    arity,
    bindings,
    borrow_from_calls,
    borrow_from_similar,
    calls,
    comparisons,
    constants,
    containers,
    exits,
    expressions,
    forwarding,
    insertions,
    logic,
    loops,
    missing_names,
    moves,
    names,
    paired_statements,
    parameters,
    repeat_change,
    results,
    skeletons,
    statements,
    supply_missing,
)
from tracec.passes.propose.repair.operators.by_evidence import call_shapes, guards, tables, texts
from tracec.passes.propose.repair.operators.operator import Operator, Splice

# In the order of the table: of changes that cost the same, those of the first module are tried first.
MODULES = (
    comparisons, logic, arithmetic, constants, texts, names, calls, call_shapes, arity, containers, tables,
    borrow_from_calls, expressions, statements, moves, guards, insertions, forwarding, borrow_from_similar,
    supply_missing, bindings, exits, loops, results, repeat_change, skeletons, parameters, missing_names,
    paired_statements,
)  # fmt: skip
OPERATORS: tuple[Operator, ...] = tuple(row for module in MODULES for row in module.ROWS)

__all__ = ["OPERATORS", "Operator", "Splice"]
