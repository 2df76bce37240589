"""Text -> can this program see how long a value lives, or what names its frames hold?"""

from __future__ import annotations

import re

from tracec.runtime.record.bind_hooks import BUILTINS

# fmt: off
SEEING = re.compile(r"\b(" + "|".join((
    "weakref", "__del__", "gc", "getrefcount", "finalize", "tracemalloc",  # lives
    "socket", "tempfile", "Popen", "mmap", "memoryview", "sqlite3",  # what is closed or let go when it dies
    "async", "threading", "f_locals", "_getframe", "currentframe", "f_back",
    "settrace", "setprofile", "inspect",
    "builtins", "__builtins__", "FunctionType", *BUILTINS,  # what finds the hooks, or hides them
)) + r")\b|\b(open|locals|vars|dir|exec|eval)\s*\(")
# fmt: on
CLOSED = re.compile(r"\b(try|with)\b")


def sees_lives(text: str) -> bool:
    """True where recording in pure Python must keep no value: a word too many costs time only."""
    return bool(SEEING.search(text)) or ("yield" in text and bool(CLOSED.search(text)))
