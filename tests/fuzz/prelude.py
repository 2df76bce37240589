"""What every program begins with: a function that says what it is given, and objects that log what is done to them."""

from __future__ import annotations

import random

HEAD = '''\
import asyncio, contextlib, functools
def say(tag, value=None):
    """Print and pass on."""
    print(tag, value)
    return value
class Mishap(Exception):
    pass
def passed(function): return function
def noted(tag):
    def note(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            say(tag, len(args) + len(kwargs))
            return function(*args, **kwargs)
        return inner
    return note
async def gathered(stream): return [value async for value in stream]
async def together(one):
    async def late(n):
        await asyncio.sleep(0)
        return say('late', n)
    return await asyncio.gather(late(1), one, late(2))
@contextlib.contextmanager
def opened(n):
    say('open', n)
    try:
        yield n
    finally:
        say('shut', n)
class Opened:
    def __init__(self, n): self.n = n
    def __enter__(self): return say('enter', self.n)
    def __exit__(self, kind, error, trace):
        print('exit', kind.__name__ if kind else None)
class Swallow(Opened):
    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        return kind is not None and issubclass(kind, Exception)
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self.__enter__()
    async def __aexit__(self, *what):
        return self.__exit__(*what)
class Logged:
    def __init__(self, n): self.n = n
    def __set_name__(self, owner, name): print('named', owner.__name__, name)
    def __get__(self, held, owner=None): return say('get', self.n)
class Plugin:
    def __init_subclass__(cls, key=0, **more):
        super().__init_subclass__(**more)
        print('plugin', cls.__name__, key)
class Watching(type):
    def __new__(meta, name, bases, space, **more):
        print('class', name, sorted(k for k in space if not k.startswith('__')))
        return super().__new__(meta, name, bases, space)
    def __call__(cls, *args, **kwargs):
        print('making', cls.__name__, len(args))
        return super().__call__(*args, **kwargs)
class Mortal:
    def __init__(self, n): self.n = n
    def __del__(self): print('gone', self.n)
def age(mortal):
    return say('age', mortal.n)
class Verdict:
    def __init__(self, told): self.told = told
    def __bool__(self): return bool(say('verdict', self.told))
    def __repr__(self): return f'Verdict({self.told})'
class Loud:
    made = 0
    __match_args__ = ('value',)
    def __init__(self, value):
        self.value = int(value) % 1009
        Loud.made = (Loud.made + 1) % 10
    def __repr__(self): return f'Loud({self.value!r})'
    def __int__(self): return self.value % 97
    def __bool__(self): return bool(say('bool', self.value % 3))
    def __len__(self): return say('len', 2)
    def __iter__(self):
        for n in range(2): yield say('iter', n + self.value)
    def __getitem__(self, key): return say('item', self.value + (key if isinstance(key, int) else 1))
    def __setitem__(self, key, value): print('store', key, value)
    def __delitem__(self, key): print('delete', key)
    def __contains__(self, key): return say('in', key) == self.value
    def __getattr__(self, name):
        if name.startswith('_'): raise AttributeError(name)
        return say('attribute ' + name, self.value)
    def __call__(self, *args, **kwargs): return say('call', len(args) + len(kwargs))
    def __format__(self, spec): return f'<{self.value}{spec}>'
    def __hash__(self): return hash(self.value)
    def __neg__(self): return Loud(-self.value)
    __pos__ = __invert__ = __neg__
    def doubled(self): return self.value * 2
    def made_of(self, other): return type(self)(other)
    @property
    def half(self): return self.value // 2
    @half.setter
    def half(self, value): self.value = value * 2
    def fail(self, n): raise Mishap(n) from KeyError(self.value)
'''

OPERATORS = ("add", "sub", "mul", "matmul", "and", "or", "xor", "floordiv", "mod")
COMPARISONS = (("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">="), ("eq", "=="), ("ne", "!="))


def prelude(source: random.Random) -> str:
    """The head, with operators that answer in one of several ways."""
    text = ["# coding: utf-8\n"] if source.random() < 0.2 else []
    text += ['"""A program."""\n'] if source.random() < 0.3 else []
    text += ["from __future__ import annotations\n"] if source.random() < 0.15 else []
    text.append(HEAD)
    for name in OPERATORS:
        text.append(f"    def __{name}__(self, other): return Loud(say('{name}', self.value) + int(other))\n")
    text.append("    def __radd__(self, other): return Loud(say('radd', other))\n")
    text.append("    def __ror__(self, other): return Loud(say('ror', 1))\n")
    if source.random() < 0.7:
        text.append(
            "    def __iadd__(self, other):\n        self.value += say('iadd', int(other))\n        return self\n"
        )
    odd = source.random()
    for name, sign in COMPARISONS:
        test = f"self.value {sign} int(other if isinstance(other, (int, Loud)) else 0)"
        answers = {0: f"say('{name}', {test})", 1: f"Verdict({test})", 2: f"[0][:{test}]"}
        kind = 0 if odd < 0.4 else source.choice([0, 1, 2])
        text.append(f"    def __{name}__(self, other): return {answers[kind]}\n")
    return "".join(text)
