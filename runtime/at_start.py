"""`os` and `open` as they were at the start.

A program may give `os`, `os.path` and `builtins` other functions, as pyfakefs and blockbuster do: what records it does
not go through them. pyfakefs looks for them in every module too, so here are none that it would know.
"""

from functools import partial
from types import FunctionType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os as os
    from builtins import open as open


def as_it_is(module: ModuleType) -> Any:
    """What `os` has now; the functions of its `path` call each other, and what else it has now."""
    found = SimpleNamespace(**vars(module))
    names: dict[str, Any] = {**vars(module.path), "os": found}
    for name, function in tuple(names.items()):
        if type(function) is FunctionType:
            names[name] = FunctionType(function.__code__, names, name, function.__defaults__, function.__closure__)
            names[name].__kwdefaults__ = function.__kwdefaults__
    found.path = SimpleNamespace(**names)
    return found


if not TYPE_CHECKING:
    import builtins
    import os as found

    os, open = as_it_is(found), partial(builtins.open)
