"""tracec: programs that improve themselves from feedback, as a compiler does it.

The marks exported here are identities at run time and import nothing. `Session` and `Config` are the library; they are
loaded when they are first asked for.
"""

from importlib import import_module

from tracec.runtime.marks import choice, feedback, param, trainable

TYPE_CHECKING = False  # as in `typing`, which takes its time
if TYPE_CHECKING:
    from tracec.api import Session
    from tracec.config import Config

__version__ = "0.1.0"
__all__ = ["Config", "Session", "choice", "feedback", "param", "trainable"]
_LAZY = {"Session": "tracec.api", "Config": "tracec.config"}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
