"""What calls back from elsewhere: `__del__`, signals, weak references, C code, other threads, cancelled tasks."""
import asyncio, contextlib, functools, signal, os, threading, weakref, re, json, copy, pickle, itertools, operator, gc, sys
log = []
class D:
    def __init__(self, n): self.n = n
    def __del__(self):
        m = self.n * 3
        log.append(m + 1)
def dels():
    a = D(1) ; b = D(2)
    x = 10 + len(log)
    a = None
    y = x + len(log)
    del b
    return y + len(log)
print(dels())
def handler(sig, frame):
    k = sig * 2
    log.append(k + 1)
signal.signal(signal.SIGALRM, handler)
def sig():
    t = 3
    signal.raise_signal(signal.SIGALRM)
    u = t + len(log)
    return u - 1
print(sig())
def ref():
    class T: pass
    out = []
    def cb(r):
        z = len(out) + 5
        out.append(z * 2)
    t = T(); r = weakref.ref(t, cb)
    q = len(out) + 1
    t = None
    return out[0] + q
print(ref())
def key(v):
    w = v % 5
    return w * 2 + 1
print(sorted(range(20), key=key)[3] + 1, max(range(9), key=lambda v: -key(v)) + 1)
print(re.sub(r"\d", lambda m: str(int(m.group()) + 1), "a1b2c3") + "!")
class E:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __eq__(self, o): return self.v + 0 == o.v + 0
    def __hash__(self): return hash(self.v) + 0
    def __reduce__(self): return (E, (self.v + 1,))
    def __iter__(self):
        for i in range(self.v): yield i * 2
    def __len__(self): return self.v * 2
    def __getitem__(self, i):
        if i > 3: raise IndexError(i + 1)
        return i * 10
    def __contains__(self, x): return x == self.v - 1
    def __bool__(self): return self.v > 2
    def __enter__(self): return self.v + 100
    def __exit__(self, *a): return self.v % 2 == 0
    def __format__(self, s): return s + str(self.v + 7)
    def __getattr__(self, n):
        if n.startswith("q"): return len(n) + self.v
        raise AttributeError(n + "?")
    def __call__(self, x): return x + self.v
    def __index__(self): return self.v + 1
    def __missing__(self): return 1
es = [E(5), E(3), E(4)]
print([e.v + 1 for e in sorted(es)], {E(1): 2}[E(1)] + 1, min(es).v * 2)
print(pickle.loads(pickle.dumps(E(4))).v + 1, copy.copy(E(6)).v + 1)
print(sum(E(4)) + 1, len(E(4)) + 1, 2 in E(3), [*E(3)][1] + 5, (not E(1)), f"{E(2):x}" + "z", E(3).qq + 1, E(3)(4) + 1, range(10)[E(3)] + 1)
def wi():
    with E(2) as a, E(4) as b:
        c = a + b
        raise ValueError(c + 1)
    return c * 2
print(wi())
@contextlib.contextmanager
def cm(n):
    m = n + 1
    try:
        yield m * 2
    except KeyError as e:
        m = e.args[0] + m
    finally:
        log.append(m + 3)
def usecm():
    with cm(1) as a, cm(a + 1) as b:
        c = a + b
        raise KeyError(c * 2)
    return c + log[-1]
print(usecm())
print(json.loads('{"a": {"b": 1}}', object_hook=lambda d: {**d, "n": len(d) + 1})["a"]["n"] + 1)
print(functools.reduce(lambda a, b: a * 2 + b, range(6)) + 1, list(itertools.accumulate(range(5), lambda a, b: a + b * 2))[2] + 1)
it = iter(lambda c=itertools.count(): next(c) + 1, 4)
print([v * 2 for v in it])
class Meta(type):
    def __call__(cls, *a):
        n = len(a) + 1
        o = super().__call__(*a)
        o.n = n * 2
        return o
    def __getitem__(cls, k): return k + 1
    def __iter__(cls): yield from (1, 2, 3)
class M(metaclass=Meta):
    def __init__(self, *a): self.k = len(a) + 10
    def __init_subclass__(cls, **kw): cls.extra = len(kw) + 5
class M2(M, a=1, b=2): z = 1 + 1
print(M(1, 2).n + M(1).k, M[4] + 1, [*M][1] + 1, M2.extra + M2.z)
class Desc:
    def __set_name__(self, o, n): self.name = n + "_"
    def __get__(self, o, t): return len(self.name) + (o.b if o else 0)
    def __set__(self, o, v): o.b = v * 2
class HD:
    d = Desc()
    @property
    def p(self): return self.d + 1
    @p.setter
    def p(self, v): self.d = v + 1
    @functools.cached_property
    def c(self): return self.p * 2
    @functools.lru_cache
    def l(self, x): return x + self.p
    @functools.singledispatchmethod
    def s(self, x): return "o" + str(x)
    @s.register
    def _(self, x: int): return x + 1
    @staticmethod
    def st(x): return x * 3
    @classmethod
    def cl(cls, x): return cls.st(x) + 1
    pm = functools.partialmethod(lambda self, a, b: a + b * self.p, 2)
h = HD(); h.p = 4
print(h.d + 1, h.p + 1, h.c + h.c, h.l(1) + h.l(1), h.s(1) + 1, h.s("a") + "b", h.cl(2) + 1, h.pm(3) + 1)
def th():
    res = {}
    def w(n):
        t = 0
        for i in range(50): t = t + i * n
        res[n] = t + 1
    ts = [threading.Thread(target=w, args=(n,)) for n in range(4)]
    [t.start() for t in ts]; [t.join() for t in ts]
    return res[3] - res[1]
print(th())
def gens():
    def a(n):
        r = yield n + 1
        while r is not None:
            try: r = yield r * 2
            except ValueError as e: r = yield e.args[0] + n
            finally: n = n + 1
        return n * 100
    def b(n):
        v = yield from a(n)
        w = yield v + 1
        return w
    g = b(1)
    o = [next(g), g.send(5), g.throw(ValueError(40)), g.send(7)]
    try: o.append(g.send(None)); g.send(3)
    except StopIteration as e: o.append(e.value + 1)
    gs = [b(k) for k in range(3)]
    s = 0
    for x in zip(*gs): s = s + sum(x); break
    for g in gs: g.close()
    return o, s + 1
print(gens())
async def agen(n):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            got = yield i * 2
            if got: n = n + got
    finally:
        await asyncio.sleep(0)
        log.append(n + 1000)
async def canc(n):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        n = n + 1
        await asyncio.sleep(0)
        raise
    finally:
        log.append(n * 7)
async def amain():
    o = [x + 1 async for x in agen(3)]
    o2 = {x: y async for x in agen(2) for y in [x * 3 async for x in agen(x + 1)]}
    g = agen(4)
    await g.__anext__()
    s = await g.asend(2)
    await g.aclose()
    t = asyncio.create_task(canc(1)); await asyncio.sleep(0); t.cancel()
    r = await asyncio.gather(t, canc2(2), return_exceptions=True)
    try:
        async with asyncio.timeout(0.01) as tm:
            async with asyncio.TaskGroup() as tg:
                q = tg.create_task(canc(5)); p = tg.create_task(canc2(3))
    except TimeoutError: s = s + 50
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    loop.call_soon(lambda: f.set_result(len(log) + 1))
    v = await f + await asyncio.to_thread(lambda a: a + 1, 4)
    return o, o2, s + 1, r[1], p.result() + 1, v
async def canc2(n): 
    await asyncio.sleep(0)
    return n * 11
print(asyncio.run(amain()), len(log))
