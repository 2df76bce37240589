"""Imports of every kind, of modules that are recorded too: packages, circles, conditional, failing, dotted, reloaded."""
import importlib
import os
import sys
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import pack
import pack.first as f, pack.second
from pack import second, first as again, __version__
from pack.second import (back, fails as failing,)
import xml.dom.minidom, os.path as p

print(pack.__name__, pack.renamed, pack.circle(), __version__, f is again, pack.second is second, pack.seen)
try: import no_such_module
except ImportError as error: print(error, error.name)
try: import tomllib as toml
except ImportError: toml = None
else: print("toml", toml.loads("a = 1"))
if sys.version_info >= (3, 11): import enum as conditional
else: conditional = None
try: from pack import nothing
except ImportError as error: print(str(error).split(" (")[0])
try: import pack.missing
except ModuleNotFoundError as error: print(error)


def local():
    import json, xml.dom
    from math import floor as down
    global sep
    from os import sep
    return json.dumps([1]), down(2.5), sorted(locals()), xml.dom.__name__


print(local(), sep)
class Holder:
    import json
    from math import pi
print(Holder.json.__name__, round(Holder.pi, 2))
print(importlib.reload(second) is second, importlib.import_module(".first", "pack") is f, __import__("pack.second").__name__)
try: failing()
except ZeroDivisionError as error:
    for frame in traceback.extract_tb(error.__traceback__): print(os.path.basename(frame.filename), frame.lineno, frame.name, frame.line)
print(second.__file__.endswith("second.py"), second.__spec__.origin == second.__file__, second.__package__, second.__doc__, [n for n in vars(second) if not n.startswith("__")])
print(second.__spec__.name, second.__spec__.has_location, second.__cached__ is None or second.__cached__.endswith(".pyc"), second.__loader__.get_source("pack.second")[:9], "pack" in sys.modules)
