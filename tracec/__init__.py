"""tracec: programs that improve themselves from feedback, as a compiler does it.

The names exported here are marks: identities at run time that import nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracec.runtime.marks import choice, feedback, param, trainable

if TYPE_CHECKING:
    from os import PathLike

    from tracec.runtime.launch.in_code import Recording

__version__ = "0.1.0"
__all__ = ["choice", "feedback", "param", "record", "trainable"]


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
