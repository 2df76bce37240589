"""Synthesis: holes in suspect places, values forced into them, and expressions that have the values that helped."""

from tracec.passes.propose.synthesis.fill import fill, rows
from tracec.passes.propose.synthesis.forced import Forced, forced
from tracec.passes.propose.synthesis.holes import Hole, holes

__all__ = ["Forced", "Hole", "fill", "forced", "holes", "rows"]
