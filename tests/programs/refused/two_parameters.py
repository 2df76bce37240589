"""Told by the compiler only."""


def f(a, b):
    def g(c, c): return c
    return g
