"""Synthesis: holes in suspect places, values forced into them, expressions that have the values which helped."""

from tracec.passes.propose.synthesis.fill import examples, fill
from tracec.passes.propose.synthesis.forced import Forced, forced
from tracec.passes.propose.synthesis.holes import Hole, holes

__all__ = ["Forced", "Hole", "examples", "fill", "forced", "holes"]
