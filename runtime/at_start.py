"""Functions of the standard library as they were at the start.

A program may give `os`, `os.path` and `builtins` others, as pyfakefs and blockbuster do: what records it does not go
through them.
"""

import os
from builtins import open as open
from os import utime as utime
from types import FunctionType, SimpleNamespace
from typing import Any


def _paths() -> Any:
    """What `os.path` has; its functions call each other, and `os`, as they are now."""
    names: dict[str, Any] = {**vars(os.path), "os": SimpleNamespace(**vars(os))}
    for name, found in tuple(names.items()):
        if type(found) is FunctionType:
            names[name] = FunctionType(found.__code__, names, name, found.__defaults__, found.__closure__)
            names[name].__kwdefaults__ = found.__kwdefaults__
    return SimpleNamespace(**names)


paths = _paths()
