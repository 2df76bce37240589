"""A program's text beside the user's -> the cell that it competes in, by how long and how different it is.

MAP-Elites: Mouret and Clune 2015, arXiv 1504.04909; the features are OpenEvolve's complexity and diversity.
"""

from __future__ import annotations

import difflib
import math

HALVES = 2  # cells for each doubling of the length; chosen
FARTHEST = 4  # cells that a program's length is away from the user's, at most; chosen
DIFFERENCES = 4  # cells of how different it is; chosen

Cell = tuple[int, int]


def cell(text: str, origin: str) -> Cell:
    """(how many half doublings longer, how different in quarters), of two texts; (0, 0) for the same."""
    longer = round(HALVES * math.log2(max(1, len(text)) / max(1, len(origin))))
    alike = difflib.SequenceMatcher(None, text.split("\n"), origin.split("\n"), autojunk=False).ratio()
    return max(-FARTHEST, min(FARTHEST, longer)), math.ceil((1 - alike) * DIFFERENCES)
