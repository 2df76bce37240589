"""Told by the compiler only."""


def f():
    x = 1
    global x
