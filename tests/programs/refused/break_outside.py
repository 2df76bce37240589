"""Told by the compiler only."""
if True:
    break
