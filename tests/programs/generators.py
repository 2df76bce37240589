"""Generators: send, throw, close, yield from, laziness."""


def echo():
    got = []
    try:
        while True:
            try:
                got.append((yield len(got)))
            except KeyError as e:
                got.append(str(e))
    finally:
        print("closed", got)


def chain(*its):
    for it in its:
        r = yield from it
        if r: print("sub gave", r)
    return "end"


def count(n):
    for i in range(n):
        yield i
    return n


def bare():
    yield
    x = yield
    print("bare", x)


def noisy(n):
    print("make", n)
    return n


g = echo()
print(next(g), g.send("a"), g.throw(KeyError("k")), g.send("b"))
g.close()
print(list(chain(count(2), [7, 8], count(1))))
lazy = (noisy(i) for i in range(3) if i != 1)
print("nothing yet")
print(next(lazy), list(lazy))
b = bare(); next(b); next(b)
try:
    b.send(5)
except StopIteration as s:
    print("stop", s.value)
print([(a, b) for a, b in zip(count(3), count(2))], sum(x * y for x in range(3) for y in range(x) if y or x))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
from itertools import islice
print(list(islice(fib(), 10)))
