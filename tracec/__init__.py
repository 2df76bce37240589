"""tracec: programs that improve themselves from feedback, as a compiler does it.

The marks exported here are identities at run time and import nothing. `Session` and `Config` are the library; they are
loaded when they are first asked for.

PYTEST_DONT_REWRITE: where a run is recorded this module is imported before pytest, which would warn of that.
"""

from __future__ import annotations

from importlib import import_module

from tracec.runtime.marks import choice, feedback, param, trainable

TYPE_CHECKING = False  # as in `typing`, which takes its time
if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from typing import Any

    from tracec.api import Session
    from tracec.config import Config
    from tracec.runtime.launch.in_code import Recording

__version__ = "0.1.0"
__all__ = ["Config", "Session", "choice", "feedback", "param", "record", "trainable"]
_LAZY = {"Session": "tracec.api", "Config": "tracec.config"}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def record(file: str | PathLike[str], scope: Sequence[str] = (), *, grain: str = "values") -> Recording:
    """Record what is called within: `with tracec.record("x.trace"): main()`.

    `scope` are the files, folders and modules whose code is recorded, all of yours where it is empty. The frame that
    runs the `with` itself goes on with the code that it began with.
    """
    from tracec.runtime.launch.in_code import Recording

    return Recording(file, scope, grain)


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext tracec`: cells that begin with `%%tracec` are recorded."""
    from tracec.runtime.launch.notebook import load

    load(ipython)
