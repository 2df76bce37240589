"""Two programs and the one that both come from -> what each has that the other lacks, together.

GEPA: Agrawal et al. 2025, arXiv 2507.19457, algorithm 4; release 0.1.4. No model is asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping


def merged(origin: Mapping[str, str], one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Target id -> the text that `one` takes over from `other`: what only `other` changed.

    What both changed stays as `one` has it, which is to be the better. {} where that makes nothing new, as one of them
    would be all that comes of it.
    """
    both = one.keys() & other.keys()
    taken = {name: other[name] for name in other if name in both and one[name] == origin.get(name) != other[name]}
    kept = [name for name in both if one[name] not in (origin.get(name), other[name])]
    return taken if kept else {}
