"""What lies below the program's first frame: nothing. Depth, f_back, stacks and tracebacks end at the module."""
import inspect
import sys
import traceback


def depth():
    n, frame = 0, sys._getframe()
    while frame: n, frame = n + 1, frame.f_back
    return n


def names(): return [f.function for f in inspect.stack()]


print(depth(), names(), sys._getframe().f_back is None)
try: sys._getframe(1)
except ValueError as error: print(error)


def nested(n):
    if n: return nested(n - 1)
    return depth(), names(), [s.name for s in traceback.extract_stack()]


print(nested(3))
traceback.print_stack()
def show(): traceback.print_stack(limit=2)
show()
print([depth() for _ in range(1)], (lambda: depth())(), max([1], key=lambda x: depth()))


class Body:
    inside = depth()
    back = sys._getframe().f_back.f_code.co_name


print(Body.inside, Body.back)
def gen():
    yield depth()
    yield sys._getframe().f_back.f_code.co_name
print(list(gen()))
exec("print(depth(), sys._getframe().f_back.f_code.co_name)")
print(inspect.currentframe().f_code.co_name, sys._getframe().f_globals is globals(), sys._getframe().f_locals is globals())
print(sys._getframe().f_builtins is vars(__import__("builtins")), __builtins__ is __import__("builtins"))
