"""Iteration over nodes, where users look for it."""

from tracec.opto.engine.kinds import iterate

__all__ = ["iterate"]
