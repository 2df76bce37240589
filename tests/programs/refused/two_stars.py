"""Told by the compiler only."""
*a, *b = [1]
