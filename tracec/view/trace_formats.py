"""Trace -> its nodes as text, DOT, Mermaid, JSON, HTML, or Chrome's trace events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict

from tracec.passes.nouns.trace import Node, Trace, line_of, show
from tracec.view.printable import printable
from tracec.view.trace_html import as_html


def as_text(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """The one text form."""
    return (printable(line_of(node, trace.may_have_changed(node.id))) for node in nodes)


def as_dot(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """Graphviz: data edges solid, control edges dashed."""
    yield "digraph trace {"
    yield '  node [shape=box, fontname="monospace"];'
    for node, label, edges in drawn(trace, nodes):
        yield f"  n{node.id} [label={json.dumps(label)}];"
        for source, style in edges:
            yield f"  n{source} -> n{node.id}{' [style=dashed]' if style == 'control' else ''};"
    yield "}"


def as_mermaid(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """Mermaid flowchart."""
    yield "flowchart TD"
    for node, label, edges in drawn(trace, nodes):
        safe = printable(label).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
        yield f'  n{node.id}["{safe}"]'.replace("\n", "<br/>")
        for source, style in edges:
            yield f"  n{source} {'-.->' if style == 'control' else '-->'} n{node.id}"


def drawn(trace: Trace, nodes: Iterable[Node]) -> Iterable[tuple[Node, str, list[tuple[int, str]]]]:
    """(node, label, [(source, "data" or "control")]) with edges among the given nodes only."""
    listed = list(nodes)
    inside = {node.id for node in listed}
    for node in listed:
        text = " ".join(node.site.text.split())[:50]
        value = show(node.value, 40, changed=trace.may_have_changed(node.id))
        label = f"{text}\n{value}\n{node.site.span.path}:{node.site.span.line}"
        edges = [(i, "data") for i in dict.fromkeys(node.inputs) if i in inside]
        control = [(node.control, "control")] if node.control in inside else []
        yield node, label, edges + control


def as_json(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """One JSON object: {"name", "lost", "frames", "nodes"}."""
    rows = [
        {
            "id": n.id,
            "kind": n.site.kind,
            "text": n.site.text,
            "frame": n.frame,
            "inputs": list(n.inputs),
            "labels": list(n.labels),
            "control": n.control,
            "value": show(n.value, changed=trace.may_have_changed(n.id)),
            "changed": trace.changed_since(n.id),
            **asdict(n.site.span),
        }
        for n in nodes
    ]
    yield json.dumps(
        {"name": trace.name, "lost": trace.lost, "frames": [asdict(f) for f in trace.frames], "nodes": rows}
    )


def as_perfetto(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """Chrome's trace event format, which Perfetto opens: frames as slices, a microsecond a node: a log has no clock."""
    events: list[dict[str, object]] = []
    began: dict[int, int] = {}
    ended: dict[int, int] = {}
    for node in nodes:
        frame = node.frame
        while frame >= 0 and ended.get(frame, -1) < node.id + 1:  # callers last at least as long as what they call
            began.setdefault(frame, node.id)
            ended[frame] = node.id + 1
            frame = trace.frames[frame].parent
        shown = show(node.value, changed=trace.may_have_changed(node.id))
        value = {"value": shown, "place": f"{node.site.span.path}:{node.site.span.line}"}
        thread = trace.frames[node.frame].thread
        name = " ".join(node.site.text.split())[:60]
        events.append({"name": name, "cat": node.site.kind, "ph": "i", "s": "t", "ts": node.id, "args": value})
        events[-1] |= {"pid": 1, "tid": thread}
    for frame, start in began.items():
        row = trace.frames[frame]
        slot = {"ph": "X", "ts": start, "dur": ended[frame] - start, "pid": 1, "tid": row.thread}
        events.append({"name": row.function, "cat": "frame", **slot, "args": {"place": f"{row.path}:{row.line}"}})
    yield json.dumps(
        {"traceEvents": events, "otherData": {"name": trace.name, "ts": "the number of an event, no time"}}
    )


FORMATS: dict[str, Callable[[Trace, Iterable[Node]], Iterable[str]]] = {
    "text": as_text,
    "dot": as_dot,
    "mermaid": as_mermaid,
    "json": as_json,
    "html": as_html,
    "perfetto": as_perfetto,
}
