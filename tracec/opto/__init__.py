"""The programming model of Microsoft's Trace: boxed values, `node`, `bundle`, `model`; optimizers behind the old names.

`from tracec.opto import trace` in place of `from opto import trace`; or unchanged, under `tracec opto`.
"""

from __future__ import annotations

from importlib import import_module

_PARTS = ("optimizers", "trace", "trainer", "utils")


def __getattr__(name: str) -> object:
    if name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
