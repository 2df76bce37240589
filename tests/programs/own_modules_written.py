"""Modules that the program writes, imports, runs, reloads and compiles itself."""
import importlib
import importlib.util
import runpy
import sys
import types

sys.path.insert(0, ".")
sys.dont_write_bytecode = True
with open("generated_one.py", "w") as f: f.write("import sys\nx = 1\ndef f(a): return a + x\ndef g():\n    return {}['k']\n")
import generated_one
print(generated_one.f(1), generated_one.__name__)
try: generated_one.g()
except KeyError as e: print(e.__traceback__.tb_next.tb_lineno, e.__traceback__.tb_next.tb_frame.f_code.co_name)
with open("generated_one.py", "a") as f: f.write("x = 'longer text'\n")
importlib.reload(generated_one)
print(generated_one.x)
print(sorted(k for k in runpy.run_path("generated_one.py", {"given": 1}, "run name") if not k.startswith("__")))
spec = importlib.util.spec_from_file_location("other_name", "generated_one.py")
module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
print(module.__name__, module.f("") if isinstance(module.x, str) else None)
made = types.ModuleType("made", "its doc")
exec(compile("y = [i for i in range(3)]\ndef h(): return y, __name__", "<made>", "exec"), made.__dict__)
sys.modules["made"] = made
from made import h
print(h(), made.__doc__)


class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        if name.startswith("virtual"): print("asked for", name); return importlib.util.spec_from_loader(name, Loader())


class Loader:
    def create_module(self, spec): return None
    def exec_module(self, module): module.answer = len(module.__name__)


sys.meta_path.append(Finder)
import virtual_module
print(virtual_module.answer)
import builtins
original = builtins.__import__
def noisy(name, globals=None, locals=None, fromlist=(), level=0):
    print("import", name, fromlist, level, (globals or {}).get("__name__")); return original(name, globals, locals, fromlist, level)
builtins.__import__ = noisy
import math, made
from math import floor, ceil as up
def inside(): import made as m; return m.h()[1]
print(inside(), floor(1.5), up(1.5))
builtins.__import__ = original
ast_code = compile("1 + 1", "<s>", "eval"); print(eval(ast_code), eval("__name__"), exec("z = 1") or z)
