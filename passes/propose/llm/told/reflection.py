"""A few cases + a part of the program -> what is asked: to find what these cases have in common (GEPA)."""

from __future__ import annotations

from collections.abc import Collection

from tracec.passes.propose.llm.told.brief import Brief

TASK = """\
The cases above are a few of many. Find out for each what was done and what should have been; then what they tell \
about the task in general: facts, rules and traps that the program does not know yet. Put that into what you write, so \
that it holds for cases that are not shown, and keep what already works."""


def brief(cases: Collection[str], targets: Collection[str]) -> Brief:
    """Only these cases and targets are shown."""
    return Brief(TASK, cases=frozenset(cases), targets=frozenset(targets))
