"""`tracec show` prints a trace, or what is asked of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import chain, islice

from tracec.passes.graph.calls_as_source import CALLED, recorded_calls
from tracec.passes.graph.feedback_sources import feedback
from tracec.passes.graph.fold import view
from tracec.passes.graph.query import last_failure, parting
from tracec.passes.graph.relevant_slice import relevant
from tracec.passes.graph.slice import Slice, backward, forward
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.trace import Node, Trace, line_of, show
from tracec.recording.trace_store import load
from tracec.view.call_texts import CALLS
from tracec.view.trace_html import as_html


def run(args: argparse.Namespace) -> int:
    """Print the trace, or the slice asked for, in one of the formats."""
    if args.against is not None:
        return compare(args)
    opened = load(args.file, args.test)  # a chapter at a time
    traces, several = chain(first := list(islice(opened, 2)), opened), len(first) > 1
    if not first:
        known = [trace.name for trace in load(args.file)]
        what = f"no test {args.test!r} in this trace" if args.test else "nothing was recorded"
        raise TracecError(what, f"it holds: {', '.join(known[:5]) or 'no chapter'}", path=args.file)
    if args.chars is not None:
        return summarize(args, traces, several)
    if args.calls is not None:
        return show_calls(args, list(traces))
    render = FORMATS[args.format]
    if args.format != "text" and several:
        found = [trace.name for trace in traces]
        what, names = f"this trace has {len(found)} chapters", ", ".join(found[:5])
        raise TracecError(what, f"choose one with --test: {names}", path=args.file)
    for trace in traces:
        nodes = chosen(trace, args)
        if several:
            print(f"== {trace.name}")
        for line in render(trace, nodes):
            print(line)
    return 0


def summarize(args: argparse.Namespace, traces: Iterable[Trace], several: bool) -> int:
    """What led to a node, within the characters asked for, for each trace."""
    if args.slice is None or args.format != "text":
        raise TracecError("--chars tells what led to a node, as text", "name the node with --slice")
    for trace in traces:
        if several:
            print(f"== {trace.name}")
        said = {f.node: f for f in feedback(trace)}
        for node in nodes_named(trace, args.slice):
            print(
                *([f"feedback {said[node]}"] if node in said else []),
                view(trace, node, characters=args.chars),
                sep="\n",
            )
    return 0


def show_calls(args: argparse.Namespace, traces: Sequence[Trace]) -> int:
    """The calls of one function: a line each, or one JSON object for each trace."""
    if args.slice is not None or args.format not in ("text", "json"):
        raise TracecError("--calls lists the calls of a function, as text or JSON", "leave --slice out")
    found = [(trace, list(recorded_calls(trace, args.calls))) for trace in traces]
    if not any(calls for _, calls in found):
        named = {f.qualname for trace in traces for m in trace.modules for f in m.functions if f.kind in CALLED}
        names = dict.fromkeys(f.function for trace in traces for f in trace.frames if f.function in named)
        what = f"no call of {args.calls!r} in this trace"
        raise TracecError(what, f"it has calls of {', '.join([*names][:8]) or 'nothing'}", path=args.file)
    for trace, calls in found:
        kept = calls if args.limit is None else calls[len(calls) - min(args.limit, len(calls)) :]
        if len(traces) > 1 and args.format == "text":
            print(f"== {trace.name}")
        for line in CALLS[args.format](trace, kept):
            print(line)
    return 0


def chosen(trace: Trace, args: argparse.Namespace) -> Iterable[Node]:
    """The nodes to show, each made when its turn comes: a slice, or all; at most `--limit`, the last ones."""
    numbers: Slice | range = range(len(trace))
    if args.slice is not None:
        numbers = sliced(trace, nodes_named(trace, args.slice), args)
    elif args.forward or args.relevant or args.data:
        raise TracecError("--forward, --relevant and --data say how to slice", "name a node with --slice")
    limit = args.limit
    if limit is not None and len(numbers) > limit:
        print(f"tracec: the last {limit} of {len(numbers)} nodes", file=sys.stderr)
        numbers = numbers[len(numbers) - limit :] if isinstance(numbers, range) else numbers.last(limit)
    return (trace.nodes[number] for number in numbers)


def nodes_named(trace: Trace, name: str) -> list[int]:
    """`30`, `%30`, `failure` for the last exception that ended a frame, `feedback` for all that was said of."""
    if name == "feedback":
        found = [said.node for said in feedback(trace)]
        if not found:
            raise TracecError("nothing was said with tracec.feedback, and nothing failed", "name a node")
        return list(dict.fromkeys(found))
    if name == "failure":
        failed = last_failure(trace)
        if failed < 0:
            what = "no exception left a traced function; modules that pytest rewrites, such as tests, are not traced"
            raise TracecError(what, f"name a node, from %0 to %{len(trace) - 1}")
        return [failed]
    number = name.removeprefix("%")
    if not (number.isascii() and number.isdigit()) or int(number) >= len(trace):
        raise TracecError(f"no node {name}", f"nodes go from %0 to %{len(trace) - 1}")
    return [int(number)]


def sliced(trace: Trace, nodes: list[int], args: argparse.Namespace) -> Slice:
    """The slice that the options ask for."""
    if args.relevant and (args.forward or args.data):
        raise TracecError("--relevant goes backward, over tests", "leave --forward and --data out")
    if args.relevant:
        return relevant(trace, nodes)
    return (forward if args.forward else backward)(trace, nodes, control=not args.data)


def compare(args: argparse.Namespace) -> int:
    """Say where two traces part; 1 where they do."""
    both = []
    for file in (args.file, args.against):
        traces = list(load(file, args.test))
        if len(traces) != 1:
            names = ", ".join(trace.name for trace in traces[:5]) or "no chapter"
            raise TracecError(f"{len(traces)} chapters to compare", f"choose one with --test: {names}", path=file)
        both += traces
    found = parting(*both)
    if found is None:
        print("the same path and the same values")
        return 0
    print({"value": "a value differs:", "path": "the paths part:", "ends": "one of them goes on:"}[found.kind])
    for sign, node in (("-", found.one), ("+", found.other)):
        print(f"{sign} {line_of(node) if node is not None else 'the end'}")
    return 1


def as_text(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """The one text form."""
    return (line_of(node, trace.may_have_changed(node.id)) for node in nodes)


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
        safe = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
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
    yield json.dumps({"traceEvents": events, "otherData": {"name": trace.name}})


FORMATS: dict[str, Callable[[Trace, Iterable[Node]], Iterable[str]]] = {
    "text": as_text,
    "dot": as_dot,
    "mermaid": as_mermaid,
    "json": as_json,
    "html": as_html,
    "perfetto": as_perfetto,
}
