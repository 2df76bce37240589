"""Names that are set anew between their reading and what reads them."""
def outer():
    x = 1
    def f():
        nonlocal x
        x += 10
        return x
    a = x + f()
    b = [x, f(), x]
    c = x < f() < x
    d = "%s %s" % (x, f())
    x += f()
    return a, b, c, d, x
print(outer())
g = 5
def h():
    global g
    g += 1
    return g
print(g + h())
k = [g, h(), g]
print(k)
def loc(i):
    j = i + (i := 5) + i
    i += (i := 7) + i
    t = (i, (i := 3), i)
    return j, i, t
print(loc(1))
class C:
    n = 1
    m = n + (n := 4)
print(C.m)
async def co():
    x = 1
    async def ff():
        nonlocal x
        x += 10
        return x
    return x + await ff()
import asyncio
print(asyncio.run(co()))
def gen():
    x = 1
    def bump():
        nonlocal x
        x = 100
    def it():
        yield bump() or 5
    y = x + next(it())
    z = x + (lambda: bump() or 7)()
    return y, z
print(gen())
def kw(a, b=0, *c, **d): return (a, b, c, d)
def ck():
    x = 1
    def f():
        nonlocal x
        x += 1
        return x
    return kw(x, f(), x, q=x, r=f(), s=x)
print(ck())
