"""Two sequences of nodes -> pairs: which old one became which new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

import libcst as cst

from tracec.passes.patch.normal import Keys, every

T = TypeVar("T", bound=cst.CSTNode)
SAME_KIND = 0.2  # added to the likeness of nodes of one type: `return 1` and `return x` have little in common
LARGEST = 2500  # cells of the table of likenesses; a larger gap is paired in order


def align(
    old: Sequence[T], new: Sequence[T], keys: Keys, may_pair: Callable[[T, T], bool], least: float = 0.0
) -> list[tuple[T | None, T | None]]:
    """Pairs in order: (old, new) for those that are equal or alike, (old, None) deleted, (None, new) inserted.

    Equal ones are found first; in the gaps between, those that `may_pair` and are at least `least` alike (0..1, of the
    pieces of code both have) are paired so that the sum is greatest. Deleted ones come before inserted ones.
    """
    pairs: list[tuple[T | None, T | None]] = []
    matcher = SequenceMatcher(None, [keys.of(o) for o in old], [keys.of(n) for n in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(old[a:b], new[c:d])
        else:
            pairs += _gap(old[a:b], new[c:d], keys, may_pair, least)
    return pairs


def _gap(
    old: Sequence[T], new: Sequence[T], keys: Keys, may_pair: Callable[[T, T], bool], least: float
) -> list[tuple[T | None, T | None]]:
    if len(old) == len(new) == 1:
        return [(old[0], new[0])] if may_pair(old[0], new[0]) else [(old[0], None), (None, new[0])]
    if len(old) * len(new) > LARGEST:
        matched = [(i, i) for i in range(min(len(old), len(new))) if may_pair(old[i], new[i])]
    else:
        matched = _best([[_worth(o, n, keys, may_pair, least) for n in new] for o in old])
    pairs: list[tuple[T | None, T | None]] = []
    i = j = 0
    for a, b in [*matched, (len(old), len(new))]:
        pairs += [(o, None) for o in old[i:a]]
        pairs += [(None, n) for n in new[j:b]]
        if a < len(old):
            pairs.append((old[a], new[b]))
        i, j = a + 1, b + 1
    return pairs


def _worth(old: T, new: T, keys: Keys, may_pair: Callable[[T, T], bool], least: float) -> float:
    """What pairing two nodes is worth; 0 means that they must not be paired."""
    if not may_pair(old, new):
        return 0.0
    if _name(old) is not None and _name(old) == _name(new):
        return 2.0
    alike = likeness(old, new, keys) + (SAME_KIND if type(old) is type(new) else 0.0)
    return alike + 0.01 if alike >= least else 0.0


def _name(node: cst.CSTNode) -> tuple[type, str] | None:
    """The name of a definition."""
    return (type(node), node.name.value) if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else None


def likeness(old: cst.CSTNode, new: cst.CSTNode, keys: Keys) -> float:
    """The share (0..1) of pieces of code that two nodes have in common."""
    a, b = _pieces(old, keys), _pieces(new, keys)
    return 2 * (a & b).total() / (a.total() + b.total())


def _pieces(node: cst.CSTNode, keys: Keys) -> Counter[object]:
    found: Counter[object] = Counter()
    for part in every(node):
        found[keys.of(part)] += 1
        found[type(part)] += 1
    return found


def _best(worth: list[list[float]]) -> list[tuple[int, int]]:
    """The ordered pairs (i, j) of greatest worth together: the longest common subsequence, weighted."""
    rows, columns = len(worth), len(worth[0]) if worth else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            both = worth[i][j] + best[i + 1][j + 1] if worth[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], both)
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if worth[i][j] and best[i][j] == worth[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
