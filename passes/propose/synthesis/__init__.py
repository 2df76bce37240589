"""Synthesis: holes in suspect places, values forced into them, expressions that have the values which helped."""
