"""`builtins` mutated, `print` and `sys.stdout` replaced, `open` wrapped, own builtins for exec, `__build_class__` logged."""
import builtins
import io
import sys

real_print, real_len, real_open = print, len, open
calls = []
builtins.len = lambda x: calls.append("len") or real_len(x)
builtins.answer = 42
builtins._ = "underscore"


def use(x): return len(x), answer, _, [len(y) for y in x]


print(use(["a", "bc"]), calls)
builtins.len = real_len
del builtins.answer
try: answer
except NameError as error: print(error)
builtins.print = lambda *a, **k: real_print("<", *a, ">", **k)
print("wrapped"); [print(i) for i in range(1)]
builtins.print = real_print
out, sys.stdout = sys.stdout, io.StringIO()
print("captured"); text = sys.stdout.getvalue()
sys.stdout = out
print(repr(text))


class Tee:
    def __init__(self, to): self.to, self.count = to, 0
    def write(self, text): self.count += 1; return self.to.write(text.upper())
    def flush(self): self.to.flush()


sys.stdout = tee = Tee(out)
print("loud", 1, sep="-")
sys.stdout = out
print(tee.count)
built = []
original = builtins.__build_class__
builtins.__build_class__ = lambda f, name, *bases, **k: built.append((name, f.__name__)) or original(f, name, *bases, **k)
class A: x = 1
class B(A):
    class C: pass
builtins.__build_class__ = original
print(built)
space = {"__builtins__": {"len": real_len}}
print(eval("len('abc')", space), sorted(space))
try: eval("print(1)", space)
except NameError as error: print(error)
exec("def f(x): return len(x)", space); print(space["f"]("ab"))
def shadow(): __builtins__ = {}; return len("x"), sorted(locals())
print(shadow())
import types
narrow = types.FunctionType(use.__code__, {"__builtins__": {"len": real_len, "answer": 1, "_": 2}})
try: print(narrow(["x"]))
except NameError as error: print("NameError", error)
sys.displayhook(5); print(builtins._); builtins._ = None
