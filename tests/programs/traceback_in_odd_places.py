"""Errors raised in default values, class bodies, decorators, generators, descriptors, `__del__`, hooks of the import."""
import sys
import traceback


def show(f):
    try: f()
    except Exception: traceback.print_exc(file=sys.stdout)


def in_default():
    def inner(a, b=1 // 0): pass


def in_class():
    class Outer:
        class Inner:
            x = [1 // y for y in (1, 0)]


def in_decorator():
    def deco(f): raise TypeError(f.__name__)

    @deco
    @staticmethod
    def decorated(): pass


def in_set_name():
    class D:
        def __set_name__(self, owner, name): raise ValueError(name)
    class Owner: d = D()


def in_property():
    class P:
        @property
        def p(self): return self.q
        def __getattr__(self, name): raise AttributeError(f"no {name}")
    P().p


def in_sort(): sorted([3, 1, 2], key=lambda x: [][x])
def in_map(): list(map(lambda x: 1 // x, [0]))
def in_generator():
    def gen():
        yield 1
        raise KeyError("gen")
    for x in gen(): pass
def in_context():
    class C:
        def __enter__(self): return self
        def __exit__(self, *a): raise ValueError("exit")
    with C(): raise KeyError("body")
def in_exec(): exec("x = 1\ny = x / 0", {})
def in_eval(): eval("1 +\n 1 / 0")
def in_compile(): compile("x = = 1", "<given>", "exec")
def in_annotation():
    def inner(x: 1 // 0): pass
def in_lambda_default(): (lambda x=undefined_there: x)()
def in_eq():
    class E:
        def __eq__(self, o): raise ArithmeticError("eq")
    [E()].index(1)
def in_iter():
    class I:
        def __iter__(self): return self
        def __next__(self): raise OSError(5, "next")
    a, b = I()
def in_format(): f"{1:z^q}"
def in_hash(): {[]: 1}
def in_import(): from no_such_module import x


for f in [v for k, v in list(globals().items()) if k.startswith("in_")]: show(f)
class Dropped:
    def __del__(self): raise ValueError("ignored, on stderr")
sys.unraisablehook = lambda u: print("unraisable", type(u.exc_value).__name__, u.exc_traceback.tb_lineno)
d = Dropped()
del d
