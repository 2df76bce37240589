"""Users' own `type`, `list`, `print`, `Exception` and the like, as globals, locals, parameters and class names."""
import builtins

say = print


class Exception(ValueError): pass
class BaseException(KeyError): pass


def type(x): return f"my type of {x}"
def list(*a): return ["mine", *a]
def isinstance(a, b): return "mine"
def repr(x): return "my repr"
def print(*args, **kwargs): say("my print:", *args, **kwargs)
def append(x): return "my append"
def rec(x): return "my rec"
def v(x): return "my v"
def bool(x): return "my bool"
def iter(x): return "my iter"
def super(*a): return "my super"
def locals(): return "my locals"
def globals(): return "my globals"


def shadow(len, str=str, *tuple, dict=1, **set):
    int = 5
    id = len + int
    return id, str(tuple), dict, set, type(1), list(2), isinstance(1, 2), repr(1), bool(0), iter(3), rec(1), v(2), append(3)


print(shadow(1, lambda x: "my str", 2, dict=3, k=4))
try: raise Exception("mine")
except BaseException: print("wrong")
except Exception as e: print("caught", e, builtins.type(e).__mro__[1].__name__)


class C:
    def m(self): return super(), locals(), globals()
    def range(self): return [1]
    def use(self): return [x for x in builtins.range(2)]


print(C().m(), C().use(), C().range())


def local_super():
    super = lambda: "local super"
    eval = exec = vars = dir = str
    return super(), eval("1 + 1"), exec(2), vars(3), dir(4)


print(local_super())
True_ = 0; none = None; self = 1; cls = 2; __v = 3; __t = 4; _ = 5; __ = 6; ___ = 7
def names(self, cls, __v, _, __): return self, cls, __v, _, __, none, True_
print(names(1, 2, 3, 4, 5), __v, __t, ___)
match, case, print.x, object = 1, 2, 3, "my object"
print(match, case, print.x, object, sorted([3, 1]), *map(builtins.str, [1]))
class int: real = "my int"
print(int.real, (5).real, 5 .__class__.__name__)
for len in builtins.range(2): pass
print(len, [len for len in "ab"], len)
def sum(*a): return "my sum"
print(sum([1]), builtins.sum([1]))
del sum, print
print(sum([1, 2]))
