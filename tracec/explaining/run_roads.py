"""A run's folder -> why its tests failed: the road of each wrong value, with the values beside the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracec.passes.explain.causes import alike, together
from tracec.passes.explain.explain import road
from tracec.passes.explain.parting import Passing
from tracec.passes.explain.road import Failure, Road, Step
from tracec.passes.explain.values_beside import Beside, values_beside
from tracec.passes.nouns.trace import Trace
from tracec.recording.trace_store import DAMAGED, load

MOST = 6  # failing tests whose roads are told; chosen
PASSING = 8  # passing tests that they are held against; chosen
TYPE = re.compile(r"([A-Za-z_][\w.]*)(?::|$)")


@dataclass(frozen=True, slots=True)
class Explained:
    """A road, and the source that it leads through with the values that its lines had."""

    road: Road
    places: Sequence[Beside]


def run_roads(folder: Path, before: Mapping[str, Any]) -> list[Explained]:
    """The roads of a run's failing tests, as far as their traces are there: those of one cause once."""
    if before.get("scored"):
        return []
    log = folder / "0.trace"
    failures = [failure_of(one) for one in before.get("failing", ())]
    names = chapters_of(log)
    groups = alike(failures, before.get("files", ()))
    chosen = [failure for failure in failures if failure.id in groups and failure.id in names][:MOST]
    known = {failure.id for failure in failures}
    passing = Passing([t for name in [n for n in names if n not in known][:PASSING] for t in traces(log, name)])
    found = [one for failure in chosen for one in explained(log, failure, passing, before.get("files", ()))]
    roads = [replace(one.road, others=tuple(groups[one.road.failure.id])) for one in found]
    places = {one.road.failure.id: one.places for one in found}
    return [Explained(r, places[r.failure.id]) for r in together(roads, before.get("files", ()))]


def explained(log: Path, failure: Failure, passing: Passing, tests: Sequence[str]) -> Iterator[Explained]:
    """The road of one failing test; nothing where its trace cannot be read."""
    for trace in traces(log, failure.id)[:1]:
        there = tuple((path_in(trace, path), line) for path, line in failure.places)
        told = road(trace, replace(failure, places=there), passing, tests)
        yield Explained(told, values_beside(trace, steps_of(told)))


def path_in(trace: Trace, path: str) -> str:
    """A file as a trace names it: tests have whole paths there."""
    named = [module.path for module in trace.modules if module.path == path or module.path.endswith(f"/{path}")]
    return named[0] if named else path


def steps_of(told: Road) -> list[Step]:
    """All steps of a road, its head first."""
    return [*([told.head] if told.head else []), *told.steps]


def failure_of(one: Mapping[str, Any]) -> Failure:
    """A failing test, as the run noted it."""
    named = TYPE.match(str(one["message"]))
    places = ((str(one["path"]), int(one["line"])),) if one["path"] else ()
    return Failure(str(one["id"]), named[1] if named else "", str(one["message"]), places)


def chapters_of(log: Path) -> list[str]:
    """The names of the tests in a log; none where there is no log."""
    from tracec.runtime.record.log import chapters

    try:
        return [data[0] for kind, data in chapters(str(log), None) if kind == "chapter" and data[0]]
    except (OSError, ValueError, *DAMAGED):
        return []


def traces(log: Path, name: str) -> list[Trace]:
    """The traces of one test; none where they are damaged."""
    from tracec.passes.nouns.errors import TracecError

    try:
        return list(load(log, name, quiet=True))
    except TracecError:
        return []
