"""The other half."""
from . import first

seen = hasattr(first, "circle")


def back():
    return first.value * 2


def fails():
    return [1 // (x - x) for x in (first.value,)]
