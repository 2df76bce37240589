"""Told by the compiler only."""


def f():
    return [x async for x in y], await z
