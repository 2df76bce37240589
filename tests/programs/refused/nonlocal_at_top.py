"""Told by the compiler only."""
nonlocal x
