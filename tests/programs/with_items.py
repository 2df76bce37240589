"""Asserts that call, and `with` statements whose second item fails or reads the first."""
class L:
    def __init__(self, n): self.n = n
    def __bool__(self):
        m = self.n + 1
        return m > 1
    def __eq__(self, o): return self.n + 1 == o.n + 1
    def __len__(self): return self.n
def f(o, k):
    x = k + 1
    assert o
    y = x + 1
    assert not L(0)
    z = y + 1
    assert o == o, "a" + str(z)
    w = z + 1
    try:
        assert L(0), x + y
    except AssertionError as e:
        w = w + e.args[0]
    while o and w < 100:
        w = w + 40
    return w if o else y
print(f(L(3), 10))
class C:
    def __init__(self, n): self.n = n
    def __enter__(self):
        if self.n > 2: raise KeyError(self.n + 1)
        return self.n * 2
    def __exit__(self, t, v, b):
        r = self.n + 5
        return t is KeyError
def g(n):
    a = b = 0
    with C(1) as a, C(n) as b:
        c = a + b
        return c + 1
    return a + b + 7
print(g(2), g(3))
def h(n):
    try:
        with C(1) as a, C(n) as b:
            d = a + b
    except ZeroDivisionError: d = 5
    else: d = a * 7
    return d + 1
print(h(2), h(3))
async def ag(n):
    class A(C):
        async def __aenter__(self): return self.__enter__() + 1
        async def __aexit__(self, *x): return self.__exit__(*x)
    a = b = 1
    async with A(1) as a, A(n) as b:
        c = a + b
    return a + b * 2
import asyncio
print(asyncio.run(ag(2)), asyncio.run(ag(5)))
def seq(n):
    a = 100
    with C(1) as a, C(a - 1) as b, C(0) as (c):
        return a + b + c
print(seq(1))
def gseq(n):
    a = 100
    with C(1) as a, C(a - n) as b:
        x = yield a + b
        yield x + a
    yield a + 5
g = gseq(1); k = gseq(-5)
print(next(g) + 1, next(k) + 1)
print(g.send(5))
async def aseq(n):
    class A(C):
        async def __aenter__(self):
            await asyncio.sleep(0)
            return self.__enter__() + 1
        async def __aexit__(self, *x):
            await asyncio.sleep(0)
            return self.__exit__(*x)
    a = 50
    async with A(1) as a, A(a - n) as b:
        await asyncio.sleep(0)
        return a + b + n
    return a + 3
async def al(): return await asyncio.gather(*[aseq(i) for i in (1, 2, 3, 0, -1)])
print(asyncio.run(al()))
