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
    """Leave out roads that go where a shorter one goes: its test is told with that one.

    All places of the shorter one in the program are on the longer one, and either it has no others, or both pass one
    that tells failing tests from passing ones. Two roads that only begin alike have causes of their own.
    """
    order = sorted(roads, key=lambda road: (len(places(road, test_files)), len(road.steps)))
    kept: list[Road] = []
    for road in order:
        at = next((n for n, one in enumerate(kept) if is_on(one, road, test_files)), -1)
        if at < 0:
            kept.append(road)
        else:
            kept[at] = replace(kept[at], others=(*kept[at].others, road.failure.id, *road.others))
    rank = {road.failure.id: number for number, road in enumerate(roads)}
    return sorted(kept, key=lambda road: (-len(road.others), rank[road.failure.id]))


def is_on(one: Road, other: Road, test_files: Collection[str]) -> bool:
    """Tell whether a road goes where the other one, which is as long or longer, goes as well."""
    mine, theirs = places(one, test_files), places(other, test_files)
    return bool(mine) and mine <= theirs and (mine == theirs or bool(telling(one) & telling(other)))


def places(road: Road, test_files: Collection[str]) -> frozenset[Place]:
    """The places of a road in the program."""
    steps = [step for step in (road.head, *road.steps) if step is not None and step.span.path not in test_files]
    return frozenset((step.span.path, step.span.line) for step in steps)


def telling(road: Road) -> frozenset[Place]:
    """The places at which passing tests went another way, or which none of them ran."""
    return frozenset((step.span.path, step.span.line) for step in road.steps if step.parting or step.alone)
