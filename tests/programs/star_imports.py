"""Star imports from modules with and without `__all__`, and modules with `__getattr__`."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
before = set(globals())
from starred import *
print(sorted(set(globals()) - before - {"before"}), late(1), late(0), made)
before = set(globals())
from starred_plain import *
print(sorted(set(globals()) - before), total, function(1), loop)
space = {}
exec("from starred import *; from math import *", space)
print("pi" in space, "shown" in space, "hidden" in space)
import lazy
from lazy import made_one, made_two as two
print(lazy.made_up, lazy.made_up, made_one, two, lazy.calls, dir(lazy), hasattr(lazy, "nothing"), lazy.inner())
try: from lazy import missing
except ImportError as error: print(str(error).split(" (")[0])
try: lazy.missing
except AttributeError as error: print(error)
print(sorted(n for n in vars(lazy) if not n.startswith("__")), sorted(n for n in vars(sys.modules["starred_plain"]) if not n.startswith("__")))
sys.modules["lazy"] = type("M", (), {"anything": 1})
import lazy
print(lazy.anything)
try: exec("def f():\n    from math import *")
except SyntaxError as error: print(error.msg)
print(__all__ if "__all__" in globals() else "no __all__ here", __name__)
