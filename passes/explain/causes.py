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
    """Leave out roads that go where another one goes: its test is told with that one, which has the most to tell.

    All places of that one in the program are on the road left out, and either it has no others, or both pass a place
    that tells failing tests from passing ones, or the one at which the same exception came to be. Two roads that only
    begin alike have causes of their own.
    """
    left = dict(enumerate(roads))
    on = {n: {m for m in left if m != n and is_on(roads[n], roads[m], test_files)} for n in left}
    kept: list[Road] = []
    while left:
        best = max(left, key=lambda n: (len(on[n] & left.keys()), -len(roads[n].steps), -n))
        with_it = [left[m] for m in sorted(on[best] & left.keys())]
        others = (test for one in with_it for test in (one.failure.id, *one.others))
        kept.append(replace(roads[best], others=(*roads[best].others, *others)))
        left = {n: road for n, road in left.items() if n != best and n not in on[best]}
    rank = {road.failure.id: number for number, road in enumerate(roads)}
    return sorted(kept, key=lambda road: (-len(road.others), rank[road.failure.id]))


def is_on(one: Road, other: Road, test_files: Collection[str]) -> bool:
    """Tell whether the other road goes where this one goes."""
    mine, theirs = places(one, test_files), places(other, test_files)
    raised, also = ({p for p in road.raised_at if p[0] not in test_files} for road in (one, other))
    if raised and also and not raised & also:
        return False
    if mine <= theirs and (mine == theirs or telling(one) & telling(other)):
        return bool(mine)
    return bool(raised & also) and mine <= theirs | other.passed


def places(road: Road, test_files: Collection[str]) -> frozenset[Place]:
    """The places of a road in the program."""
    steps = [step for step in (road.head, *road.steps) if step is not None and step.span.path not in test_files]
    return frozenset((step.span.path, step.span.line) for step in steps)


def telling(road: Road) -> frozenset[Place]:
    """The places at which passing tests went another way, or which none of them ran."""
    return frozenset((step.span.path, step.span.line) for step in road.steps if step.parting or step.alone)
