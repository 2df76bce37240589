"""Run by Python when it starts: `opto` is `tracec.opto` from then on. The user's own such module runs after it."""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder

from tracec.opto.alias import install

install()
_here = os.path.dirname(os.path.abspath(__file__))
_spec = PathFinder.find_spec("sitecustomize", [path for path in sys.path if os.path.abspath(path) != _here])
if _spec is not None and _spec.loader is not None:
    _module = importlib.util.module_from_spec(_spec)
    sys.modules["sitecustomize"] = _module
    _spec.loader.exec_module(_module)
