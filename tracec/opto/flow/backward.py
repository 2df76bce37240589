"""An output and what the user says of it -> feedback on the parameters: one pass from the newest node down."""

from __future__ import annotations

from typing import Any

from tracec.opto.engine.more import DONE
from tracec.opto.engine.operations import FEEDBACK
from tracec.opto.flow.drawing import drawn
from tracec.opto.flow.feedback import Pass, TraceGraph
from tracec.opto.flow.order import ordered
from tracec.opto.flow.reach import Reach

AGAIN = (
    "feedback went through {name} before: say backward(..., retain_graph=True) the first time, or run the program again"
)


class Oracle:
    """Who gave the feedback on an output."""

    name, py_name, _kind = "FEEDBACK_ORACLE:0", "FEEDBACK_ORACLE0", FEEDBACK
    _sources = ()


def backward(
    node: Any,
    feedback: Any = "",
    propagator: Any = None,
    retain_graph: bool = False,
    visualize: bool = False,
    simple_visualization: bool = True,
    reverse_plot: bool = False,
    print_limit: int = 100,
) -> Any:
    """Let feedback flow; returns a drawing where one is asked for."""
    order = ordered(node)
    used = next((one for one in order if one._backwarded and (one._sources or one is node)), None)
    if used is not None:
        raise AttributeError(AGAIN.format(name=used.name))
    picture = drawn(order, reverse_plot, print_limit, simple_visualization) if visualize else None
    if propagator is None or getattr(propagator, "is_plain", False):
        _quickly(node, Pass(order, feedback))
    else:
        _by_rules(node, feedback, propagator, order)
    if not retain_graph and node._sources:
        finish(order)
    return picture


def _quickly(output: Any, one: Pass) -> None:
    """Each parameter learns through which of its children feedback came; the rest is computed when it is asked for."""
    if not output._sources:
        output._add_feedback(Oracle(), TraceGraph([(0, output)], one.said))
    for child in one.order:
        for parent in {id(source): source for source in child._sources if source._is_parameter}.values():
            parent._add_feedback(child, TraceGraph.at(one, child))
        for parameter in one.reach.hidden(child).values():
            parameter._add_feedback(child, TraceGraph.at(one, child))


def _by_rules(output: Any, feedback: Any, propagator: Any, order: list[Any]) -> None:
    """The user's own rules say what each child tells its parents."""
    output._add_feedback(Oracle(), propagator.init_feedback(output, feedback))
    if not output._sources:
        return
    wanted = useful(order)
    for child in reversed(order):
        if not child._sources or not child.feedback:
            continue
        told = propagator(child)
        child.zero_feedback()
        for parent in child.parents:
            if id(parent) in wanted and parent in told:
                parent._add_feedback(child, told[parent])


def useful(order: list[Any]) -> set[int]:
    """The nodes that depend on a parameter, by their identity."""
    found: set[int] = set()
    reach = Reach()
    for node in order:
        below = any(id(source) in found for source in node._sources)
        if node._is_parameter or below or reach.hidden(node):
            found.add(id(node))
    return found


def finish(order: list[Any]) -> None:
    """The nodes between are done with: what they were computed from forgets them."""
    gone = {id(node) for node in order if node._sources}
    for node in order:
        held = node._heirs
        if type(held) is list:
            held[:] = [ref for ref in held if id(ref()) not in gone]
        elif held is not None and id(held()) in gone:
            node._heirs = None
        if not node._sources:
            continue
        node._heirs = None
        if node._more is None:
            node._more = DONE
        else:
            node._more.done = True
            node._more.feedback = None
