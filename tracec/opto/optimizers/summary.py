"""What came back to parameters -> FunctionFeedback: the graph as lines of code, and the values in it, by name.

Nodes between are numbered anew in each, so that the same program gives the same text every time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tracec.opto.flow.feedback import TraceGraph
from tracec.opto.flow.reach import Reach

Values = dict[str, tuple[Any, str | None]]  # name -> (value, description)


@dataclass
class FunctionFeedback:
    """`graph` are (level, line); `roots` are all values that nothing in the graph gave, of which `variables` may change
    and `inputs` may not; `others` lie between them and the `output`."""

    graph: list[tuple[int, str]]
    documentation: dict[str, str]
    others: Values
    roots: Values
    output: Values
    user_feedback: Any
    variables: Values = field(default_factory=dict)
    inputs: Values = field(default_factory=dict)


def get_fun_name(node: Any) -> str:
    """What made a node."""
    info = node.info
    found = info.get("fun_name") if isinstance(info, dict) else None
    return str(found or node._kind.name)


def repr_function_call(child: Any, names: dict[int, str] | None = None, reach: Reach | None = None) -> str:
    """A node as a line: `add0 = add(x=int0, y=int1)`."""
    known = names or {}
    given = [f"{label}={known.get(id(one), one.py_name)}" for label, one in child.inputs.items()]
    used = (reach or Reach()).hidden(child).values()
    hidden = sorted(known.get(id(one), one.py_name) for one in used)
    line = f"{known.get(id(child), child.py_name)} = {get_fun_name(child)}({', '.join(given)})"
    return f"{line}  # uses {', '.join(hidden)}" if hidden else line


def names_for(nodes: list[Any]) -> dict[int, str]:
    """Names, by the identity of nodes: those of parameters, and for all others the first free number of their base."""
    names = {id(node): node.py_name for node in nodes if node._is_parameter}
    taken = set(names.values())
    numbers: dict[str, Iterator[int]] = {}
    for node in nodes:
        if id(node) not in names:
            count = numbers.setdefault(node._kind.name, itertools.count())
            found = next(name for at in count if (name := f"{node._kind.name}{at}") not in taken)
            names[id(node)] = found
            taken.add(found)
    return names


def node_to_function_feedback(node_feedback: TraceGraph) -> FunctionFeedback:
    """A TraceGraph as lines and values."""
    rows = node_feedback.graph
    names = names_for([node for _, node in rows])
    made = FunctionFeedback([], {}, {}, {}, {}, node_feedback.user_feedback)
    deepest = rows[-1][0] if rows else 0
    seen: set[int] = set()
    reach = Reach()
    for level, node in rows:
        seen.add(id(node))
        name, value = names[id(node)], (node._data, node.description)
        if node.is_root or not all(id(source) in seen for source in node._sources):
            made.roots[name] = value
            continue
        made.documentation[get_fun_name(node)] = node.description or ""
        made.graph.append((level, repr_function_call(node, names, reach)))
        (made.output if level == deepest else made.others)[name] = value
    return made


def summary_of(parameters: list[Any], graph: TraceGraph) -> FunctionFeedback:
    """The same, with what may change apart from what may not. A parameter that is not on a way is no variable."""
    made = node_to_function_feedback(graph)
    trainable = {one.py_name for one in parameters if one.trainable}
    made.variables = {name: value for name, value in made.roots.items() if name in trainable}
    made.inputs = {name: value for name, value in made.roots.items() if name not in trainable}
    return made
