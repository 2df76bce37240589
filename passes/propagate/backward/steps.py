"""Trace + targets -> Steps: the places of a run at which feedback is said, changes its form, or reaches a target."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tracec.passes.graph.query import calls, calls_in, moments
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import CALLEE, Picture, Trace
from tracec.passes.syntax.parsing import expression_of

Kind = Literal["output", "number", "model", "code", "value"]
# What a program's own model is called, the services' clients and what people name their wrappers; chosen.
MODEL = re.compile(
    r"(^|\.|ask_|call_|query_|run_|prompt_|_)(llm|lm|gpt)$|(^|\.|ask_|call_|query_|run_|prompt_)(language_)?model$"
    r"|(^|[._])a?(chat_)?completion$|(completions|messages|responses)\.a?create$|(^|\.)generate_(content|text)(_async)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One of them. `node` has its value; what it came from is looked for from `starts` on; `given` are its arguments.

    `target` is what may change there: the function that was called, or the value. A step of kind `output` is where
    feedback was said, one of kind `number` where plain code made what arithmetic goes on with.
    """

    node: int
    kind: Kind
    starts: tuple[int, ...]
    target: Target | None = None
    given: tuple[int, ...] = ()


def steps_of(trace: Trace, targets: Sequence[Target]) -> dict[int, Step]:
    """All calls of targets and of the program's own model, and all moments at which other targets were read."""
    found: dict[int, Step] = {}
    for target in targets:
        if target.kind != "code":
            for use in moments(trace, target):
                found.setdefault(use.result, Step(use.result, "value", (), target))
    for target in targets:
        if target.kind == "code":
            for use in calls(trace, target):
                node = use.call if use.call >= 0 else use.result
                if node >= 0:
                    found.setdefault(node, Step(node, "code", sources(trace, node), target, use.arguments))
    for step in model_calls(trace, targets):
        found.setdefault(step.node, step)
    return found


def model_calls(trace: Trace, targets: Sequence[Target]) -> Iterator[Step]:
    """The calls of a model, known by name: what is within its function is none of the program's business."""
    code = [t.span for t in targets if t.kind == "code"]
    own = {(frame.path, frame.line) for frame in trace.frames}
    own -= {(path, line) for path, line in own if any(s.path == path and s.line <= line <= s.end_line for s in code)}
    inside = [bool(MODEL.search(frame.function)) and (frame.path, frame.line) in own for frame in trace.frames]
    within = {use.call: use.arguments for use in calls_in(trace, inside) if use.call >= 0}
    for node, arguments in within.items():
        yield Step(node, "model", arguments or sources(trace, node), None, arguments)
    columns = trace.columns
    named = {
        n for n in set(columns.site) if columns.table[n].kind == "call" and MODEL.search(callee(columns.table[n].text))
    }
    for node, site in enumerate(columns.site):
        if site in named and node not in within and untraced(trace, node):
            yield Step(node, "model", sources(trace, node), None, sources(trace, node))


def untraced(trace: Trace, node: int) -> bool:
    """Tell whether a call was given texts or objects, gave one, and has no frame of its own in the trace."""
    made = trace.nodes[node]
    texts = [trace.nodes[source].value for source in sources(trace, node)]
    return "return" not in made.labels and all(isinstance(v, str | Picture) for v in [made.value, *texts[:1]])


def sources(trace: Trace, node: int) -> tuple[int, ...]:
    """The inputs of a node, less what it calls."""
    made = trace.nodes[node]
    return tuple(source for source, label in zip(made.inputs, made.labels) if label != CALLEE)


@lru_cache(maxsize=10_000)
def callee(text: str) -> str:
    """What a call's text calls: `client.messages.create`; "" where that is no name."""
    whole = expression_of(f"({text})")
    return ast.unparse(whole.func) if isinstance(whole, ast.Call) else ""
