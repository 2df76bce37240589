"""`python -m tracec.runtime.launch.start.program CONFIG ARGS...` imports this before runpy looks for what it runs."""

from tracec.runtime.launch.program import begin_module

__path__: list[str] = []  # or runpy would not look for a module in it
begin_module(__name__, f"{__name__}.program")
