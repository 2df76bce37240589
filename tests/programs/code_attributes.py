"""What `__code__` keeps: names, first lines, argument counts, flags, cells, file, parameters; and replacing it."""
import types


def plain(a, b=1, /, c=2, *args, d, **kw):
    """Doc."""
    x = a + b
    return x


def closure(n):
    m = n * 2
    def inner(k): return n + m + k
    def unused(): return 1
    return inner


def gen(n): yield n
async def coro(n): return n
async def agen(n): yield n


class K:
    def m(self): return __class__
    s = lambda self: super().x
    def comp(self): return [self for _ in "a"]


def show(f):
    c = f.__code__
    params = c.co_varnames[:c.co_argcount + c.co_kwonlyargcount + bool(c.co_flags & 4) + bool(c.co_flags & 8)]
    print(c.co_name, c.co_qualname, c.co_firstlineno, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, hex(c.co_flags), c.co_freevars, c.co_cellvars,
          params, c.co_filename == __file__, f.__name__, f.__qualname__, f.__defaults__, f.__kwdefaults__, f.__doc__, f.__module__)
    codes = sorted({k.co_name for k in c.co_consts if isinstance(k, types.CodeType)} - {"<listcomp>"})
    print(" inner code:", codes, "first const is doc:", c.co_consts[0] == f.__doc__)


for f in (plain, closure, closure(1), gen, coro, agen, K.m, K.s, K.comp, lambda x: x, lambda *a, b=(1, 2): [a for a in b]): show(f)


def one(): return "one" + ""
def two(): return "two" + ""


one.__code__ = two.__code__
print(one(), one.__name__, one.__code__ is two.__code__)
copy = types.FunctionType(plain.__code__, globals(), "copy", (7, 8, 9))
print(copy(1, d=2), copy.__name__, copy.__qualname__)
try: one.__code__ = closure(1).__code__
except ValueError as error: print(error)
renamed = types.FunctionType(two.__code__.replace(co_name="renamed", co_firstlineno=99), {})
print(renamed.__name__, renamed(), renamed.__code__.co_firstlineno, plain.__code__ == plain.__code__, plain.__code__ == two.__code__)
cell = types.CellType(5)
made = types.FunctionType(closure(1).__code__, globals(), "made", None, (cell, types.CellType(6)))
print(made(1), list(plain.__code__.co_lines())[0][2] <= plain.__code__.co_firstlineno, max(l for *_, l in plain.__code__.co_lines() if l))
plain.attribute = 1; plain.__dict__["more"] = 2
print(vars(plain), sorted({l for *_, l in closure.__code__.co_lines() if l}), sorted({l for *_, l in plain.__code__.co_lines() if l}))
print(sorted({p[0] for p in gen.__code__.co_positions() if p[0]}), eval(compile("a + 1", "<s>", "eval"), {"a": 1}))
