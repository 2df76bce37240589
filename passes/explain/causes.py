"""Roads of failing tests -> those to tell, each with the other tests that fail on the same road."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from tracec.passes.explain.road import Failure, Road

NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")
Place = tuple[str, int]


def alike(failures: Iterable[Failure], test_files: Collection[str]) -> dict[str, list[str]]:
    """Put failures together that raised the same in the same line of the program: the first test -> the others.

    What an assertion of a test raises is alone: its values may come from anywhere.
    """
    first: dict[object, str] = {}
    groups: dict[str, list[str]] = {}
    for failure in failures:
        last = failure.places[-1] if failure.places else ("", 0)
        own = failure.id if not last[0] or last[0] in test_files else ""
        key = own, failure.type, NUMBERS.sub("#", failure.message.partition("\n")[0]), last
        leader = first.setdefault(key, failure.id)
        groups.setdefault(leader, [])
        if leader != failure.id:
            groups[leader].append(failure.id)
    return groups


def together(roads: Sequence[Road], test_files: Collection[str]) -> list[Road]:
    """Leave out roads that go only where a shorter one ends: its tests are told with that one.

    A road is on another one where all its places in the program are among those of the other.
    """
    order = sorted(roads, key=lambda road: (len(places(road, test_files)), len(road.steps)))
    kept: list[tuple[Road, frozenset[Place]]] = []
    for road in order:
        own = places(road, test_files)
        at = next((n for n, (_, known) in enumerate(kept) if known and known <= own and own), -1)
        if at < 0:
            kept.append((road, own))
        else:
            told = kept[at][0]
            kept[at] = replace(told, others=(*told.others, road.failure.id, *road.others)), kept[at][1]
    rank = {road.failure.id: number for number, road in enumerate(roads)}
    return sorted((road for road, _ in kept), key=lambda road: (-len(road.others), rank[road.failure.id]))


def places(road: Road, test_files: Collection[str]) -> frozenset[Place]:
    """The places of a road in the program."""
    steps = [step for step in (road.head, *road.steps) if step is not None and step.span.path not in test_files]
    return frozenset((step.span.path, step.span.line) for step in steps)
