"""Trace -> a text of bounded length: what lies between targets and an output, loops and other calls folded.

The subgraph is the one that Microsoft's Trace calls minimal: all nodes on a way from a target to the output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracec.passes.graph.query import used, with_callers
from tracec.passes.graph.slice import Slice, backward, between
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Node, Trace, line_of, show

REPEATED = 3  # nodes of one place in one frame; of more, the first and the last are shown; chosen
MOST_INPUTS = 8  # inputs of a node, after what lies between was folded; chosen
HEAD = 80  # characters kept free for the line that says what is left out; chosen
LONGEST_VALUE = 20  # characters of a value of a node that is folded away; chosen


@dataclass(frozen=True, slots=True)
class Folded:
    """The nodes to show, in order, with inputs among themselves; and what else was seen at their places."""

    nodes: tuple[Node, ...]
    more: dict[int, tuple[int, tuple[str, ...]]]  # node -> how many like it come behind it, some of their values
    hidden: int  # nodes of the subgraph that are not shown


def view(trace: Trace, output: int, targets: Iterable[Target] = (), *, characters: int = 4000) -> str:
    """Write the subgraph as lines, the nearest to the output first where there is no room for all."""
    folded = fold(trace, output, list(targets))
    lines = {node.id: lines_of(trace, node, folded) for node in folded.nodes}
    room, shown = characters - HEAD, set()
    for node in nearest(folded, output):
        room -= sum(len(line) + 1 for line in lines[node])
        if room < 0:
            break
        shown.add(node)
    hidden = folded.hidden + len(lines) - len(shown)
    head = [f"... {hidden} nodes are folded or left out"] if hidden else []
    text = "\n".join([*head, *(line for node in sorted(shown) for line in lines[node])])
    return text if len(text) <= characters else (text[: characters - 1] + "…" if characters else "")


def fold(trace: Trace, output: int, targets: Sequence[Target]) -> Folded:
    """Leave out frames in which no target was used, and all but the first and the last of what is repeated.

    A value is used wherever it comes to: with one among the targets no frame is left out.
    """
    starts, frames = used_by(trace, targets)
    whole = between(trace, starts, [output]) if starts else backward(trace, [output])
    if output not in whole:
        whole = backward(trace, [output])
    around = with_callers(trace, frames) if frames and all(target.kind == "code" for target in targets) else None
    shown, more = chosen(trace, whole, around, output)
    nodes, stands_for = [], dict[int, tuple[int, ...]]()
    for number in whole:
        node = trace.nodes[number]
        pairs = {s: word for i, word in zip(node.inputs, node.labels) for s in stands_for.get(i, ())}
        control = stands_for.get(node.control, ())
        if number in shown:
            few = dict([*pairs.items()][-MOST_INPUTS:])
            nodes.append(replace(node, inputs=(*few,), labels=(*few.values(),), control=control[-1] if control else -1))
            stands_for[number] = (number,)
        else:
            stands_for[number] = tuple(dict.fromkeys([*pairs, *control]))[-MOST_INPUTS:]
    return Folded(tuple(nodes), more, len(whole) - len(nodes))


def used_by(trace: Trace, targets: Iterable[Target]) -> tuple[list[int], set[int]]:
    """Find the nodes at which targets enter, and the frames that use them."""
    starts: list[int] = []
    frames: set[int] = set()
    for target in targets:
        for use in used(trace, target):
            starts += use.arguments or ([use.result] if use.result >= 0 else [])
            frames.add(use.frame)
    return starts, frames


def chosen(
    trace: Trace, whole: Slice, around: set[int] | None, output: int
) -> tuple[set[int], dict[int, tuple[int, tuple[str, ...]]]]:
    """Choose the nodes that are shown; behind the first of those that repeat, how many there are, and some values."""
    columns = trace.columns
    groups: dict[tuple[int, int], list[int]] = {}
    for node in whole:
        if around is None or columns.frame[node] in around:
            groups.setdefault((columns.frame[node], columns.site[node]), []).append(node)
    shown, more = {output}, {}
    for nodes in groups.values():
        if len(nodes) <= REPEATED:
            shown.update(nodes)
            continue
        shown.update((nodes[0], nodes[-1]))
        values = dict.fromkeys(show(trace.nodes[node].value, LONGEST_VALUE) for node in nodes[1:-1])
        more[nodes[0]] = len(nodes) - 2, tuple([*values][:REPEATED])
    return shown, more


def lines_of(trace: Trace, node: Node, folded: Folded) -> list[str]:
    """Write a node's line, and one for those that are like it."""
    lines = [line_of(node, trace.may_have_changed(node.id))]
    if node.id in folded.more:
        count, values = folded.more[node.id]
        lines.append(f"      ... {count} more of these, {', '.join(values)}{', ...' if count > REPEATED else ''}")
    return lines


def nearest(folded: Folded, output: int) -> list[int]:
    """Order nodes by their distance from the output, in edges; of those as far, the latest first."""
    known = {node.id: node for node in folded.nodes}
    order, seen, now = [output], {output}, [output]
    while now:
        sources = {s for n in now for s in (*known[n].inputs, known[n].control) if s in known and s not in seen}
        now = sorted(sources, reverse=True)
        seen |= sources
        order += now
    return order + sorted(known.keys() - seen, reverse=True)
