"""Told by the compiler only."""
print([x for x in (y := [1])])
