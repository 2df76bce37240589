"""Explained -> text, JSON, and the diagnostics of language servers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracec.passes.explain.texts import named, text_of
from tracec.view.printable import printable

if TYPE_CHECKING:
    from tracec.explaining.explained import Explained
    from tracec.passes.explain.road import Parting, Road, Step

MOST_ROADS = 6  # that are told as text; chosen
ERROR, INFORMATION = 1, 3  # severities of the language server protocol


def as_text(found: Explained) -> Iterator[str]:
    """A block for each cause: its tests, and the road."""
    for road in found.roads[:MOST_ROADS]:
        yield printable(road.failure.id)
        yield from map(printable, text_of(road))
        if road.others:
            words = "failing on the same lines" if road.head else "the same holds of"
            yield printable(f"  {words}: {named(road.others)}")
        yield ""
    rest = [test for road in found.roads[MOST_ROADS:] for test in (road.failure.id, *road.others)]
    if rest:
        yield f"not shown, with roads of their own: {printable(named(rest))}"
    if found.left_out:
        yield f"{len(found.left_out)} failing tests were not run again in the time: {printable(named(found.left_out))}"


def as_dict(found: Explained) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "failing": found.failing,
        "seconds": round(found.seconds, 3),
        "left_out": list(found.left_out),
        "roads": [road_as_dict(road) for road in found.roads],
    }


def road_as_dict(road: Road) -> dict[str, Any]:
    """One road."""
    failure = road.failure
    return {
        "test": failure.id, "type": failure.type, "message": failure.message, "note": road.note,
        "head": step_as_dict(road.head) if road.head else None,
        "steps": [step_as_dict(step) for step in road.steps], "hidden": road.hidden, "others": list(road.others),
    }  # fmt: skip


def step_as_dict(step: Step) -> dict[str, Any]:
    """One step; columns count from 0, the end is exclusive."""
    span = step.span
    return {
        "role": step.role, "path": span.path, "line": span.line, "column": span.column, "end_line": span.end_line,
        "end_column": span.end_column, "function": step.function, "text": step.text, "value": step.value,
        "operands": dict(step.operands), "runs_before": step.times, "alone": step.alone,
        "parted": parting_as_dict(step.parting) if step.parting else None,
    }  # fmt: skip


def parting_as_dict(parting: Parting) -> dict[str, Any]:
    """How passing tests went at a step."""
    return {
        "test": parting.test, "value": parting.value, "operands": dict(parting.operands), "apart": parting.apart,
        "tests": parting.tests,
    }  # fmt: skip


def as_diagnostics(found: Explained, root: str) -> list[dict[str, Any]]:
    """What a language server publishes: for each file its diagnostics, with the road as related information."""
    files: dict[str, list[dict[str, Any]]] = {}
    for road in found.roads:
        if road.head is None:
            continue
        others = f" ({len(road.others)} more tests fail so)" if road.others else ""
        message = f"{road.failure.id}: {road.head.text}{others}"
        related = [{"location": location(step, root), "message": step_message(step)} for step in road.steps]
        entry = {
            "range": location(road.head, root)["range"], "severity": ERROR, "source": "tracec", "code": "why",
            "message": message, "relatedInformation": related,
        }  # fmt: skip
        files.setdefault(location(road.head, root)["uri"], []).append(entry)
        for step in road.steps:
            if step.parting:
                hint = {"range": location(step, root)["range"], "severity": INFORMATION, "source": "tracec"}
                hint |= {"code": "parted", "message": f"{step_message(step)}; {message}"}
                files.setdefault(location(step, root)["uri"], []).append(hint)
    return [{"uri": uri, "diagnostics": entries} for uri, entries in files.items()]


def step_message(step: Step) -> str:
    """A step in one line."""
    from tracec.passes.explain.texts import parted, said

    return said(step) + (f"; {parted(step.parting)}" if step.parting else "")


def location(step: Step, root: str) -> dict[str, Any]:
    """A step's place as the protocol has it: lines and columns count from 0."""
    span = step.span
    return {
        "uri": Path(os.path.join(os.path.realpath(root), span.path)).as_uri(),
        "range": {
            "start": {"line": span.line - 1, "character": span.column},
            "end": {"line": span.end_line - 1, "character": span.end_column},
        },
    }
