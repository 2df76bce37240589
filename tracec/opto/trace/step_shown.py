"""A step of an optimizer -> what a notebook shows of it: the graph, the feedback, the reasoning and the change."""

from __future__ import annotations

import html
import importlib
import importlib.util
from typing import Any

HIDDEN = ("#Feedback", "#Others", "#Instruction")  # sections that are shown by themselves, or not at all
BOX = (
    '<div style="border-left: 4px solid {colour}; padding: .3em .8em; margin: .5em 0; max-width: 46em">'
    '<b>{title}</b><pre style="white-space: pre-wrap; overflow-wrap: anywhere; margin: 0">{text}</pre></div>'
)
COLOURS = {"Graph": "#8a8a8a", "Feedback": "#d9534f", "Reasoning": "#3f9c5a", "Change": "#3a78c2"}


def render_opt_step(step_idx: int, optimizer: Any, no_trace_graph: bool = False, no_improvement: bool = False) -> None:
    """Show one step of an optimizer that keeps a log: in a notebook as boxes, elsewhere as text.

    IndexError where there was no such step; ValueError where the optimizer keeps no log.
    """
    parts = shown(step_idx, optimizer)
    if no_trace_graph:
        del parts["Graph"]
    if no_improvement:
        del parts["Change"]
    if in_notebook():
        display: Any = importlib.import_module("IPython.display")
        rows = (BOX.format(colour=COLOURS[name], title=name, text=html.escape(text)) for name, text in parts.items())
        display.display(display.HTML("".join(rows)))
        return
    print("\n\n".join(f"{name}\n{text}" for name, text in parts.items()))


def shown(step: int, optimizer: Any) -> dict[str, str]:
    """The parts of a step, as texts."""
    if not optimizer.log:
        raise ValueError("the optimizer kept no log: make it with log=True, and let it step")
    said, known = optimizer.log[step]["response"], optimizer.summary_log[step]
    read = optimizer.extract_llm_suggestion(said, return_only_suggestion=False, ignore_extraction_error=True)
    changes = "\n\n".join(f"{name}:\n{value}" for name, value in read["variables"].items())
    return {
        "Graph": str(optimizer.problem_instance(known["summary"], mask=[*HIDDEN])),
        "Feedback": str(known["problem_instance"].feedback),
        "Reasoning": str(read["reasoning"] or ""),
        "Change": changes or said,
    }


def in_notebook() -> bool:
    """Whether what is displayed is seen: in Jupyter, not in a terminal's IPython."""
    if importlib.util.find_spec("IPython") is None:
        return False
    shell = importlib.import_module("IPython.core.getipython").get_ipython()
    return type(shell).__name__ == "ZMQInteractiveShell"
