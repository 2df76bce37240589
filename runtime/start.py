"""Imported by `python -m tracec.runtime.start.program CONFIG ARGS...`, before runpy looks for what it shall run."""

from tracec.runtime.script import begin_module

__path__: list[str] = []  # or runpy would not look for a module in it
begin_module(__name__, f"{__name__}.program")
