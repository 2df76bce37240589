"""Calls of a function -> text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from tracec.passes.graph.calls_as_source import Call, source
from tracec.passes.nouns.trace import Trace, show


def as_text(trace: Trace, calls: Iterable[Call]) -> Iterable[str]:
    """`%27   total(2, 5) -> 10   shop.py:6`, and behind it why its text cannot make it again."""
    for call in calls:
        text = " ".join(call.text.split())
        doubt = "" if call.exact else f"  (not exact: {call.why_not})"
        number = f"%{call.node}" if call.node >= 0 else "-"
        arrow = "raised" if call.raised else "->"
        yield f"{number:<5} {text} {arrow} {result(trace, call)}  {place(trace, call)}{doubt}"


def result(trace: Trace, call: Call) -> str:
    """What a call returned or raised, and what it yielded."""
    told = show(trace.nodes[call.result].value) if call.result >= 0 else "None"
    if not call.yielded:
        return told
    return f"{told}, yielded {', '.join(show(trace.nodes[node].value, 20) for node in call.yielded[:5])}" + (
        ", …" if len(call.yielded) > 5 else ""
    )


def place(trace: Trace, call: Call) -> str:
    """Where it was called from, where that is known, else where the function is."""
    if call.node < 0:
        return f"{call.path}:{call.line}"
    span = trace.nodes[call.node].site.span
    return f"{span.path}:{span.line}"


def as_json(trace: Trace, calls: Iterable[Call]) -> Iterable[str]:
    """One JSON object: {"name", "calls"}. Values are source texts; `..._exact` where Python reads them so."""
    rows = []
    for call in calls:
        said, whole = source(trace.nodes[call.result].value) if call.result >= 0 else ("None", True)
        yielded = [source(trace.nodes[node].value) for node in call.yielded]
        rows.append(
            {
                "qualname": call.qualname, "path": call.path, "line": call.line, "called": place(trace, call),
                "text": call.text, "arguments": dict(call.arguments), "exact": call.exact, "why_not": call.why_not,
                "node": call.node, "result": None if call.raised else said, "raised": said if call.raised else None,
                "result_exact": whole, "yielded": [text for text, _ in yielded],
                "yielded_exact": all(whole for _, whole in yielded),
            }
        )  # fmt: skip
    yield json.dumps({"name": trace.name, "calls": rows})


CALLS: dict[str, Callable[[Trace, Iterable[Call]], Iterable[str]]] = {"text": as_text, "json": as_json}
