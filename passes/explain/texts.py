"""Roads -> the text for people: a few lines under each failure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracec.passes.explain.road import Parting, Road, Step

PLACE = 28  # columns for places, where they are no longer; chosen
NAMED = 3  # other tests that are named; chosen


def text_of(road: Road) -> Iterator[str]:
    """The lines of one road, without the name of its test."""
    if road.head is None:
        yield f"  {road.note}"
        return
    steps = (road.head, *road.steps)
    width = max(PLACE if len(placed(step)) > PLACE else len(placed(step)) for step in steps)
    for step in steps:
        yield f"  {placed(step):{width}}  {said(step)}"
        if step.parting:
            yield f"  {'':{width}}  ↳ {parted(step.parting)}"
    if road.hidden:
        yield f"  {'':{width}}  … and {road.hidden} more steps before"
    if road.note:
        yield f"  {road.note}"


def placed(step: Step) -> str:
    """`shop.py:24`."""
    return f"{step.span.path}:{step.span.line}"


def said(step: Step) -> str:
    """`total = a + b → 3   (a = 1, b = 2)`."""
    made = ", ".join(f"{name} = {value}" for name, value in step.operands)
    value = f" → {step.value}" if step.value else ""
    turns = f"   [run {step.times + 1}]" if step.times else ""
    return f"{step.text}{value}{f'   ({made})' if made else ''}{turns}"


def parted(parting: Parting) -> str:
    """`True in test_a, which passes (n = 3)`."""
    made = ", ".join(f"{name} = {value}" for name, value in parting.operands)
    others = f", as in {parting.apart - 1} more" if parting.apart > 1 else ""
    return f"{parting.value} in {parting.test}, which passes{others}{f' ({made})' if made else ''}"


def named(tests: Sequence[str]) -> str:
    """`a, b, c and 4 more`."""
    more = f" and {len(tests) - NAMED} more" if len(tests) > NAMED else ""
    return ", ".join(tests[:NAMED]) + more
