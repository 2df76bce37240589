"""A module for star imports: some names are public, `__all__` says which."""
__all__ = ["shown", "Shown", "_under", "made"] + ["late"]
shown = 1
hidden = 2
_under = 3
made = [x for x in range(3) if x]


class Shown:
    pass


def late(n):
    return n and n + hidden


print("starred runs as", __name__)
