"""One half of a circle of imports."""
value = 5
from . import second


def circle():
    return second.back() + value
